"""The measured profile of a track: the road from samples to `index.profile.Profile`.

Rhythm, harmony and form are read from a mono mix at about 22 kHz, level and colour from all channels at the
file's own rate. The spectra run on `device`; what works on beats and bars is NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.profile import Chord, Key, KeySpan, Profile, Section, Tempo
from tools.audio.chords import chord_path, chord_spans, unit
from tools.audio.chroma import between, fold, log_spectrum, note_salience
from tools.audio.colour import measure_energy, measure_timbre
from tools.audio.decode import DEFAULT_LIMITS, Audio, Limits, decode
from tools.audio.form import bar_features, find_sections
from tools.audio.keys import is_tonal, key_scores, key_spans, main_key
from tools.audio.loudness import measure_levels, programme_loudness, true_peak
from tools.audio.meter import Bars, accents, find_bars, is_compound
from tools.audio.onsets import Onsets, onset_curves, onset_times
from tools.audio.resample import ratio_towards, resample
from tools.audio.tempo import describe_tempo, track_beats, track_tempo

Curve = NDArray[np.float64]

RATE = 22_050.0
_SILENCE = 1e-4  # -80 dBFS: below this peak there is nothing to measure
_OFFSET = 0.01
_STEP_S = 0.5  # the grid for harmony and form where there is no beat
_MIN_MUSIC_S = 3.0
_COMPRESSION = 0.7  # of note strengths, so that one loud note does not drown a chord
_TREBLE, _BASS = (38, 84), (28, 50)  # MIDI


def analyze_file(path: Path, device: str = "auto", limits: Limits = DEFAULT_LIMITS) -> Profile:
    """The profile of an audio file; raises `tools.audio.decode.AudioRejected` when it cannot be decoded."""
    return analyze(decode(path, limits), device)


def analyze(audio: Audio, device: str = "auto") -> Profile:
    """The profile of decoded samples; `device` is "cpu", "cuda" or "auto" (cuda where there is one).

    What the signal does not tell (no pulse, no key, silence) is None or empty, and `notes` says why.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    samples = torch.from_numpy(np.require(audio.samples, np.float32, ["C", "W"])).to(device)
    notes = list(audio.notes)
    with torch.inference_mode():
        if float(samples.mean(1).abs().max()) > _OFFSET:
            samples = samples - samples.mean(1, keepdim=True)
            notes.append("a constant offset (DC) was taken out before measuring")
        ratio = ratio_towards(audio.rate, RATE)
        mono = resample(_mono(samples, notes), ratio)
        return _profile(samples, audio.rate, mono, audio.rate * float(ratio), notes)


def _mono(samples: Tensor, notes: list[str]) -> Tensor:
    """The mean of the channels (frames,), or the loudest channel where they cancel each other."""
    mono = samples.mean(0)
    power = torch.linalg.vector_norm(samples, dim=1) ** 2
    if torch.linalg.vector_norm(mono) ** 2 < 0.01 * power.max():
        notes.append("the channels nearly cancel each other: rhythm and harmony were read from the loudest one")
        mono = samples[int(power.argmax())]
    return mono


def _profile(samples: Tensor, rate: int, mono: Tensor, mono_rate: float, notes: list[str]) -> Profile:
    """Measure everything and put it together; `notes` grows."""
    duration = samples.shape[1] / rate
    levels = measure_levels(samples, rate)
    onsets = onset_curves(mono, mono_rate)
    silent = float(mono.abs().max()) < _SILENCE
    if silent:
        notes.append("the track is silent")
    elif duration < _MIN_MUSIC_S:
        notes.append(f"too short for tempo, key and form ({duration:.1f} s)")
    musical = not silent and duration >= _MIN_MUSIC_S
    rhythm = _rhythm(onsets, duration, notes) if musical else _Rhythm.none()
    music = _music(mono, mono_rate, onsets, rhythm, duration, notes) if musical else _Music.none()
    return Profile(
        duration_s=round(duration, 3),
        tempo=rhythm.tempo,
        meter=music.bars.meter if music.bars else None,
        beats_s=_times(rhythm.beats),
        downbeats_s=_times(rhythm.beats[music.bars.positions == 0]) if music.bars else [],
        key=music.key,
        keys=music.keys,
        chords=music.chords,
        sections=music.sections,
        loudness=programme_loudness(levels, true_peak(samples, rate)),
        energy=measure_energy(levels, onset_times(onsets) if not silent else [], duration),
        timbre=measure_timbre(samples, rate, onsets),
        notes=notes,
    )


