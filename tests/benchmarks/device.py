"""The engine on a graphics card: what each part of an analysis costs there, and how many times real time a batch goes.

Needs numpy and torch alone, like the engine itself (and soundfile for the files at the end), so that it runs on a bare machine:
the music is made here, and there is no peer beside the card but the same engine on the processor.

usage: python -m tests.benchmarks.device [--jobs 1,4,8,16] [--tracks N] [--minutes M]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import tempfile
import time
import wave
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from tests.tools.audio.signals import clicks, progression, thumps
from tools.audio.analysts import Analysts
from tools.audio.decode import Audio
from tools.audio.engine import PARTS, analyze, on_device
from tools.audio.listening import Listening
from tools.audio.sharing import shared_card

RATE = 44_100
LENGTHS_MIN = (1, 4, 15)
_PATIENCE_S = 300.0
_LOOPS = (["C:maj", "A:min", "F:maj", "G:7"], ["A:min", "F:maj", "C:maj", "G:maj"])
_GAP_S = 0.5


def song(minutes: float, seed: int = 0) -> Audio:
    """Stereo at 44.1 kHz: two parts in turn, with drums in the second, a little noise, and another level at each seed."""
    parts = []
    for k, labels in enumerate(_LOOPS):
        chords = progression(labels * 4, 60 / _GAP_S, rate=RATE)
        seconds = len(chords) / RATE
        beats = np.arange(0, seconds, _GAP_S)
        drums = thumps(list(beats[::2]), seconds, RATE) + clicks(list(beats[1::2]), seconds, rate=RATE)
        parts.append(chords + 0.3 * k * drums)
    whole = np.concatenate(parts)
    whole = np.tile(whole, -(-round(minutes * 60 * RATE) // len(whole)))[: round(minutes * 60 * RATE)]
    noise = np.random.default_rng(seed).standard_normal((2, len(whole))).astype(np.float32)
    return Audio((0.5 - 0.02 * seed) * whole.astype(np.float32) + 0.001 * noise, RATE)


def by_part(audio: Audio, device: str) -> dict[str, float]:
    """Seconds for each part of the profile, each after those before it; the first is the mix, on the device."""
    took, began = {}, time.perf_counter()
    with torch.inference_mode():
        heard = Listening(on_device(audio, device), audio.rate)
        took["mix"] = time.perf_counter() - began
        for part, names in PARTS.items():
            began = time.perf_counter()
            for name in names:
                getattr(heard, name)
            took[part] = time.perf_counter() - began
    return {**took, "all": sum(took.values())}


def many(device: str, jobs: int, tracks: int, minutes: float, told: Mapping[str, str] = MappingProxyType({})) -> float:
    """Seconds a track, `tracks` of them in each of `jobs` processes side by side, when all have begun.

    `told` is what `tools.audio.sharing.shared_card` wants the processes to know.
    """
    spawn = multiprocessing.get_context("spawn")
    ready, go, done = spawn.Barrier(jobs + 1), spawn.Event(), spawn.Barrier(jobs + 1)
    processes = [
        spawn.Process(target=_work, args=(device, k, tracks, minutes, dict(told), ready, go, done)) for k in range(jobs)
    ]
    for process in processes:
        process.start()
    ready.wait(_PATIENCE_S)
    began = time.perf_counter()
    go.set()
    done.wait(_PATIENCE_S)
    took = time.perf_counter() - began
    for process in processes:
        process.join()
    return took / jobs / tracks


def _work(
    device: str, seed: int, tracks: int, minutes: float, told: dict[str, str], ready: Barrier, go: Event, done: Barrier
) -> None:
    os.environ.update(told)
    torch.set_num_threads(1)
    audio = song(minutes, seed % 8)
    analyze(audio, device)
    ready.wait(_PATIENCE_S)
    go.wait(_PATIENCE_S)
    for _ in range(tracks):
        analyze(audio, device)
    done.wait(_PATIENCE_S)


def files(device: str, jobs: int, tracks: int, minutes: float) -> float:
    """Seconds a track as `linernotes analyze` hears them: WAV files, each decoded in a child process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{k}.wav" for k in range(min(jobs, 8))]
        for k, path in enumerate(paths):
            _write(path, song(minutes, k))
        with closing(Analysts(device, jobs)) as analysts, ThreadPoolExecutor(jobs) as asking:
            list(asking.map(analysts.profile, (paths * jobs)[: 2 * jobs]))  # processes start with the first files
            began = time.perf_counter()
            list(asking.map(analysts.profile, (paths * jobs * tracks)[: jobs * tracks]))
            return (time.perf_counter() - began) / jobs / tracks


def _write(path: Path, audio: Audio) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(audio.samples))
        out.setsampwidth(2)
        out.setframerate(audio.rate)
        out.writeframes((audio.samples.T * 32_767).clip(-32_768, 32_767).astype("<i2").tobytes())


def _side_by_side(
    how: str, device: str, args: argparse.Namespace, told: dict[str, str], figures: dict[str, Any]
) -> None:
    for jobs in (int(n) for n in args.jobs.split(",")):
        seconds = many(device, jobs, args.tracks, args.minutes, told)
        figures["batch"][f"{jobs} {how}"] = times = round(60 * args.minutes / seconds)
        print(f"  {jobs:>3} processes {how}  {1000 * seconds:7.1f} ms a track  {times:>6,} times real time", flush=True)


def main() -> None:
    """Prints the tables and, as the last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", default=f"1,{os.cpu_count()}", help="processes side by side (default: %(default)s)")
    parser.add_argument("--tracks", type=int, default=8, help="tracks for each process (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=4.0, help="length of a track (default: %(default)s)")
    parser.add_argument(
        "--alone", default="cpu,cuda", help="where one track after the other is heard (default: %(default)s)"
    )
    args = parser.parse_args()
    cuda = torch.cuda.is_available()
    where = torch.cuda.get_device_name() if cuda else platform.processor() or platform.machine()
    print(f"{where}, {os.cpu_count()} cores, torch {torch.__version__}")
    torch.set_num_threads(1)
    figures: dict[str, Any] = {"device": where, "parts_ms": {}, "batch": {}}
    print("milliseconds by part, the best of three, one track after the other")
    for device in (d for d in args.alone.split(",") if d == "cpu" or cuda):
        by_part(song(LENGTHS_MIN[0]), device)
        for minutes in LENGTHS_MIN:
            audio = song(minutes)
            row = min((by_part(audio, device) for _ in range(3)), key=lambda took: took["all"])
            figures["parts_ms"][f"{device} {minutes} min"] = shown = {k: round(1000 * v, 1) for k, v in row.items()}
            print(f"  {device} {minutes:>2} min", *(f"{k} {v}" for k, v in shown.items()), sep="  ", flush=True)
    print(f"tracks of {args.minutes:g} minutes side by side, decoded already")
    _side_by_side("taking turns", "cuda" if cuda else "cpu", args, {}, figures)
    if cuda:
        with shared_card() as told:
            if told:
                _side_by_side("sharing the card", "cuda", args, told, figures)
    jobs = os.cpu_count() or 1
    seconds = files("cuda" if cuda else "cpu", jobs, args.tracks, args.minutes)
    figures["files"] = times = round(60 * args.minutes / seconds)
    print(f"WAV files, decoding included, {jobs} at once: {1000 * seconds:.1f} ms a track, {times:,} times real time")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
