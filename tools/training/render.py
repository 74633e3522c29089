"""Excerpts to sound, roughed up as recordings are. Mono float32 at 22.05 kHz, as the engine hears music."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import oaconvolve

from tools.demo.render import soundfont, synthesizer
from tools.training.compose import Excerpt, Voice

RATE = 22_050
Samples = npt.NDArray[np.float32]
Event = tuple[int, int, int, int, int]


def render(excerpt: Excerpt, rng: random.Random) -> Samples:
    """All voices in one synthesizer, then room, tone and damage."""
    bare = excerpt.kind == "clicks" and rng.random() < 0.6
    return rough(_bursts(excerpt, rng) if bare else _play(excerpt, rng), rng)


def _bursts(excerpt: Excerpt, rng: random.Random) -> Samples:
    """Drums as bare bursts of noise and falling tones, and nothing else: what a metronome or a test signal gives."""
    generator = np.random.default_rng(rng.getrandbits(32))
    out = np.zeros(round((excerpt.times[-1] + 0.3) * RATE), np.float32)
    time = np.arange(RATE // 5) / RATE
    sounds: dict[int, npt.NDArray[Any]] = {}
    for note in (n for voice in excerpt.voices if voice.drums for n in voice.notes):
        if note.pitch not in sounds:
            hz = rng.uniform(45, 90) if note.pitch == 36 else rng.uniform(300, 3000)
            body = (
                np.sin(2 * np.pi * hz * time)
                if rng.random() < 0.5 or note.pitch == 36
                else generator.standard_normal(len(time))
            )
            sounds[note.pitch] = body * np.exp(-time / rng.uniform(0.003, 0.05))
        start = round(float(excerpt.seconds(np.array([note.start]))[0]) * RATE)
        part = out[start : start + len(time)]
        part += note.velocity / 127 * sounds[note.pitch][: len(part)]
    return out


def _play(excerpt: Excerpt, rng: random.Random) -> Samples:
    synth = synthesizer().Synth(samplerate=RATE, gain=-8)
    bank = synth.sfload(str(soundfont()), max_voices=128)
    found: list[Event] = []
    free = iter([c for c in range(16) if c != 9])
    detune = rng.choice((0, 0, rng.randint(-2000, 2000)))
    for voice in excerpt.voices:
        channel = 9 if voice.drums else next(free)
        synth.program_select(channel, bank, 128 if voice.drums else 0, 0 if voice.drums else voice.program, voice.drums)
        synth.control_change(channel, 7, rng.randint(60, 120))
        if not voice.drums:
            synth.pitchbend(channel, 8192 + detune)
        found += _events(excerpt, voice, channel, rng)
    end = round((excerpt.times[-1] + 0.3) * RATE)
    return _sound(synth, sorted(e for e in found if e[0] < end), end)


def _events(excerpt: Excerpt, voice: Voice, channel: int, rng: random.Random) -> list[Event]:
    """(sample, 1 on or 0 off, channel, pitch, velocity) of one voice, human timing and strums included."""
    notes = [n for n in voice.notes if n.start > -0.9]
    starts = excerpt.seconds(np.array([n.start for n in notes]))
    ends = excerpt.seconds(np.array([n.start + n.length for n in notes]))
    strums: dict[float, int] = {}
    found: list[Event] = []
    for note, start, end in zip(notes, starts, ends, strict=True):
        place = strums.get(note.start, 0)
        strums[note.start] = place + 1
        late = voice.late_s + rng.gauss(0, voice.jitter_s) + place * voice.strum_s
        on = max(0, round((start + late) * RATE))
        pitch = max(12, min(115, note.pitch))
        found += [(on, 1, channel, pitch, note.velocity)]
        found += [(max(on + RATE // 40, round((end + late) * RATE)), 0, channel, pitch, 0)]
    return found


def _sound(synth: Any, found: list[Event], end: int) -> Samples:
    out, now = [], 0
    for at, on, channel, pitch, velocity in found:
        if at > now:
            out.append(np.frombuffer(bytes(synth.generate(at - now)), np.float32))
            now = at
        if on:
            synth.noteon(channel, pitch, velocity)
        else:
            synth.noteoff(channel, pitch)
    out.append(np.frombuffer(bytes(synth.generate(max(1, end - now))), np.float32))
    return np.asarray(np.concatenate(out).reshape(-1, 2).mean(1), np.float32)


def rough(samples: Samples, rng: random.Random) -> Samples:
    """Reverb, tone, squashing, noise and dull codecs: each in some excerpts."""
    out = samples / max(1e-6, float(np.abs(samples).max()))
    if rng.random() < 0.45:
        out = out + rng.uniform(0.05, 0.6) * oaconvolve(out, _room(rng))[: len(out)]
    if rng.random() < 0.6:
        out = _toned(out, rng)
    if rng.random() < 0.4:
        drive = rng.uniform(1.5, 8)
        out = np.tanh(drive * out / max(1e-6, float(np.abs(out).max())))
    if rng.random() < 0.35:
        generator = np.random.default_rng(rng.getrandbits(32))
        level = float(out.std()) * 10 ** (-rng.uniform(12, 45) / 20)
        out = (
            out + level * np.cumsum(generator.standard_normal(len(out))) * 0.02
            if rng.random() < 0.2
            else out + level * generator.standard_normal(len(out))
        )
    return np.asarray(out / max(1e-6, float(np.abs(out).max())), np.float32)


def _room(rng: random.Random) -> Samples:
    """Falling noise, a tenth of a second to two long, at unit energy."""
    seconds = rng.uniform(0.15, 2.0)
    generator = np.random.default_rng(rng.getrandbits(32))
    time = np.arange(int(seconds * RATE)) / RATE
    noise = generator.standard_normal(len(time)) * np.exp(-6.9 * time / seconds)
    return np.asarray(noise / np.sqrt((noise**2).sum()), np.float32)


def _toned(samples: Samples, rng: random.Random) -> Samples:
    """A smooth random curve over frequency, and sometimes no highs or no lows."""
    size = next_fast_len(len(samples), real=True)
    spectrum = rfft(np.asarray(samples, np.float32), size)
    hz = np.arange(len(spectrum)) * RATE / size
    knots = [30, 100, 250, 600, 1500, 4000, 9000]
    gain = np.interp(np.log(hz + 10), np.log(knots), [rng.gauss(0, 5) for _ in knots])
    if rng.random() < 0.25:
        gain -= 24 * np.clip(np.log2((hz + 1) / rng.uniform(1200, 7000)), 0, 2)
    if rng.random() < 0.2:
        gain -= 12 * np.clip(np.log2(rng.uniform(60, 250) / (hz + 1)), 0, 3)
    return np.asarray(irfft(spectrum * (10 ** (gain / 20)).astype(np.float32), size)[: len(samples)], np.float32)


def pulseless(rng: random.Random) -> Samples:
    """What has no beat: noise, drones, chance notes, something like speech."""
    generator = np.random.default_rng(rng.getrandbits(32))
    count = 30 * RATE
    time = np.arange(count) / RATE
    kind = rng.choice(("noise", "drone", "bursts", "bursts", "speech", "click"))
    if kind == "noise":
        out = generator.standard_normal(count)
    elif kind == "drone":
        out = np.sum([np.sin(2 * np.pi * rng.uniform(60, 900) * time) for _ in range(rng.randint(1, 4))], 0)
        out *= 1 + rng.uniform(0, 0.5) * np.sin(2 * np.pi * rng.uniform(0.02, 0.2) * time)
    else:
        out = 0.001 * generator.standard_normal(count)
        moments = [rng.uniform(0, 29)] if kind == "click" else _chance(rng, kind)
        for at in moments:
            out = _with_burst(out, round(at * RATE), rng, generator, kind)
    return np.asarray(out / np.abs(out).max(), np.float32)


def _chance(rng: random.Random, kind: str) -> list[float]:
    """Moments without a pulse; syllables keep a distance, chance does not."""
    at, found = rng.uniform(0, 1), []
    rate = rng.uniform(0.8, 6)
    while at < 29:
        found.append(at)
        at += rng.expovariate(rate) if kind == "bursts" else max(0.09, rng.lognormvariate(-1.6, 0.6))
        at += rng.uniform(0.3, 1.4) if kind == "speech" and rng.random() < 0.12 else 0.0
    return found


def _with_burst(
    out: npt.NDArray[Any], start: int, rng: random.Random, generator: np.random.Generator, kind: str
) -> npt.NDArray[Any]:
    length = round(RATE * (rng.uniform(0.08, 0.35) if kind == "speech" else rng.uniform(0.01, 0.4)))
    length = min(length, len(out) - start)
    time = np.arange(length) / RATE
    fade = np.sin(np.pi * np.arange(length) / length) if kind == "speech" else np.exp(-time / rng.uniform(0.005, 0.2))
    hz = rng.uniform(90, 250) if kind == "speech" else rng.uniform(60, 2000)
    tone = np.sum([np.sin(2 * np.pi * hz * k * time) / k for k in range(1, 8)], 0)
    noisy = rng.choice((0.0, 0.2, 1.0))
    out[start : start + length] += (
        rng.uniform(0.3, 1) * fade * ((1 - noisy) * tone + noisy * generator.standard_normal(length))
    )
    return out
