"""`linernotes analyze`: files measured side by side, as tables, JSON lines or pictures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.settings import Settings
from index.errors import UserError
from index.profile import (
    SCHEMA,
    Chord,
    Event,
    Harmony,
    Instrument,
    Key,
    KeySpan,
    Loudness,
    Melody,
    Profile,
    Rhythm,
    Section,
    Tempo,
    VoiceSpan,
    clock,
)
from tools.audio.chords import NAMES, spelled
from tools.captions import SWUNG

console = Console()
quiet = Console(stderr=True)
_CHORDS_SHOWN = 16
_DETUNED = 5.0  # cents
Fields = dict[str, Any]


def analyze(args: argparse.Namespace, settings: Settings) -> int:
    """A file that cannot be used is named on stderr, the rest goes on; exit code 2 if any was."""
    parts = _parts(args.only)
    pictures = _pictures(args.plot, args.files, parts)
    failed = 0
    for path, result in _measured(args.files, parts, settings.device, args.jobs):
        if isinstance(result, str):
            failed += 1
            print(f"linernotes: {path}: {result}", file=sys.stderr)
            continue
        if pictures:
            _draw(Profile(**result), path, pictures[path])
        if args.json:
            print(json.dumps({"file": str(path), **result, "schema": SCHEMA}, default=asdict), flush=True)
        elif pictures:
            print(pictures[path])
        else:
            console.print(table(path, result))
    return 2 if failed else 0


def _parts(only: str | None) -> list[str]:
    """The parts asked for, in their usual order; all of them without a wish."""
    from tools.audio.engine import PARTS

    asked = [p.strip() for p in only.split(",")] if only is not None else list(PARTS)
    unknown = [p for p in asked if p not in PARTS]
    if unknown or not asked:
        raise UserError(f"--only {only}: no part is called {unknown[0]!r}; there are {', '.join(PARTS)}")
    return [p for p in PARTS if p in asked]


def _pictures(plot: Path | None, files: list[Path], parts: list[str]) -> dict[Path, Path]:
    """Where each file's picture goes: PLOT itself, or in the folder PLOT when there are several files."""
    from tools.audio.engine import PARTS

    if plot is None:
        return {}
    if len(parts) < len(PARTS):
        raise UserError("--plot draws everything; leave --only out")
    if len(files) == 1 and not plot.is_dir():
        if plot.suffix.lower() != ".png":
            raise UserError(f"--plot {plot}: a picture is a .png file")
        return {files[0]: plot}
    names = [f"{p.stem}.png" for p in files]
    if len(set(names)) < len(names):
        raise UserError("--plot: two files have the same name; draw them one by one")
    try:
        plot.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise UserError(f"--plot {plot}: several files need a folder: {exc.strerror}") from exc
    return {file: plot / name for file, name in zip(files, names, strict=True)}


def _draw(profile: Profile, audio: Path, picture: Path) -> None:
    from ui.plot import draw

    try:
        picture.write_bytes(draw(profile, audio))
    except OSError as exc:
        raise UserError(f"--plot {picture}: cannot be written: {exc.strerror}") from exc


def _measured(files: list[Path], parts: list[str], device: str, jobs: int) -> Iterator[tuple[Path, Fields | str]]:
    """The fields of each file, or why there are none, in order; a bar on stderr while several are on their way."""
    from tools.audio.analysts import Analysts
    from tools.audio.decode import AudioRejected

    def one(path: Path) -> Fields | str:
        try:
            return analysts.fields(path, parts)
        except AudioRejected as reason:
            return str(reason)

    columns = (
        TextColumn("Listening"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[name]}"),
    )
    hidden = len(files) == 1 or not quiet.is_terminal
    with (
        Progress(*columns, console=quiet, transient=True, disable=hidden) as bar,
        closing(Analysts(device, jobs)) as analysts,
        ThreadPoolExecutor(jobs) as pool,
    ):
        task = bar.add_task("", total=len(files), name="")
        for path, result in zip(files, pool.map(one, files), strict=True):
            bar.update(task, advance=1, name=path.name[:40])
            yield path, result


