"""What others hear: librosa and essentia, used as their documentation shows.

librosa: `beat_track`; Krumhansl-Kessler correlation on mean `chroma_cqt` for the key; binary major and minor templates
on beat-synchronous chroma with `viterbi_discriminative` for chords; `segment.agglomerative` on chroma and MFCC for
sections. essentia (AGPL-3, for comparison only): `RhythmExtractor2013`, `KeyExtractor`, `ChordsDetection` over HPCP.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
Heard = dict[str, Any]


def librosa_peer(path: Path) -> Heard:
    """librosa's, as its documentation shows."""
    import librosa

    y, rate = librosa.load(path, sr=22050)
    bpm, frames = librosa.beat.beat_track(y=y, sr=rate)
    chroma = librosa.feature.chroma_cqt(y=y, sr=rate)
    profile = chroma.mean(1)
    _, tonic, mode = max(
        (np.corrcoef(np.roll(p, k), profile)[0, 1], k, m)
        for m, p in (("major", MAJOR), ("minor", MINOR))
        for k in range(12)
    )
    edges = librosa.util.fix_frames(frames, x_min=0, x_max=chroma.shape[1])
    sync = librosa.util.sync(chroma, edges, aggregate=np.median)
    sync = sync / (np.linalg.norm(sync, axis=0) + 1e-9)
    shapes = np.array(
        [[np.isin((np.arange(12) - k) % 12, t) for k in range(12)] for t in ((0, 4, 7), (0, 3, 7))]
    ).reshape(24, 12)
    likely = np.exp(12 * shapes @ sync / np.sqrt(3))
    path_ = librosa.sequence.viterbi_discriminative(likely / likely.sum(0), librosa.sequence.transition_loop(24, 0.6))
    times = np.append(librosa.frames_to_time(edges[:-1], sr=rate), len(y) / rate)
    labels = [f"{n}:maj" for n in NAMES] + [f"{n}:min" for n in NAMES]
    chords = [(float(times[n]), float(times[n + 1]), labels[c]) for n, c in enumerate(path_) if times[n + 1] > times[n]]
    mfcc = librosa.util.sync(librosa.feature.mfcc(y=y, sr=rate), edges)
    mfcc = (mfcc - mfcc.mean(1, keepdims=True)) / (mfcc.std(1, keepdims=True) * np.sqrt(len(mfcc)) + 1e-9)
    parts = max(2, min(int(len(y) / rate / 17), sync.shape[1]))
    cuts = librosa.segment.agglomerative(np.vstack([sync, mfcc]), parts)
    starts = sorted({0.0, *(float(times[k]) for k in cuts), len(y) / rate})
    return {
        "bpm": float(np.atleast_1d(bpm)[0]),
        "beats": librosa.frames_to_time(frames, sr=rate),
        "key": f"{NAMES[tonic]} {mode}",
        "chords": chords,
        "sections": [(a, b, str(k)) for k, (a, b) in enumerate(pairwise(starts))],
    }


def essentia_peer(path: Path) -> Heard:
    """essentia's; it finds no sections and no downbeats."""
    import essentia
    import essentia.standard as es

    essentia.log.infoActive = essentia.log.warningActive = False
    signal = es.MonoLoader(filename=str(path))()
    bpm, beats, *_ = es.RhythmExtractor2013(method="multifeature")(signal)
    tonic, mode, _ = es.KeyExtractor(profileType="krumhansl")(signal)
    window, spectrum = es.Windowing(type="blackmanharris62"), es.Spectrum()
    peaks = es.SpectralPeaks(
        orderBy="magnitude", magnitudeThreshold=1e-5, minFrequency=40, maxFrequency=5000, maxPeaks=60
    )
    hpcp, hop, rate = es.HPCP(size=36, harmonics=8, windowSize=1), 4096, 44_100
    profile = [hpcp(*peaks(spectrum(window(frame)))) for frame in es.FrameGenerator(signal, 2 * hop, hop)]
    labels, _ = es.ChordsDetection(hopSize=hop, windowSize=2)(essentia.array(profile))
    chords = [
        (n * hop / rate, (n + 1) * hop / rate, f"{label[:-1]}:min" if label.endswith("m") else f"{label}:maj")
        for n, label in enumerate(labels)
    ]
    return {"bpm": float(bpm), "beats": beats, "key": f"{tonic} {mode}", "chords": chords, "sections": []}


def peers() -> dict[str, Callable[[Path], Heard]]:
    """Those that are installed."""
    known = {"librosa": librosa_peer, "essentia": essentia_peer}
    return {name: peer for name, peer in known.items() if find_spec(name)}
