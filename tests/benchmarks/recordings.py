"""Hearing on real recordings in a folder: tempo beside the peers', and voices where songs have synced lyrics.

Nobody has written down the tempo of these recordings: how often two systems agree within 4 %, and up to an octave, is what
can be told. A song with an .lrc beside it is sung where its lines are: from each line's time to the next one's, or 3.5 s.
Rivals: Silero VAD as it comes (above 0.5), where it is installed, and calling everything a voice. Frames of 0.1 s.
In songs without lyrics, the share of the time that is taken for a voice is printed.

usage: python -m tests.benchmarks.recordings FOLDER [--limit N]
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections import defaultdict
from importlib.util import find_spec
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from index.lrc import parse_lyrics
from tests.benchmarks.peers import peers
from tools.audio.decode import AudioRejected, decode
from tools.audio.engine import analyze_file
from tools.audio.resample import ratio_towards, resample
from tools.audio.voice import RATE, STEP

SUFFIXES = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"}
LINE_S, FRAME_S = 3.5, 0.1
Frames = NDArray[np.bool_]


def sung(path: Path, duration_s: float) -> Frames | None:
    """Frames with a line of the sheet beside a recording; None where there is no synced sheet."""
    sheet = path.with_suffix(".lrc")
    if not sheet.is_file():
        return None
    lyrics = parse_lyrics(sheet.read_text("utf-8", "replace"), sheet.name)
    lines = [(line.time_s, line.text) for line in lyrics.lines if line.time_s is not None] if lyrics else []
    frames = np.zeros(int(duration_s / FRAME_S) + 1, bool)
    for (start, text), (end, _) in pairwise([*lines, (duration_s, "")]):
        if text:
            frames[int(start / FRAME_S) : int(min(end, start + LINE_S) / FRAME_S)] = True
    return frames if lines else None


def f_measure(found: Frames, true: Frames) -> float:
    """Harmonic mean of precision and recall."""
    return float(2 * (found & true).sum() / max(1, found.sum() + true.sum()))


def silero(path: Path, count: int) -> Frames:
    """Silero VAD, as its package uses it, on `count` frames."""
    from silero_vad import load_silero_vad

    audio, model = decode(path), load_silero_vad()
    signal = resample(torch.from_numpy(audio.samples.mean(0)), ratio_towards(audio.rate, RATE))
    likely = [float(model(piece, RATE)) for piece in torch.split(signal, STEP)[:-1]]
    at = (np.arange(len(likely)) + 0.5) * STEP / RATE
    return np.interp(np.arange(count) * FRAME_S, at, likely) > 0.5


def main() -> None:
    """Prints a line a recording, then the means, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    tempos: dict[str, list[float]] = defaultdict(list)
    voices: dict[str, list[float]] = defaultdict(list)
    for path in sorted(p for p in args.folder.rglob("*") if p.suffix.lower() in SUFFIXES)[: args.limit]:
        try:
            profile = analyze_file(path, "cpu")
        except AudioRejected as reason:
            print(f"{path.name}: left out, {reason}")
            continue
        heard = {"linernotes": profile.tempo.bpm or 0.0} | {name: peer(path)["bpm"] for name, peer in peers().items()}
        for name, bpm in heard.items():
            tempos[name].append(bpm)
        true = sung(path, profile.duration_s)
        row = _voices(path, [(v.start_s, v.end_s) for v in profile.voices], profile.duration_s, true)
        for name, value in row.items():
            voices[name].append(value)
        print(
            path.name[:40].ljust(40), {n: round(b) for n, b in heard.items()}, {n: round(v, 3) for n, v in row.items()}
        )
    figures = {"tempo": _agreement(tempos), "voices": {n: round(float(np.mean(v)), 3) for n, v in voices.items()}}
    print(json.dumps(figures, indent=1))


def _voices(path: Path, spans: list[tuple[float, float]], duration_s: float, true: Frames | None) -> dict[str, float]:
    at = np.arange(int(duration_s / FRAME_S) + 1) * FRAME_S
    found = np.any([(at >= a) & (at < b) for a, b in spans], axis=0) if spans else np.zeros(len(at), bool)
    if true is None:
        return {"voiced share without lyrics": float(found.mean())}
    row = {"linernotes F": f_measure(found, true), "everything F": f_measure(np.ones_like(true), true)}
    return row | ({"silero F": f_measure(silero(path, len(at)), true)} if find_spec("silero_vad") else {})


def _agreement(tempos: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """How often two systems tell the same tempo, and the same up to an octave."""
    table = {}
    for one, other in combinations(tempos, 2):
        ratio = np.array(tempos[one]) / np.maximum(np.array(tempos[other]), 1e-9)
        near = [np.abs(ratio / f - 1) <= 0.04 for f in (1, 2, 0.5)]
        table[f"{one} and {other}"] = {
            "same": round(float(near[0].mean()), 3), "up to octave": round(float(np.any(near, 0).mean()), 3)
        }  # fmt: skip
    return table


if __name__ == "__main__":
    main()
