"""One track being listened to. Each property is heard when something asks for it, once, from what it needs.

Rhythm, harmony and form are read from a mono mix at about 22 kHz, level and colour from all channels at the
file's own rate. Spectra are on the device of the samples; what works on beats, bars and seconds is NumPy.
Properties named as a field of `index.profile.Profile` hold that field.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from index.profile import (
    Arc,
    Chord,
    Energy,
    Event,
    Harmony,
    Instrument,
    Key,
    KeySpan,
    Loudness,
    Melody,
    Rhythm,
    Section,
    SoundEmbedding,
    Tempo,
    Texture,
    Timbre,
    VoiceSpan,
)
from tools.audio.arc import brightness_by_second, measure_arc
from tools.audio.beats import track_beats
from tools.audio.chords import change_costs, chord_path, chord_scores, chord_spans, unit
from tools.audio.chroma import between, fold
from tools.audio.colour import per_second
from tools.audio.embedding import measure_embedding
from tools.audio.events import find_events
from tools.audio.fingerprint import fingerprint
from tools.audio.form import (
    BRISK_BAR_S,
    PLACES,
    SHORT_BAR_S,
    find_sections,
    is_hasty,
    lifted_likeness,
    phrase_rests,
    units,
)
from tools.audio.instruments import find_instruments
from tools.audio.keys import Lift, expected_chords, home_scores, is_tonal, key_scores, key_spans, lifts, main_key
from tools.audio.melody import find_melody
from tools.audio.meter import Bars, lay_bars
from tools.audio.onsets import HIGH_HZ, LOW_HZ
from tools.audio.progressions import harmony
from tools.audio.pulse import Heard, hear
from tools.audio.rhythm import describe_rhythm
from tools.audio.roles import name_sections
from tools.audio.sound import Sound
from tools.audio.tempo import describe_tempo
from tools.audio.texture import measure_texture
from tools.audio.voice import find_voices

Curve = NDArray[np.float64]

_LONG_REST_S = 12.0  # without a beat, from which on harmony and form are read in steps
_STEP_S = 0.5  # the grid for harmony and form where there is no beat
_TREBLE, _BASS = (38, 84), (28, 50)  # MIDI
_BASS_BANDS = 5  # of the mel spectrum, up to about 200 Hz


class Listening:
    """One track, heard. `samples` (channels, frames) have full scale 1.0 and come at `rate` Hz."""

    def __init__(self, samples: Tensor, rate: int, notes: Sequence[str] = ()) -> None:
        self.sound = Sound(samples, rate, notes)

    @property
    def notes(self) -> list[str]:
        return self.sound.notes

    @property
    def duration_s(self) -> float:
        return round(self.sound.seconds, 3)

    @property
    def loudness(self) -> Loudness:
        return self.sound.loudness

    @property
    def timbre(self) -> Timbre:
        return self.sound.timbre

    @property
    def energy(self) -> Energy:
        return self.sound.energy

    # rhythm

    @cached_property
    def _heard(self) -> Heard:
        return hear(self.sound.onsets, self.sound.mono, self.sound.mono_rate)

    @cached_property
    def _pulse(self) -> tuple[Tempo, Curve]:
        """Tempo and beats, where there is a pulse."""
        if not self.sound.is_music:
            return Tempo(None, 0.0), np.zeros(0)
        beats = track_beats(self._heard, self.sound.onset_times)
        times = beats.times[(beats.times >= 0) & (beats.times < self.sound.seconds)]
        tempo = describe_tempo(times, beats.confidence, beats.level)
        if tempo.bpm is None:
            self.sound.notes.append("no steady pulse was found, so there is no tempo, meter or beat")
            return tempo, np.zeros(0)
        return tempo, times

    @cached_property
    def tempo(self) -> Tempo:
        return self._pulse[0]

    @cached_property
    def beats(self) -> Curve:
        return self._pulse[1]

    @cached_property
    def bars(self) -> Bars | None:
        """Meter and downbeats, where there are beats."""
        return lay_bars(self._heard, self.beats) if len(self.beats) else None

    @property
    def meter(self) -> str | None:
        return self.bars.meter if self.bars else None

    @property
    def beats_s(self) -> list[float]:
        return _times(self.beats)

    @property
    def downbeats_s(self) -> list[float]:
        return _times(self.beats[self.bars.positions == 0]) if self.bars else []

    @property
    def rhythm(self) -> Rhythm:
        if not self.bars:
            return Rhythm()
        return describe_rhythm(self.bars, self.beats, self.sound.onsets, self.sound.onset_times, self.sound.seconds)

    @cached_property
    def grid(self) -> tuple[Curve, NDArray[np.intp]]:
        """Edges of the stretches to read harmony from: beats, and half seconds where there are none for long; and the indices of
        the beats among them."""
        if not len(self.beats):
            steps = max(1, round(self.sound.seconds / _STEP_S))
            return np.linspace(0, self.sound.seconds, steps + 1), np.zeros(0, np.intp)
        head = [0.0] if self.beats[0] > 0.05 else []
        tail = [self.sound.seconds] if self.sound.seconds - self.beats[-1] > 0.05 else []
        edges = np.concatenate([head, self.beats, tail])
        edges[0], edges[-1] = 0.0, self.sound.seconds
        gaps = np.diff(edges)
        counts = np.where(gaps > _LONG_REST_S, np.round(gaps / _STEP_S), 1).astype(np.intp)
        filled = [
            np.linspace(a, a + gap, n, endpoint=False) for a, gap, n in zip(edges[:-1], gaps, counts, strict=True)
        ]
        places = np.concatenate([[0], np.cumsum(counts)])
        return np.concatenate([*filled, edges[-1:]]), places[len(head) : len(head) + len(self.beats)]

    # harmony

    @cached_property
    def _chroma(self) -> tuple[Curve, Curve]:
        """Treble and bass chroma (stretches, 12), unit rows; zero where no pitches stand out."""
        strengths = self.sound.notes_between(self.grid[0])
        treble, bass = (unit(fold(strengths, *reach)) for reach in (_TREBLE, _BASS))
        if not self.sound.is_music or not is_tonal(treble):
            return np.zeros_like(treble), np.zeros_like(bass)
        return treble, bass

    @property
    def treble(self) -> Curve:
        return self._chroma[0]

    @property
    def bass(self) -> Curve:
        return self._chroma[1]

    @cached_property
    def _harmony(self) -> tuple[Key | None, list[KeySpan], list[Chord]]:
        if not self.sound.is_music:
            return None, [], []
        if not self.treble.any():
            self.sound.notes.append("no pitches stand out, so there is no key and there are no chords")
            return None, [], [Chord(0.0, self.duration_s, "N", 1.0)]
        fit, change = chord_scores(self.treble, self.bass), self._chord_change_costs()
        path = chord_path(fit, change)
        scores = key_scores(self.treble, path)
        starts = np.searchsorted(self.grid[0], [s.start_s - 0.01 for s in self._parts_of_form])
        home = home_scores(scores, path, starts)
        keys = key_spans(scores, home, self.grid[0])
        fit = fit + expected_chords(keys, self.grid[0])
        return main_key(keys, home), keys, chord_spans(chord_path(fit, change), fit, self.bass, self.grid[0])

    def _chord_change_costs(self) -> Curve:
        """What a new chord costs in each stretch of the grid."""
        positions, counts = np.full((2, len(self.treble)), -1)
        if self.bars:
            on_beats = self.grid[1][self.grid[1] < len(positions)]
            positions[on_beats] = self.bars.positions[: len(on_beats)]
            counts[on_beats] = self.bars.counts[: len(on_beats)]
        return change_costs(positions, counts)

    @property
    def key(self) -> Key | None:
        return self._harmony[0]

    @property
    def keys(self) -> list[KeySpan]:
        return self._harmony[1]

    @property
    def chords(self) -> list[Chord]:
        return self._harmony[2]

    @property
    def harmony(self) -> Harmony:
        starts = [s.start_s for s in self._parts_of_form]
        return harmony(self.chords, self.keys, starts, len(self.downbeats_s), self.sound.spectrum.tuning_semitones)

    # form

    @cached_property
    def _parts_of_form(self) -> list[Section]:
        """Sections without their roles."""
        if not self.sound.is_music:
            return []
        return self._parts()

    def _parts(self, lifts: Sequence[Lift] = ()) -> list[Section]:
        parts = self._parts_of_bars(SHORT_BAR_S, lifts)
        return self._parts_of_bars(BRISK_BAR_S, lifts) if is_hasty(parts) else parts

    def _parts_of_bars(self, short_bar_s: float, lifts: Sequence[Lift]) -> list[Section]:
        """Sections made of bars, or of pairs of them where they are shorter than `short_bar_s`; what comes back in another key, too, if
        the music is lifted."""
        edges, beats = self.grid
        starts = np.arange(0, len(self.treble), 4)
        if self.bars:
            downs = beats[self.bars.positions == 0]
            between_beats = np.setdiff1d(np.arange(len(self.treble)), beats)[::4]  # where nothing tells bars
            between_beats = between_beats[between_beats > 0]
            starts = np.unique(np.concatenate([[0], downs[downs < len(self.treble)], between_beats]))
        bars = np.append(edges[starts], edges[-1])
        starts = starts[units(bars, np.add.reduceat(self.treble, starts), short_bar_s)]
        bars = np.append(edges[starts], edges[-1])
        mel = between(self.sound.onsets.mel, bars, self.sound.onsets.fps).cpu().double().numpy()
        timbre = np.log(mel + 1e-3 * mel.mean() + 1e-12)
        places = np.interp(np.arange(len(starts) * PLACES + 1) / PLACES, np.arange(len(bars)), bars)
        notes = self.sound.notes_between(places)
        likeness = lifted_likeness(notes, timbre, bars[:-1], lifts)
        return find_sections(likeness, phrase_rests(notes), bars)

    @cached_property
    def sections(self) -> list[Section]:
        found = lifts(self.keys)
        return name_sections(self._parts(found) if found else self._parts_of_form, self.energy.curve, self.voices)

    @cached_property
    def events(self) -> list[Event]:
        seconds = per_second(self.sound.levels.power)
        if self.sound.is_silent or len(seconds) < 2:
            return []
        low = self.sound.onsets.mel[:, :_BASS_BANDS] ** 2
        bass = between(low, np.arange(len(seconds) + 1.0), self.sound.onsets.fps).sum(1)
        return find_events(seconds, bass.cpu().double().numpy(), self.sound.onset_times)

    # sound and its course

    @cached_property
    def arc(self) -> Arc:
        seconds = len(self.energy.curve)
        if not self.sound.is_music:
            return Arc()
        bright = brightness_by_second(self.sound.onsets.mel, self.sound.onsets.fps, LOW_HZ, HIGH_HZ, seconds)
        place = np.searchsorted(self.grid[0], np.arange(seconds) + 0.5, "right") - 1
        chroma = self.treble[np.clip(place, 0, len(self.treble) - 1)]
        return measure_arc(self.energy, bright, chroma, self.key, self.sound.onset_times)

    # who plays, what they play, and how alike it is to others

    @cached_property
    def texture(self) -> Texture:
        return measure_texture(
            self.sound.samples,
            self.sound.onsets,
            self.sound.spectrum,
            self.sound.levels,
            self.timbre,
            self.loudness,
            self.energy,
        )

    @cached_property
    def voices(self) -> list[VoiceSpan]:
        return find_voices(self.sound.mono, self.sound.mono_rate) if self.sound.is_music else []

    @cached_property
    def instruments(self) -> list[Instrument]:
        return find_instruments(
            self.sound.onsets, self.sound.spectrum, self.sound.salience, self.timbre, self.voices, self.sound.seconds
        )

    @cached_property
    def melody(self) -> Melody | None:
        return find_melody(self.sound.spectrum, self.sound.salience) if self.sound.is_music else None

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(
            self.sound.onsets, self.sound.salience, self.sound.spectrum.fps, self.beats, self.sound.seconds
        )

    @cached_property
    def embedding(self) -> SoundEmbedding:
        return measure_embedding(
            self.sound.onsets, self.treble, self.tempo, self.rhythm, self.chords, self.energy, self.timbre, self.texture
        )


def _times(values: Curve) -> list[float]:
    return [round(float(v), 3) for v in values]
