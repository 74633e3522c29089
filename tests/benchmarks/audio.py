"""Hearing side by side: our analysis and librosa's on the demo catalogue, whose beats, keys and chords are known.

Figures by mir_eval: beat F-measure (70 ms) and CMLt, downbeat F, tempo within 4 % (Acc1) and up to octave (Acc2), key
weighted score, chord recall (majmin and MIREX), section boundaries within 3 s and labels (adjusted Rand index);
seconds of work per minute of audio, decoding included. librosa is used as its documentation shows: `beat_track`;
Krumhansl-Kessler correlation on mean `chroma_cqt` for the key; binary major and minor templates on beat-synchronous
chroma with `viterbi_discriminative` for chords; `segment.agglomerative` on chroma and MFCC for sections.

Then the cost of each part on tracks of 1, 4 and 15 minutes, on every device there is, and the peak of memory.

usage: python -m tests.benchmarks.audio [--limit N] [--only accuracy|cost]
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import tempfile
import time
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
import soundfile
import torch

from assistant.settings import load
from tools.audio.decode import decode
from tools.audio.engine import PARTS, analyze_file
from tools.audio.listening import Listening

NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
LENGTHS_MIN = (1, 4, 15)
Heard = dict[str, Any]
Spans = list[tuple[float, float, str]]


def ours(path: Path) -> Heard:
    """The product's analysis."""
    profile = analyze_file(path, device="cpu")
    return {
        "bpm": profile.tempo.bpm or 0.0,
        "beats": profile.beats_s,
        "downbeats": profile.downbeats_s,
        "key": f"{profile.key.tonic} {profile.key.mode}" if profile.key else "",
        "chords": [(c.start_s, c.end_s, c.label) for c in profile.chords],
        "sections": [(s.start_s, s.end_s, s.label) for s in profile.sections],
    }


def librosa_peer(path: Path) -> Heard:
    """librosa's, as its documentation shows."""
    import librosa

    y, rate = librosa.load(path, sr=22050)
    bpm, frames = librosa.beat.beat_track(y=y, sr=rate)
    chroma = librosa.feature.chroma_cqt(y=y, sr=rate)
    profile = chroma.mean(1)
    _, tonic, mode = max(
        (np.corrcoef(np.roll(p, k), profile)[0, 1], k, m)
        for m, p in (("major", MAJOR), ("minor", MINOR))
        for k in range(12)
    )
    edges = librosa.util.fix_frames(frames, x_min=0, x_max=chroma.shape[1])
    sync = librosa.util.sync(chroma, edges, aggregate=np.median)
    sync = sync / (np.linalg.norm(sync, axis=0) + 1e-9)
    shapes = np.array(
        [[np.isin((np.arange(12) - k) % 12, t) for k in range(12)] for t in ((0, 4, 7), (0, 3, 7))]
    ).reshape(24, 12)
    likely = np.exp(12 * shapes @ sync / np.sqrt(3))
    path_ = librosa.sequence.viterbi_discriminative(likely / likely.sum(0), librosa.sequence.transition_loop(24, 0.6))
    times = np.append(librosa.frames_to_time(edges[:-1], sr=rate), len(y) / rate)
    labels = [f"{n}:maj" for n in NAMES] + [f"{n}:min" for n in NAMES]
    chords = [(float(times[n]), float(times[n + 1]), labels[c]) for n, c in enumerate(path_) if times[n + 1] > times[n]]
    mfcc = librosa.util.sync(librosa.feature.mfcc(y=y, sr=rate), edges)
    mfcc = (mfcc - mfcc.mean(1, keepdims=True)) / (mfcc.std(1, keepdims=True) * np.sqrt(len(mfcc)) + 1e-9)
    parts = max(2, min(int(len(y) / rate / 17), sync.shape[1]))
    cuts = librosa.segment.agglomerative(np.vstack([sync, mfcc]), parts)
    starts = sorted({0.0, *(float(times[k]) for k in cuts), len(y) / rate})
    return {
        "bpm": float(np.atleast_1d(bpm)[0]),
        "beats": librosa.frames_to_time(frames, sr=rate),
        "key": f"{NAMES[tonic]} {mode}",
        "chords": chords,
        "sections": [(a, b, str(k)) for k, (a, b) in enumerate(pairwise(starts))],
    }


