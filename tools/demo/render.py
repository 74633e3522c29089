"""Notes to sound: humanised timing, General MIDI synthesis part by part, a mix with reverb, a master.

tinysoundfont plays the soundfont that pretty_midi carries (TimGM6mb.sf2). Its notes are scheduled by hand, to
the sample; its own Sequencer runs at double speed. Samples are float32 in stereo, 44.1 kHz.
"""

from __future__ import annotations

import importlib
import math
import random
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d, minimum_filter1d
from scipy.signal import lfilter, oaconvolve

from index.errors import UserError
from tools.demo.score import Part, Piece

RATE = 32000  # half the work of 48 kHz; the soundfont holds little above 15 kHz
CEILING = 0.84
Samples = npt.NDArray[np.float32]
INSTALL = "pip install --no-deps tinysoundfont"


@cache
def soundfont() -> Path:
    """The soundfont's path, without importing pretty_midi. Raises UserError where it is missing."""
    spec = find_spec("pretty_midi")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "TimGM6mb.sf2"
        if path.exists():
            return path
    raise UserError("The demo needs the soundfont of pretty_midi. Run: pip install 'pretty_midi>=0.2.10,<0.3'")


def synthesizer() -> Any:
    """The tinysoundfont module. Raises UserError with the command that installs it."""
    try:
        return importlib.import_module("tinysoundfont")
    except ImportError as missing:
        raise UserError(f"The demo needs a synthesizer. Run: {INSTALL}") from missing


def loaded_synth() -> tuple[Any, int]:
    """A fresh synthesizer and its bank: a used one keeps traces of what it played."""
    synth = synthesizer().Synth(samplerate=RATE, gain=-6)
    return synth, synth.sfload(str(soundfont()), max_voices=96)


