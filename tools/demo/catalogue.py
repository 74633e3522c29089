"""The demo catalogue: original music rendered from the roster, with tags, lyrics and the truth about it.

`make_demo` writes below its folder: `music/ARTIST/ALBUM/NN TITLE.ogg|flac` (and `.lrc`), `truth/ID.json` and
`manifest.json`. Everything follows from the seed; what is already there is kept.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from tools.demo.compose import VERSION, compose
from tools.demo.render import render, soundfont, synthesizer
from tools.demo.roster import TrackSpec, lyrics, roster
from tools.demo.score import Piece
from tools.demo.styles import Style, styles
from tools.demo.tagging import write_audio
from tools.demo.truth import lrc, tags, truth

VOICE = 53


def score_of(spec: TrackSpec, seed: int = 7) -> Piece:
    """The composition of a track, not yet rendered."""
    words = lyrics()[spec.lyrics].words if spec.lyrics else None
    rng = random.Random(f"{seed}:{spec.id}:{spec.title}")
    return compose(spec.id, _cast(spec), spec.variant, spec.key, rng, words)


def _cast(spec: TrackSpec) -> Style:
    """The style of a track; where an instrumental style is sung, the voice takes the first lead."""
    style = styles()[spec.style]
    if not spec.sung:
        return style
    lead = next(part for part in style.parts if part.role == "lead")
    voice = replace(lead, name="voice", program=VOICE, pan=0.0)
    low, high = style.lead
    parts = tuple(voice if part is lead else part for part in style.parts)
    return replace(style, parts=parts, lead=(max(low, 57), min(high, 78)))


def make_demo(
    out: Path,
    seed: int = 7,
    jobs: int | None = None,
    limit: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Path]:
    """Composes and renders the catalogue (or its first `limit` tracks); returns the audio files in order.

    `progress` hears (done, total, title) after every track, kept ones included. `jobs` counts processes.
    A second run renders only what is missing or was made by another seed or composer. Raises UserError where
    the synthesizer or its soundfont is not installed.
    """
    specs = roster()[:limit]
    synthesizer()
    soundfont()
    out.mkdir(parents=True, exist_ok=True)
    made = _kept(out, seed)
    todo = [spec for spec in specs if made.get(spec.id) != fingerprint(spec, seed) or not _complete(out, spec)]
    done = len(specs) - len(todo)
    if progress:
        progress(done, len(specs), "")
    for spec in _rendered(out, seed, todo, jobs or os.cpu_count() or 1):
        made[spec.id] = fingerprint(spec, seed)
        _write_manifest(out, seed, made)
        done += 1
        if progress:
            progress(done, len(specs), spec.title)
    _write_manifest(out, seed, made)
    return [out / spec.file for spec in specs]


def _rendered(out: Path, seed: int, todo: list[TrackSpec], jobs: int) -> Iterator[TrackSpec]:
    """Renders the tracks, in this process or in several, and yields each when it is written."""
    if min(jobs, len(todo)) <= 1:
        for spec in todo:
            make_track(out, seed, spec)
            yield spec
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(todo)), mp_context=spawn) as pool:
        futures = {pool.submit(make_track, out, seed, spec): spec for spec in todo}
        for future in as_completed(futures):
            future.result()
            yield futures[future]


def make_track(out: Path, seed: int, spec: TrackSpec) -> None:
    """Composes, renders and writes one track: truth and words first, the audio last."""
    piece = score_of(spec, seed)
    audio = out / spec.file
    audio.parent.mkdir(parents=True, exist_ok=True)
    language = lyrics()[spec.lyrics].language if spec.lyrics else None
    _write_text(_truth_file(out, spec), json.dumps(truth(spec, piece), indent=1, ensure_ascii=False) + "\n")
    if language:
        _write_text(audio.with_suffix(".lrc"), lrc(spec, piece, language))
    style = styles()[spec.style]
    full = replace(spec, moods=spec.moods or style.moods)
    part = audio.with_name(f".{spec.id}-{os.getpid()}{audio.suffix}")
    write_audio(part, render(piece, seed), tags(full, piece, style.genres, language))
    part.replace(audio)


def fingerprint(spec: TrackSpec, seed: int) -> str:
    """Changes whenever the track would come out differently by its data, seed or composer version."""
    words = lyrics()[spec.lyrics] if spec.lyrics else None
    text = repr((VERSION, seed, spec, styles()[spec.style], words))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _truth_file(out: Path, spec: TrackSpec) -> Path:
    return out / "truth" / f"{spec.id}.json"


def _complete(out: Path, spec: TrackSpec) -> bool:
    audio = out / spec.file
    words = audio.with_suffix(".lrc")
    return audio.exists() and _truth_file(out, spec).exists() and (not spec.lyrics or words.exists())


def _kept(out: Path, seed: int) -> dict[str, str]:
    """Fingerprints of the tracks that the manifest vouches for; none where it is missing or broken."""
    try:
        manifest: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        rows = manifest["tracks"] if manifest["seed"] == seed and manifest["composer"] == VERSION else []
        return {row["id"]: row["fingerprint"] for row in rows}
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError):
        return {}


def _write_manifest(out: Path, seed: int, made: dict[str, str]) -> None:
    rows = [
        {
            "id": spec.id,
            "file": spec.file,
            "truth": f"truth/{spec.id}.json",
            "lyrics": str(Path(spec.file).with_suffix(".lrc")) if spec.lyrics else None,
            "fingerprint": made[spec.id],
        }
        for spec in roster()
        if spec.id in made
    ]
    manifest = {"composer": VERSION, "seed": seed, "tracks": rows}
    _write_text(out / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