def score(heard: Heard, truth: dict[str, Any]) -> dict[str, float]:
    """mir_eval's figures for one track."""
    beats, gold = (mir_eval.beat.trim_beats(np.asarray(b, float)) for b in (heard["beats"], truth["beats_s"]))
    near = [abs(heard["bpm"] / (truth["bpm"] * f) - 1) <= 0.04 for f in (1, 2, 3, 1 / 2, 1 / 3)]
    row = {
        "beat F": mir_eval.beat.f_measure(gold, beats), "CMLt": mir_eval.beat.continuity(gold, beats)[1], "Acc1": float(near[0]), "Acc2": float(any(near)),
        "key": mir_eval.key.weighted_score(truth["key"], heard["key"]) if heard["key"] else 0.0,
    }  # fmt: skip
    if "downbeats" in heard:
        downs, gold = (
            mir_eval.beat.trim_beats(np.asarray(b, float)) for b in (heard["downbeats"], truth["downbeats_s"])
        )
        row["down F"] = mir_eval.beat.f_measure(gold, downs)
    if heard["chords"]:
        chords = mir_eval.chord.evaluate(*_spans(_truth(truth["chords"])), *_spans(heard["chords"]))
        row |= {"majmin": chords["majmin"], "mirex": chords["mirex"]}
    if heard["sections"]:
        (gold_at, gold_names), (at, names) = _spans(_truth(truth["sections"])), _spans(heard["sections"])
        at[-1, 1] = gold_at[-1, 1]
        row["parts 3 s"] = mir_eval.segment.detection(gold_at, at, window=3, trim=True)[2]
        row["parts ARI"] = mir_eval.segment.ari(gold_at, gold_names, at, names)
    return row


def _truth(spans: list[dict[str, Any]]) -> Spans:
    return [(s["start_s"], s["end_s"], s["label"]) for s in spans]


def _spans(spans: Spans) -> tuple[np.ndarray, list[str]]:
    return np.array([(a, b) for a, b, _ in spans], float), [label for *_, label in spans]


def accuracy(demo: Path, limit: int | None) -> dict[str, dict[str, float]]:
    """Mean figures by system."""
    truths = [json.loads(p.read_text("utf-8")) for p in sorted((demo / "truth").glob("*.json"))][:limit]
    torch.set_num_threads(1)
    systems: dict[str, Callable[[Path], Heard]] = {"linernotes": ours, "librosa": librosa_peer}
    table: dict[str, dict[str, float]] = {}
    for name, system in systems.items():
        files = [_audio(demo, t) for t in truths]
        system(files[0])
        began = time.perf_counter()
        rows = [score(system(f), t) for f, t in zip(files, truths, strict=True)]
        took = time.perf_counter() - began
        minutes = sum(t["duration_s"] for t in truths) / 60
        columns = list(dict.fromkeys(k for r in rows for k in r))
        means = {k: round(float(np.mean([r[k] for r in rows if k in r])), 3) for k in columns}
        table[name] = means | {"s/min": round(took / minutes, 3)}
    print(f"{len(truths)} tracks of the demo catalogue; {platform.machine()}, {platform.system()}")
    _print(table)
    return table


def cost(demo: Path) -> dict[str, dict[str, float]]:
    """Seconds of work per minute of audio, part by part, each after those before it; one thread on the CPU."""
    truth = json.loads(next(iter(sorted((demo / "truth").glob("*.json")))).read_text("utf-8"))
    once = decode(_audio(demo, truth))
    torch.set_num_threads(1)
    table: dict[str, dict[str, float]] = {}
    for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
        for minutes in LENGTHS_MIN:
            size = minutes * 60 * once.rate
            samples = np.tile(once.samples, (1, -(-size // once.samples.shape[1])))[:, :size]
            with tempfile.NamedTemporaryFile(suffix=".wav") as file:
                soundfile.write(file.name, samples.T, once.rate)
                table[f"{device} {minutes} min"] = _cost(Path(file.name), device, minutes)
    print("seconds of work per minute of audio, part by part")
    _print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory after all: {peak:.2f} GB")
    return table


def _cost(path: Path, device: str, minutes: int) -> dict[str, float]:
    began = time.perf_counter()
    audio = decode(path)
    row = {"decode": time.perf_counter() - began}
    with torch.inference_mode():
        began = time.perf_counter()
        heard = Listening(torch.from_numpy(audio.samples).to(device), audio.rate)
        for part, names in PARTS.items():
            for name in names:
                getattr(heard, name)
            row[part] = time.perf_counter() - began
            began = time.perf_counter()
    row["all"] = sum(row.values())
    return {name: round(seconds / minutes, 3) for name, seconds in row.items()}


def _print(table: dict[str, dict[str, float]]) -> None:
    columns = list(dict.fromkeys(c for row in table.values() for c in row))
    print(" | ".join(["".ljust(12), *columns]))
    for name, row in table.items():
        print(" | ".join([name.ljust(12), *(str(row.get(c, "–")).rjust(len(c)) for c in columns)]))


def main() -> None:
    """Prints the tables and, as the last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--only", choices=("accuracy", "cost"))
    args = parser.parse_args()
    demo = load().demo
    warnings.simplefilter("ignore")
    tables = {}
    if args.only != "cost":
        tables["accuracy"] = accuracy(demo, args.limit)
    if args.only != "accuracy":
        tables["cost"] = cost(demo)
    print(json.dumps(tables))


def _audio(demo: Path, truth: dict[str, Any]) -> Path:
    found = next((p for base in (demo, demo / "music") if (p := base / truth["file"]).is_file()), None)
    if not found:
        raise SystemExit(f"no audio for {truth['file']}; run `linernotes demo --prepare`")
    return found


if __name__ == "__main__":
    main()
