"""What the network learns from: excerpts, their sound, their targets."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from tests.tools.audio.signals import RATE
from tools.audio.pulse import FEATURES
from tools.training.compose import SECONDS, Excerpt, compose
from tools.training.render import pulseless, rough
from tools.training.rhythm import FRAMES, Example, batches, make

SEEDS = range(60)


@pytest.fixture(scope="module")
def excerpts() -> list[Excerpt]:
    return [compose(random.Random(f"test:{seed}")) for seed in SEEDS]


def test_beats_rise_and_fill_the_excerpt(excerpts: list[Excerpt]) -> None:
    for excerpt in excerpts:
        assert (np.diff(excerpt.times) > 0.15).all()
        assert 0.6 * SECONDS < excerpt.times[-1] < 2 * SECONDS
        assert len(excerpt.times) == excerpt.bars[-1].end + 1


def test_bars_follow_each_other(excerpts: list[Excerpt]) -> None:
    for excerpt in excerpts:
        assert excerpt.bars[0].start == 0
        for bar, after in zip(excerpt.bars, excerpt.bars[1:], strict=False):
            assert bar.end == after.start
            assert bar.beats in (2, excerpt.meter.beats)


def test_notes_are_playable(excerpts: list[Excerpt]) -> None:
    for excerpt in excerpts:
        assert excerpt.voices
        for voice in excerpt.voices:
            assert all(1 <= n.velocity <= 127 and 0 <= n.pitch <= 127 and n.length > 0 for n in voice.notes)


def test_there_is_variety(excerpts: list[Excerpt]) -> None:
    assert len({e.kind for e in excerpts}) > 8
    assert len({e.meter.name for e in excerpts}) >= 4
    assert max(e.bpm for e in excerpts) > 2 * min(e.bpm for e in excerpts)


def test_the_same_seed_composes_the_same() -> None:
    one, two = (compose(random.Random("again")) for _ in range(2))
    assert one.voices == two.voices
    assert (one.times == two.times).all()


def test_swing_delays_the_second_eighth_alone() -> None:
    excerpt = compose(random.Random("again"))
    swung = Excerpt(excerpt.kind, excerpt.meter, 60.0, excerpt.bars, np.arange(9.0), 0.66, [])
    assert swung.seconds(np.array([1.0, 1.5, 2.0])) == pytest.approx([1.0, 1.66, 2.0])


@pytest.mark.parametrize("seed", range(8))
def test_damage_leaves_finite_samples_of_full_scale(seed: int) -> None:
    sound = np.sin(np.arange(RATE) / 20).astype(np.float32)
    hurt = rough(sound, random.Random(seed))
    assert len(hurt) == len(sound)
    assert np.isfinite(hurt).all()
    assert np.abs(hurt).max() == pytest.approx(1, abs=1e-3)
    assert np.isfinite(pulseless(random.Random(seed))).all()


def test_an_example_is_the_same_every_time_and_its_targets_lie_on_its_beats() -> None:
    pytest.importorskip("tinysoundfont")
    number = next(n for n in range(20) if random.Random(f"5:{n}").random() > 0.06)
    one, two = make(5, number), make(5, number)
    assert torch.equal(one.features, two.features)
    assert one.features.shape[1] == FEATURES
    batch = next(iter(batches([one] * 2, 2, random.Random(0))))
    assert batch.features.shape == (2, FRAMES, FEATURES)
    assert (batch.taps.amax((0, 2)) == 1).all()
    assert (batch.taps[:, 1] <= batch.taps[:, 0]).all()


def test_without_a_pulse_there_are_no_targets() -> None:
    still = Example(torch.zeros(1500, FEATURES).half(), np.zeros(0), np.zeros(0, bool), 0, False, "pulseless")
    batch = next(iter(batches([still], 1, random.Random(0))))
    assert not batch.taps.any()
    assert (batch.period == -1).all() and (batch.meter == -1).all() and (batch.triple == -1).all()
