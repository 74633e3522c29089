"""Trains `tools.audio.pulse.PulseNet` on composed excerpts: features to a cache, then epochs over it.

Targets: frames on beats and downbeats (half weight beside them), and all along the excerpt the class of the beat
period, of the beats in a bar, and whether beats divide in three. Features are stretched in time and moved in pitch
anew in every epoch. The same seed gives the same weights on the same machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy, interpolate

from tools.audio.onsets import onset_curves
from tools.audio.pulse import FEATURES, METERS, PERIODS_S, PulseNet, pulse_features
from tools.training.compose import Excerpt, compose
from tools.training.render import RATE, pulseless, render

PULSELESS = 0.06
FRAMES = 1400
FPS = RATE / 440
_CHUNK = 50
_BATCH, _RATE = 8, 4e-3
_KEEP = 0.998  # of the running mean of the weights, at every step
_NOTES = slice(64, 124)


@dataclass(frozen=True)
class Example:
    """Features (frames, FEATURES) as half floats; beat times and which are downbeats; beats a bar, 0 without a pulse."""

    features: Tensor
    beats: np.ndarray[Any, Any]
    downs: np.ndarray[Any, Any]
    bar: int
    triple: bool
    kind: str


def make(seed: int, number: int) -> Example:
    """Example `number` of those that grow from `seed`."""
    rng = random.Random(f"{seed}:{number}")
    excerpt = None if rng.random() < PULSELESS else compose(rng)
    samples = torch.from_numpy(render(excerpt, rng) if excerpt else pulseless(rng))
    features = pulse_features(onset_curves(samples, RATE), samples, RATE).half()
    if excerpt is None:
        return Example(features, np.zeros(0), np.zeros(0, bool), 0, False, "pulseless")
    starts = {bar.start for bar in excerpt.bars}
    downs = np.array([b in starts for b in range(len(excerpt.times) - 1)])
    return Example(features, excerpt.times[:-1], downs, excerpt.meter.beats, _triple(excerpt), excerpt.kind)


def _triple(excerpt: Excerpt) -> bool:
    return excerpt.meter.parts == 3


def examples(work: Path, seed: int, count: int) -> list[Example]:
    """`count` examples, made or read from the cache in `work`; what is there already is not made again."""
    return [e for path in written(work, seed, count) for e in map(_example, torch.load(path, weights_only=False))][
        :count
    ]


def _example(row: dict[str, Any]) -> Example:
    return Example(**row)


def written(work: Path, seed: int, count: int) -> list[Path]:
    """Files in `work` that hold `count` examples, those that are missing made."""
    work.mkdir(parents=True, exist_ok=True)
    paths = [work / f"{seed}-{first:05d}.pt" for first in range(0, count, _CHUNK)]
    for number, path in enumerate(paths):
        if not path.exists():
            first = number * _CHUNK
            torch.save([vars(make(seed, n)) for n in range(first, first + _CHUNK)], path.with_suffix(".new"))
            path.with_suffix(".new").rename(path)
            print(f"seed {seed}: composed and rendered {first + _CHUNK} of {count}", flush=True)
    return paths


@dataclass(frozen=True)
class Batch:
    """Stacked crops: features, tap targets and their weights, period / meter / triple classes by slow frame."""

    features: Tensor
    taps: Tensor
    period: Tensor
    meter: Tensor
    triple: Tensor


def batches(data: list[Example], size: int, rng: random.Random) -> Iterator[Batch]:
    """One epoch in random order."""
    order = rng.sample(range(len(data)), len(data))
    for first in range(0, len(order) - size + 1, size):
        rows = [_varied(data[n], rng) for n in order[first : first + size]]
        yield Batch(*(torch.stack(column) for column in zip(*rows, strict=True)))


def _varied(example: Example, rng: random.Random) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """One crop, a little faster or slower, higher or lower, with bands made louder or lost."""
    speed = 2 ** rng.uniform(-0.15, 0.15) if rng.random() < 0.7 else 1.0
    features = example.features.float()
    wanted = round(len(features) / speed)
    features = interpolate(features.T[None], size=wanted, mode="linear", align_corners=False)[0].T.contiguous()
    fps = FPS * wanted / len(example.features)
    start = rng.randint(0, max(0, wanted - FRAMES))
    features = features[start : start + FRAMES]
    features = torch.nn.functional.pad(features, (0, 0, 0, FRAMES - len(features)))
    _retuned(features, rng)
    beats = example.beats * fps - start
    return features, *_targets(example, beats, fps)


def _retuned(features: Tensor, rng: random.Random) -> None:
    """Notes moved by some semitones, bands tilted, some hidden; in place."""
    features[:, _NOTES] = features[:, _NOTES].roll(rng.randint(-4, 4), 1)
    tilt = torch.linspace(rng.uniform(-0.25, 0.25), rng.uniform(-0.25, 0.25), 64)
    features[:, :64] *= 1 + tilt
    if rng.random() < 0.3:
        low = rng.randint(0, 56)
        features[:, low : low + rng.randint(2, 12)] = 0
    if rng.random() < 0.15:
        features[:, rng.choice((_NOTES, slice(0, 64), slice(124, FEATURES)))] *= rng.choice((0.0, 0.5))


def _targets(example: Example, beats: np.ndarray[Any, Any], fps: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    taps = torch.zeros(2, FRAMES)
    for row, places in enumerate((beats, beats[example.downs])):
        frames = np.round(places).astype(int)
        for off, level in ((-1, 0.5), (1, 0.5), (0, 1.0)):
            at = frames + off
            taps[row, at[(at >= 0) & (at < FRAMES)]] = level
    slow = np.arange(FRAMES // 4) * 4 + 1.5
    if not example.bar:
        none = torch.full((len(slow),), -1)
        return taps, none, none, torch.full((len(slow),), -1.0)
    gaps = np.interp(slow, (beats[1:] + beats[:-1]) / 2, np.diff(beats)) / fps
    period = np.abs(np.log(gaps)[:, None] - np.log(PERIODS_S.numpy())).argmin(1)
    inside = (slow >= beats[0]) & (slow <= beats[-1])
    period = np.where(inside, period, -1)
    meter = np.where(inside, METERS.index(example.bar), -1)
    return (
        taps,
        torch.from_numpy(period),
        torch.from_numpy(meter),
        torch.from_numpy(np.where(inside, float(example.triple), -1.0)).float(),
    )


def loss_of(net: PulseNet, batch: Batch) -> Tensor:
    """Cross-entropies of all heads; taps weigh most. The network computes in bfloat16."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        taps, course = (logits.float() for logits in net(batch.features))
    periods, meters = len(PERIODS_S), len(METERS)
    weight = torch.tensor([1.0, 1.5])[:, None]
    loss = 10 * (bce(taps, batch.taps, reduction="none") * weight).mean()
    loss = loss + 0.15 * cross_entropy(course[:, :periods], batch.period, ignore_index=-1, label_smoothing=0.1)
    loss = loss + 0.1 * cross_entropy(course[:, periods : periods + meters], batch.meter, ignore_index=-1)
    known = batch.triple >= 0
    return loss + 0.1 * bce(course[:, -1][known], batch.triple[known])


def train(data: list[Example], epochs: int, seed: int) -> PulseNet:
    """`epochs` passes at a rate that rises and falls (Smith & Topin, "Super-Convergence", 2018).

    The weights are a running mean of those of the last few hundred steps (Polyak & Juditsky, 1992).
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    net = PulseNet()
    running = torch.optim.swa_utils.get_ema_multi_avg_fn(_KEEP)  # type: ignore[no-untyped-call]
    mean = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=running, use_buffers=True)
    optimizer = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=0.02)
    steps = epochs * (len(data) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps + 1, pct_start=0.1)
    for epoch in range(epochs):
        losses = []
        for batch in batches(data, _BATCH, rng):
            loss = loss_of(net, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            mean.update_parameters(net)
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}", flush=True)
    best = mean.module
    assert isinstance(best, PulseNet)
    return best.eval()


def save(net: PulseNet, path: Path) -> None:
    """The weights as half floats."""
    from safetensors.torch import save_file

    state = net.state_dict().items()
    save_file({name: value.half() if value.is_floating_point() else value for name, value in state}, path)
