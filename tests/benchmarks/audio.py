"""Hearing side by side: our analysis and librosa's on the demo catalogue, whose beats, keys and chords are known.

Figures by mir_eval: beat F-measure (70 ms) and CMLt, tempo within 4 % (Acc1) and up to octave (Acc2), key weighted
score, chord majmin recall; seconds of work per minute of audio, decoding included. librosa is used as its
documentation shows: `beat_track`; Krumhansl-Kessler correlation on mean `chroma_cqt` for the key; binary major and
minor templates on beat-synchronous chroma with `viterbi_discriminative` for chords.

usage: python -m tests.benchmarks.audio [--limit N]
"""

from __future__ import annotations

import argparse
import json
import platform
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np

from assistant.settings import load
from tools.audio.engine import analyze_file

NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
Heard = dict[str, Any]


def ours(path: Path) -> Heard:
    """The product's analysis."""
    profile = analyze_file(path, device="cpu")
    key = f"{profile.key.tonic} {profile.key.mode}" if profile.key else ""
    return {
        "bpm": profile.tempo.bpm or 0.0,
        "beats": profile.beats_s,
        "key": key,
        "chords": [(c.start_s, c.end_s, c.label) for c in profile.chords],
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
    return {
        "bpm": float(np.atleast_1d(bpm)[0]),
        "beats": librosa.frames_to_time(frames, sr=rate),
        "key": f"{NAMES[tonic]} {mode}",
        "chords": chords,
    }


def score(heard: Heard, truth: dict[str, Any]) -> dict[str, float]:
    """mir_eval's figures for one track."""
    beats, gold = (mir_eval.beat.trim_beats(np.asarray(b, float)) for b in (heard["beats"], truth["beats_s"]))
    near = [abs(heard["bpm"] / (truth["bpm"] * f) - 1) <= 0.04 for f in (1, 2, 3, 1 / 2, 1 / 3)]
    key = truth["key"]
    wanted = f"{key['tonic']} {key['mode']}" if isinstance(key, dict) else key
    row = {
        "beat F": mir_eval.beat.f_measure(gold, beats), "CMLt": mir_eval.beat.continuity(gold, beats)[1], "Acc1": float(near[0]), "Acc2": float(any(near)),
        "key": mir_eval.key.weighted_score(wanted, heard["key"]) if heard["key"] else 0.0,
    }  # fmt: skip
    if heard["chords"]:
        spans, labels = zip(*(((a, b), c) for a, b, c in heard["chords"]), strict=True)
        gold_spans, gold_labels = zip(*(((c["start_s"], c["end_s"]), c["label"]) for c in truth["chords"]), strict=True)
        row["chords"] = mir_eval.chord.evaluate(np.array(gold_spans), list(gold_labels), np.array(spans), list(labels))[
            "majmin"
        ]
    return row


def main() -> None:
    """Prints the table and, as the last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int)
    demo = load().demo
    truths = [json.loads(p.read_text("utf-8")) for p in sorted((demo / "truth").glob("*.json"))][
        : parser.parse_args().limit
    ]
    warnings.simplefilter("ignore")
    systems: dict[str, Callable[[Path], Heard]] = {"linernotes": ours, "librosa": librosa_peer}
    table: dict[str, dict[str, float]] = {}
    for name, system in systems.items():
        files = [_audio(demo, t) for t in truths]
        system(files[0])
        began = time.perf_counter()
        rows = [score(system(f), t) for f, t in zip(files, truths, strict=True)]
        took = time.perf_counter() - began
        minutes = sum(t["duration_s"] for t in truths) / 60
        table[name] = {k: round(float(np.mean([r[k] for r in rows if k in r])), 3) for k in rows[0]} | {
            "s/min": round(took / minutes, 3)
        }
    columns = list(table["linernotes"])
    print(f"{len(truths)} tracks of the demo catalogue; {platform.machine()}, {platform.system()}")
    print(" | ".join(["system".ljust(12), *columns]))
    for name, figures in table.items():
        print(" | ".join([name.ljust(12), *(str(figures[c]).rjust(len(c)) for c in columns)]))
    print(json.dumps(table))


def _audio(demo: Path, truth: dict[str, Any]) -> Path:
    found = next((p for base in (demo, demo / "music") if (p := base / truth["file"]).is_file()), None)
    if not found:
        raise SystemExit(f"no audio for {truth['file']}; run `linernotes demo --prepare`")
    return found


if __name__ == "__main__":
    main()
