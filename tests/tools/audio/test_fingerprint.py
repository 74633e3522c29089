"""Fingerprints: the same recording under damage, the same song in another key, tempo and sound, and other songs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.audio.heard import hear, rubbish
from tests.tools.audio.signals import RATE, Signal, chord, noise, tone
from tools.audio.fingerprint import Likeness, compare, compare_many, fingerprint


def song(seed: int, bpm: float = 120, up: int = 0, plain: bool = False, beats: int = 48) -> Signal:
    """A tune over chords, drawn by chance; `plain` holds the chords back."""
    rng = np.random.default_rng(seed)
    gap, scale = 60 / bpm, np.array([0, 2, 4, 5, 7, 9, 11])
    out = np.zeros(round(beats * gap * RATE))
    labels = [("C:maj", "D:min", "E:min", "F:maj", "G:maj", "A:min")[k] for k in rng.integers(0, 6, beats // 2)]
    for k in range(beats):
        pitch = 72 + int(rng.choice(scale)) + up
        sounds = [tone(pitch, gap), (0.15 if plain else 0.4) * shifted(labels[k // 2], gap, up)]
        part = out[round(k * gap * RATE) :][: len(sounds[0])]
        part += np.sum(sounds, 0)[: len(part)]
    return out


def shifted(label: str, seconds: float, up: int) -> Signal:
    names = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    root, shape = label.split(":")
    return chord(f"{names[(names.index(root) + up) % 12]}:{shape}", seconds)


def printed(signal: Signal, beats: Sequence[float] = ()) -> str:
    h = hear(signal)
    return fingerprint(h.onsets, h.salience, h.spectrum.fps, np.array(beats), h.seconds)


def grid(bpm: float, beats: int = 48) -> list[float]:
    return [k * 60 / bpm for k in range(beats)]


ORIGINAL = song(1)
PRINT = printed(ORIGINAL, grid(120))


@pytest.mark.parametrize(
    "damaged",
    [
        ORIGINAL * 0.05,
        ORIGINAL + 0.05 * noise(len(ORIGINAL) / RATE),
        np.clip(ORIGINAL, -0.12, 0.12),
        ORIGINAL[round(3.37 * RATE) : -2 * RATE],
        np.concatenate([np.zeros(RATE), ORIGINAL]),
        np.convolve(ORIGINAL, [1, -0.8])[: len(ORIGINAL)],
    ],
    ids=["quiet", "noisy", "clipped", "cut", "late", "thin"],
)
def test_damage_leaves_the_recording(damaged: Signal) -> None:
    assert compare(PRINT, printed(damaged, grid(120))).same_recording == 1


@pytest.mark.parametrize(("bpm", "up", "plain"), [(120, 5, False), (96, 0, False), (132, -2, False), (112, 3, True)])
def test_another_version_is_the_song_and_not_the_recording(bpm: float, up: int, plain: bool) -> None:
    found = compare(PRINT, printed(song(1, bpm, up, plain), grid(bpm)))
    assert found.same_song > 0.9 and found.same_recording < 0.3


def test_beats_at_half_the_level_do_not_matter() -> None:
    halved = printed(ORIGINAL, grid(120)[::2])
    assert compare(PRINT, halved).same_song > 0.9


def test_other_songs_are_neither() -> None:
    prints = [PRINT, *(printed(song(seed), grid(120)) for seed in (2, 3))]
    for a, b in combinations(prints, 2):
        assert compare(a, b) == Likeness(0, pytest.approx(0, abs=0.3))


def test_it_is_its_own_likeness_and_the_order_does_not_matter() -> None:
    other = printed(song(1, 100, 4), grid(100))
    assert compare(PRINT, PRINT) == Likeness(1, 1)
    assert compare(PRINT, other) == compare(other, PRINT)
    assert compare_many(PRINT, [PRINT, "", other]) == [Likeness(1, 1), Likeness(0, 0), compare(PRINT, other)]


@settings(max_examples=5, deadline=None)
@given(st.floats(0.01, 1.5))
def test_gain_changes_next_to_nothing(gain: float) -> None:
    assert compare(PRINT, printed(ORIGINAL * gain, grid(120))).same_recording == 1


@pytest.mark.parametrize("name", rubbish())
def test_rubbish_has_no_likeness_to_music(name: str) -> None:
    found = printed(rubbish()[name])
    if name in ("silence", "one sample", "scrap", "click", "constant"):
        assert found == ""
    assert compare(found, PRINT).same_recording == 0


@pytest.mark.parametrize("text", ["x", "AAAA", "AQAB", PRINT[:-8]])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        compare(text, PRINT)


def test_a_fingerprint_is_a_few_kilobytes() -> None:
    assert len(PRINT) < 32 / 60 * 1200  # twenty characters a second