def events(piece: Piece, part: Part, rng: random.Random) -> list[tuple[int, int, int, int]]:
    """(sample, 0 off or 1 on, pitch, velocity) in order; swing, human timing and strums are in it."""
    found = []
    strums: dict[float, int] = {}
    jitter = piece.human_ms / 1000 * (0.5 if part.drums else 1.0)
    for note in sorted(part.notes, key=lambda n: (n.start, n.pitch)):
        place = strums.get(note.start, 0)
        strums[note.start] = place + 1
        start, end = piece.seconds(np.array([piece.swung(note.start), piece.swung(note.start + note.length)]))
        late = max(-0.012, min(0.012, rng.gauss(0, jitter / 2))) + place * part.strum_s
        velocity = max(1, min(127, note.velocity + round(rng.gauss(0, 3.0 if jitter else 1.0))))
        on = max(0, round((float(start) + late) * RATE))
        off = max(on + RATE // 50, round((float(end) + late) * RATE))
        found += [(on, 1, note.pitch, velocity), (off, 0, note.pitch, 0)]
    return sorted(found)


def play(piece: Piece, part: Part, rng: random.Random, synth: Any, bank: int) -> Samples:
    """One part alone, as the soundfont gives it: (2, samples)."""
    total = math.ceil(piece.duration_s * RATE)
    synth.program_select(0, bank, 128 if part.drums else 0, part.program, part.drums)
    out = np.zeros((2, total), np.float32)
    now = 0
    for at, on, pitch, velocity in [*events(piece, part, rng), (total, 2, 0, 0)]:
        until = min(at, total)
        if until > now:
            out[:, now:until] = np.frombuffer(synth.generate(until - now), np.float32).reshape(-1, 2).T
            now = until
        if on == 1:
            synth.noteon(0, pitch, velocity)
        elif on == 0:
            synth.noteoff(0, pitch)
    synth.sounds_off()
    return out


def loudness(samples: Samples) -> float:
    """The level of what sounds, in dB below full scale: RMS of 400 ms blocks, silence left out.

    A first difference stands in for the ear's weight on high notes.
    """
    mono = (samples[0, ::3] + samples[1, ::3]) * np.float32(0.5)
    bright = np.diff(mono, prepend=np.float32(0.0)) * np.float32(2.0)
    block = RATE * 2 // 15
    usable = len(mono) // block * block
    squares = 0.5 * np.square(mono[:usable]) + 0.5 * np.square(bright[:usable])
    power = squares.reshape(-1, block).mean(axis=1).astype(np.float64)
    loud = power[power > max(1e-9, power.max(initial=0.0) * 0.02)]
    return 10 * math.log10(float(loud.mean())) if len(loud) else -120.0


@cache
def _room(seconds: float, seed: int) -> Samples:
    """A stereo echo at half the rate that falls by 60 dB in so many seconds: noise, darker as it fades."""
    generator = np.random.default_rng(seed)
    length = int(seconds * RATE / 2)
    time = np.arange(length) * 2 / RATE
    noise = generator.standard_normal((2, length))
    dark = gaussian_filter1d(noise, 2.0, axis=1) * 2.1
    fade = np.minimum(1.0, time / 0.25)
    room = (noise * (1 - fade) * 0.5 + dark * fade) * np.exp(-6.9 * time / seconds)
    room[:, : int(0.006 * RATE)] = 0.0
    return np.asarray(room / np.sqrt((room**2).sum(axis=1, keepdims=True)), dtype=np.float32)


def reverb(mono: Samples, seconds: float, seed: int) -> Samples:
    """What a room of that echo time answers to a mono signal: (2, samples)."""
    even = len(mono) // 2 * 2
    half = (mono[0:even:2] + mono[1:even:2]) * np.float32(0.5)
    wet = np.zeros((2, len(mono)), np.float32)
    for side, room in zip(wet, _room(seconds, seed), strict=True):
        tail = oaconvolve(half, room)[: len(half)].astype(np.float32)
        side[0 : 2 * len(half) : 2] = tail
        side[1 : 2 * len(half) - 1 : 2] = (tail[:-1] + tail[1:]) / 2
    return wet


def mix(piece: Piece, seed: int) -> Samples:
    """All parts, each brought to its level and place, with the room around them (less of it on low parts)."""
    synth, bank = loaded_synth()
    dry = np.zeros((2, math.ceil(piece.duration_s * RATE)), np.float32)
    send = np.zeros_like(dry[0])
    for index, part in enumerate(piece.parts):
        sound = play(piece, part, random.Random(f"{seed}:{piece.id}:{index}"), synth, bank)
        gain = 10 ** ((part.level - 20 - loudness(sound)) / 20)
        angle = (part.pan + 1) * math.pi / 4
        low = part.drums or max(note.pitch for note in part.notes) < 60
        for side, place in enumerate((math.cos(angle), math.sin(angle))):
            sound[side] *= np.float32(gain * place * math.sqrt(2))
            dry[side] += sound[side]
            send += sound[side] * np.float32(0.2 if low else 0.6)
    return dry + np.float32(piece.room * 1.2) * reverb(send, piece.room_s, seed)


def brightened(samples: Samples, corner_hz: float = 2600.0, lift: float = 0.6) -> Samples:
    """The samples with a gentle high shelf (about 4 dB): the soundfont is dark."""
    pole = np.float32(math.exp(-2 * math.pi * corner_hz / RATE))
    low = lfilter(np.array([1 - pole], np.float32), np.array([1, -pole], np.float32), samples, axis=1)
    return np.asarray(samples + np.float32(lift) * (samples - low), dtype=np.float32)


def master(samples: Samples, piece: Piece) -> Samples:
    """The mix at the style's loudness, peaks held under the ceiling by a limiter, faded at the end."""
    out = brightened(samples)
    out *= np.float32(10 ** ((piece.loudness_db - loudness(out)) / 20))
    block = 64
    loud = np.maximum(np.abs(out[0]), np.abs(out[1]))
    blocks = loud[: len(loud) // block * block].reshape(-1, block).max(axis=1)
    needed = np.minimum(1.0, CEILING / np.maximum(blocks, 1e-9))
    held = gaussian_filter1d(minimum_filter1d(needed, 41), 7.0)
    if held.min() < 1:
        gain = np.interp(np.arange(out.shape[1]), np.arange(len(held)) * block + block / 2, held)
        out *= gain.astype(np.float32)
    fade = int((piece.fade_s or min(1.2, piece.tail_s)) * RATE)
    out[:, -fade:] *= (np.cos(np.linspace(0, math.pi / 2, fade)) ** 2).astype(np.float32)
    return np.asarray(np.clip(out, -0.97, 0.97), dtype=np.float32)


def render(piece: Piece, seed: int) -> Samples:
    """The finished track: (2, samples), float32, the same for the same piece and seed."""
    return master(mix(piece, seed), piece)