def table(path: Path, fields: Fields) -> Table:
    """What was measured, as people read it."""
    out = Table(title=path.name, show_header=False, title_justify="left")
    if "chords" in fields and "keys" in fields:
        fields = {**fields, "chords": spelled(fields["chords"], fields["keys"])}
    for name, (title, words) in _ROWS.items():
        value = words(fields[name]) if name in fields else ""
        if value:
            out.add_row(title, escape(value))
    return out


def _tempo(tempo: Tempo) -> str:
    return f"{tempo.bpm:.1f} BPM (confidence {tempo.confidence:.2f})" if tempo.bpm else "no steady pulse"


def _rhythm(rhythm: Rhythm) -> str:
    swing = f"swing {rhythm.swing:.2f}" if rhythm.swing and rhythm.swing >= SWUNG else ""
    meters = ", ".join(f"{clock(m.start_s)} {m.meter}" for m in rhythm.meters) if len(rhythm.meters) > 1 else ""
    course = f"{rhythm.course} tempo" if rhythm.course else ""
    return "; ".join(p for p in (course, swing, meters) if p)


def _key(key: Key | None) -> str:
    return f"{key.name} (confidence {key.confidence:.2f})" if key else "not clear"


def _keys(keys: list[KeySpan]) -> str:
    return ", ".join(f"{clock(k.start_s)} {k.name}" for k in keys) if len(keys) > 1 else ""


def _chords(chords: list[Chord]) -> str:
    return " ".join(c.label for c in chords[:_CHORDS_SHOWN]) + (" …" if len(chords) > _CHORDS_SHOWN else "")


def _harmony(harmony: Harmony) -> str:
    tuning = harmony.tuning_cents or 0.0
    return "; ".join(
        [f"{p.degrees} ({len(p.starts_s)} times, from {clock(p.starts_s[0])})" for p in harmony.progressions]
        + ([f"tuned {tuning:+.0f} cents from A4 = 440 Hz"] if abs(tuning) >= _DETUNED else [])
    )


def _sections(sections: list[Section]) -> str:
    return "  ".join(f"{s.label}{f' ({s.name})' if s.name else ''} {clock(s.start_s)}" for s in sections)


def _events(events: list[Event]) -> str:
    return ", ".join(f"{e.kind} {clock(e.start_s)}" for e in events)


def _loudness(loud: Loudness) -> str:
    if loud.integrated_lufs is None:
        peak = f"; peak {loud.true_peak_dbtp:.1f} dBTP" if loud.true_peak_dbtp is not None else ""
        return f"too quiet or too short for a figure{peak}"
    return (
        f"{loud.integrated_lufs:.1f} LUFS, range {loud.range_lu or 0:.1f} LU, peak {loud.true_peak_dbtp or 0:.1f} dBTP"
    )


def _length(seconds: float) -> str:
    return clock(seconds) if seconds >= 1 else f"{seconds:.1f} s"


def _melody(melody: Melody | None) -> str:
    if melody is None or melody.low is None or melody.high is None:
        return ""
    return f"{_note(melody.low)} to {_note(melody.high)} (confidence {melody.confidence:.2f})"


def _note(midi: float) -> str:
    """A pitch by name: C4 for MIDI 60."""
    return f"{NAMES[round(midi) % 12]}{round(midi) // 12 - 1}"


def _voices(voices: list[VoiceSpan]) -> str:
    return "  ".join(f"{clock(v.start_s)}–{clock(v.end_s)}" for v in voices)


def _instruments(instruments: list[Instrument]) -> str:
    return ", ".join(i.family for i in instruments)


_ROWS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "duration_s": ("length", _length),
    "tempo": ("tempo", _tempo),
    "meter": ("meter", lambda meter: meter or "not clear"),
    "rhythm": ("rhythm", _rhythm),
    "key": ("key", _key),
    "keys": ("key changes", _keys),
    "chords": ("chords", _chords),
    "harmony": ("progressions", _harmony),
    "sections": ("sections", _sections),
    "events": ("events", _events),
    "loudness": ("loudness", _loudness),
    "texture": ("sound", lambda texture: ", ".join(texture.words)),
    "instruments": ("heard", _instruments),
    "voices": ("voice", _voices),
    "melody": ("top line", _melody),
    "arc": ("course", lambda arc: arc.story),
    "notes": ("notes", "; ".join),
}