@dataclass(frozen=True)
class _Rhythm:
    tempo: Tempo
    beats: Curve

    @classmethod
    def none(cls) -> _Rhythm:
        return cls(Tempo(None, 0.0), np.zeros(0))


@dataclass(frozen=True)
class _Music:
    bars: Bars | None
    key: Key | None
    keys: list[KeySpan]
    chords: list[Chord]
    sections: list[Section]

    @classmethod
    def none(cls) -> _Music:
        return cls(None, None, [], [], [])


def _rhythm(onsets: Onsets, duration: float, notes: list[str]) -> _Rhythm:
    """Tempo and beats, where there is a pulse."""
    strength = onsets.strength.cpu().double().numpy()
    track = track_tempo(onsets.strength, onsets.fps)
    beats = track_beats(strength, onsets.fps, track)
    beats = beats[(beats >= 0) & (beats < duration)]
    tempo = describe_tempo(beats, track.clarity)
    if tempo.bpm is None:
        notes.append("no steady pulse was found, so there is no tempo, meter or beat")
        return _Rhythm(tempo, np.zeros(0))
    return _Rhythm(tempo, beats)


def _music(mono: Tensor, rate: float, onsets: Onsets, rhythm: _Rhythm, duration: float, notes: list[str]) -> _Music:
    """Meter, harmony and form on the grid of the beats."""
    edges, first = _grid(rhythm.beats, duration)
    spectrum = log_spectrum(mono, rate)
    strengths = note_salience(between(spectrum.bins, edges, spectrum.fps), rate) ** _COMPRESSION
    treble, bass = unit(fold(strengths, *_TREBLE)), unit(fold(strengths, *_BASS))
    tonal = is_tonal(treble)
    if not tonal:
        treble, bass = np.zeros_like(treble), np.zeros_like(bass)
    bars = _bars(treble, bass, onsets, edges, first, rhythm.beats) if len(rhythm.beats) else None
    starts = np.arange(0, len(treble), 4)
    if bars:
        starts = np.unique(np.append(0, first + np.flatnonzero(bars.positions[: len(treble) - first] == 0)))
    sections = _sections(treble, onsets, edges, starts)
    if not tonal:
        notes.append("no pitches stand out, so there is no key and there are no chords")
        return _Music(bars, None, [], [Chord(0.0, round(duration, 3), "N")], sections)
    path = chord_path(treble, bass)
    scores = key_scores(treble, path)
    spans = key_spans(scores, edges)
    return _Music(bars, main_key(spans, scores), spans, chord_spans(path, edges), sections)


def _sections(chroma: Curve, onsets: Onsets, edges: Curve, starts: NDArray[np.intp]) -> list[Section]:
    mel = between(onsets.mel, edges, onsets.fps).cpu().double().numpy()
    timbre = np.log(mel + 1e-3 * mel.mean() + 1e-12)
    return find_sections(bar_features(chroma, timbre, starts), np.append(edges[starts], edges[-1]))


def _grid(beats: Curve, duration: float) -> tuple[Curve, int]:
    """Edges of the stretches to read harmony from: beats, or half seconds, and the first beat's index."""
    if not len(beats):
        steps = max(1, round(duration / _STEP_S))
        return np.linspace(0, duration, steps + 1), 0
    head = [0.0] if beats[0] > 0.05 else []
    tail = [duration] if duration - beats[-1] > 0.05 else []
    edges = np.concatenate([head, beats, tail])
    edges[0], edges[-1] = 0.0, duration
    return edges, len(head)


def _bars(treble: Curve, bass: Curve, onsets: Onsets, edges: Curve, first: int, beats: Curve) -> Bars:
    strength = onsets.strength.cpu().double().numpy()
    frames = np.round(edges[:-1] * onsets.fps).astype(int)[:, None] + np.arange(-3, 4)
    frames = np.clip(frames, 0, len(strength) - 1)
    low = onsets.bass.cpu().double().numpy()
    accent = accents(treble, bass, strength[frames].max(1), low[frames].max(1))[first:]
    accent = np.append(accent, np.zeros(len(beats) - len(accent)))
    return find_bars(accent, is_compound(beats, strength, onsets.fps))


def _times(values: Curve) -> list[float]:
    return [round(float(v), 3) for v in values]
