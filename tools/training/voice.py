"""Trains `tools.audio.voice`: voices, and instruments that play the same tunes, over composed music.

    train(work, seed)   # about twenty minutes of one core; weights go to tools/audio/voice.safetensors

What is made is cached in `work`, one file each: music, voices and solos apart. They are mixed anew in every epoch, as
powers of mel bands, so that a few hundred of each make as many examples as are asked for.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import interpolate

from tools.audio.onsets import onset_curves
from tools.audio.voice import BANDS, STEP, WEIGHTS, VoiceNet, voice_features
from tools.training.compose import compose
from tools.training.render import RATE, pulseless, render, rough
from tools.training.singing import phrases, sing, solo

MADE = {"music": 300, "voice": 220, "solo": 110}
EPOCHS, STEPS, BATCH = 15, 80, 8
SECONDS = 24
_FRAMES = SECONDS * 100
_CHOIR = (52, 53, 54, 85)  # General MIDI voices: what they are is nobody's guess
Signal = NDArray[np.float32]


@dataclass(frozen=True)
class Sound:
    """Mel magnitudes (frames, 64) at 100 a second and where there is a voice (frames,), 0 or 1."""

    mel: Tensor
    voiced: Tensor


def train(work: Path, seed: int) -> None:
    """Make the sounds in `work`, train and write the weights beside the module that reads them."""
    from safetensors.torch import save_file

    work.mkdir(parents=True, exist_ok=True)
    makers = {"music": _music, "voice": _voice, "solo": _solo}
    sounds = {kind: [_cached(work, seed, n, kind, makers[kind]) for n in range(count)] for kind, count in MADE.items()}
    net = fit(sounds, seed)
    target = Path(__file__).parents[1] / "audio" / WEIGHTS
    save_file(
        {name: value.half() if value.is_floating_point() else value for name, value in net.state_dict().items()}, target
    )
    target.chmod(0o644)


def _cached(
    work: Path, seed: int, number: int, kind: str, maker: Callable[[random.Random], tuple[Signal, Signal]]
) -> Sound:
    path = work / f"{kind}-{seed}-{number}.npz"
    if not path.exists():
        signal, voiced = maker(random.Random(f"{kind}:{seed}:{number}"))
        mel = onset_curves(torch.from_numpy(np.ascontiguousarray(signal, np.float32)), RATE).mel
        np.savez_compressed(path, mel=mel[:_FRAMES].half().numpy(), voiced=voiced[:_FRAMES])
    with np.load(path) as data:
        return Sound(torch.from_numpy(data["mel"]).float(), torch.from_numpy(data["voiced"]))


def _music(rng: random.Random) -> tuple[Signal, Signal]:
    """Composed music without choirs, some of it with everything on distorted guitars; seldom noise."""
    nobody = np.zeros(_FRAMES, np.float32)
    if rng.random() < 0.05:
        return _fitted(pulseless(rng)), nobody
    excerpt = compose(rng)
    loud = rng.random() < 0.25
    voices = [v for v in excerpt.voices if v.drums or v.program not in _CHOIR]
    if loud:
        voices = [
            v if v.drums or rng.random() < 0.3 else replace(v, program=rng.choice((27, 29, 30, 30))) for v in voices
        ]
    return _fitted(render(replace(excerpt, voices=voices), rng)), nobody


def _voice(rng: random.Random) -> tuple[Signal, Signal]:
    song, voiced = phrases(rng, SECONDS), np.zeros(_FRAMES, np.float32)
    for start, end in song.spans:
        voiced[int(start * 100) : int(end * 100) + 1] = 1
    return rough(np.asarray(sing(song, SECONDS, rng), np.float32), rng), voiced


def _solo(rng: random.Random) -> tuple[Signal, Signal]:
    return rough(np.asarray(solo(phrases(rng, SECONDS), SECONDS, rng), np.float32), rng), np.zeros(_FRAMES, np.float32)


def _fitted(samples: Signal) -> Signal:
    return np.resize(samples, SECONDS * RATE)


def fit(sounds: dict[str, list[Sound]], seed: int) -> VoiceNet:
    """A network trained with one cycle of the learning rate."""
    torch.manual_seed(seed)
    rng, net = random.Random(seed), VoiceNet()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=EPOCHS * STEPS)
    for epoch in range(EPOCHS):
        losses = []
        for _ in range(STEPS):
            mixes = [_mixed(sounds, rng) for _ in range(BATCH)]
            features = torch.stack([_hidden(voice_features(m.mel), rng) for m in mixes])
            target = torch.stack([m.voiced[::STEP] for m in mixes])
            optimizer.zero_grad()
            loss = bce(net(features), target)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}", flush=True)
    return net.eval()


def _mixed(sounds: dict[str, list[Sound]], rng: random.Random) -> Sound:
    """Music, at times two of them, with a voice, a solo, both or neither; seldom a lead alone."""
    kind = rng.choices(("voice", "solo", "both", "neither"), (46, 24, 20, 10))[0]
    power = _coloured(rng.choice(sounds["music"]).mel, rng)
    if rng.random() < 0.3:
        power = power + 10 ** rng.uniform(-1, 0) * _coloured(rng.choice(sounds["music"]).mel, rng)
    if rng.random() < 0.05:
        power = power * 1e-4
    voiced = torch.zeros(_FRAMES)
    if kind in ("voice", "both"):
        lead = rng.choice(sounds["voice"])
        voiced = lead.voiced
        power = power + 10 ** (rng.uniform(-6, 10) / 10) * _coloured(lead.mel, rng)
    if kind in ("solo", "both"):
        for _ in range(rng.choice((1, 1, 2, 3, 5))):  # one player, or a section
            part = torch.roll(rng.choice(sounds["solo"]).mel, rng.randint(-6, 6), 1)
            power = power + 10 ** (rng.uniform(-6, 8) / 10) * _coloured(part, rng)
    return Sound((power + 1e-9).sqrt(), voiced)


def _coloured(mel: Tensor, rng: random.Random) -> Tensor:
    """Powers (frames, 64) through a random equaliser, at unit mean where there is sound."""
    gain = interpolate(torch.tensor([[[rng.gauss(0, 4) for _ in range(7)]]]), BANDS, mode="linear", align_corners=True)[
        0, 0
    ]
    power = mel**2 * 10 ** (gain / 10)
    total = power.sum(1)
    sounding = total >= 0.01 * total.max()
    return power / total[sounding].mean().clamp(min=1e-9)


def _hidden(features: Tensor, rng: random.Random) -> Tensor:
    """Features with a few bands blanked at times, and all bands moved by one."""
    out = torch.roll(features, rng.choice((-1, 0, 0, 1)), 1)
    if rng.random() < 0.4:
        low = rng.randrange(60)
        out[:, low : low + rng.randint(1, 8)] = 0
    return out
