"""Hearing side by side: our analysis, librosa's and essentia's on the demo catalogue, whose beats, keys and chords are known.

Figures by mir_eval: beat F-measure (70 ms) and CMLt, downbeat F, tempo within 4 % (Acc1) and up to octave (Acc2), key
weighted score, chord recall (majmin and MIREX), section boundaries within 3 s and labels (adjusted Rand index);
seconds of work per minute of audio, decoding included; one thread.

Then the cost of each part on tracks of 1, 4 and 15 minutes, on every device there is, beside the
peers' whole cost, and the peak of memory on 20 minutes.

usage: python -m tests.benchmarks.audio [--limit N] [--only accuracy|cost]
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
import soundfile
import torch

from assistant.settings import load
from tests.benchmarks.device import by_part
from tests.benchmarks.kinds import kinds, tally
from tests.benchmarks.peers import Heard, peers
from tools.audio.decode import decode
from tools.audio.engine import analyze_file

LENGTHS_MIN = (1, 4, 15)
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
    systems: dict[str, Callable[[Path], Heard]] = {"linernotes": ours, **peers()}
    table: dict[str, dict[str, float]] = {}
    failures: dict[str, dict[str, dict[str, int]]] = {}
    for name, system in systems.items():
        files = [_audio(demo, t) for t in truths]
        system(files[0])
        began = time.perf_counter()
        answers = [system(f) for f in files]
        took = time.perf_counter() - began
        rows = [score(a, t) for a, t in zip(answers, truths, strict=True)]
        failures[name] = tally(kinds(a, t) for a, t in zip(answers, truths, strict=True))
        minutes = sum(t["duration_s"] for t in truths) / 60
        columns = list(dict.fromkeys(k for r in rows for k in r))
        means = {k: round(float(np.mean([r[k] for r in rows if k in r])), 3) for k in columns}
        table[name] = means | {"s/min": round(took / minutes, 3)}
    print(f"{len(truths)} tracks of the demo catalogue; {platform.machine()}, {platform.system()}")
    _print(table)
    print("answers by kind")
    for name, aspects in failures.items():
        for aspect, counts in aspects.items():
            print(f"  {name}, {aspect}: " + ", ".join(f"{n} {kind}" for kind, n in counts.items()))
    return table


def cost(demo: Path) -> dict[str, dict[str, float]]:
    """Seconds of work per minute of audio, part by part, each after those before it; one thread on the CPU."""
    truth = json.loads(next(iter(sorted((demo / "truth").glob("*.json")))).read_text("utf-8"))
    once = decode(_audio(demo, truth))
    torch.set_num_threads(1)
    table: dict[str, dict[str, float]] = {}
    for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
        by_part(once, device)
        for minutes in LENGTHS_MIN:
            size = minutes * 60 * once.rate
            samples = np.tile(once.samples, (1, -(-size // once.samples.shape[1])))[:, :size]
            with tempfile.NamedTemporaryFile(suffix=".wav") as file:
                soundfile.write(file.name, samples.T, once.rate)
                table[f"{device} {minutes} min"] = _cost(Path(file.name), device, minutes)
                for name, peer in peers().items() if device == "cpu" else ():
                    began = time.perf_counter()
                    peer(Path(file.name))
                    table[f"{name} {minutes} min"] = {"all": round((time.perf_counter() - began) / minutes, 3)}
    print("seconds of work per minute of audio, part by part")
    _print(table)
    return table


def _cost(path: Path, device: str, minutes: int) -> dict[str, float]:
    began = time.perf_counter()
    audio = decode(path)
    row = {"decode": time.perf_counter() - began} | by_part(audio, device)
    row["all"] += row["decode"]
    return {name: round(seconds / minutes, 3) for name, seconds in row.items()}


def peak_gb(demo: Path) -> float:
    """Memory at the peak of `linernotes analyze` on 20 minutes of stereo, in GB (10^9 bytes)."""
    truth = json.loads(next(iter(sorted((demo / "truth").glob("*.json")))).read_text("utf-8"))
    once = decode(_audio(demo, truth))
    samples = np.tile(once.samples[[0, -1]], (1, -(-20 * 60 * once.rate // once.samples.shape[1])))
    with tempfile.NamedTemporaryFile(suffix=".flac") as file:
        soundfile.write(file.name, samples[:, : 20 * 60 * once.rate].T, once.rate)
        program = (
            "import pathlib, re, sys; from ui.main import main; "
            f"main(['analyze', '--json', '--device', 'cpu', {file.name!r}]); "
            "peak = re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text()); "
            "print(peak[1], file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return round(int(done.stderr.split()[-1]) * 1024 / 1e9, 2)


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
        print(f"peak memory of `linernotes analyze` on 20 minutes: {peak_gb(demo)} GB")
    print(json.dumps(tables))


def _audio(demo: Path, truth: dict[str, Any]) -> Path:
    found = next((p for base in (demo, demo / "music") if (p := base / truth["file"]).is_file()), None)
    if not found:
        raise SystemExit(f"no audio for {truth['file']}; run `linernotes demo --prepare`")
    return found


if __name__ == "__main__":
    main()
