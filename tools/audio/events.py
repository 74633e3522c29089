"""What the form does besides its sections: build-ups, drops, breaks, fades.

Everything is read from two curves in dB, one value a second: the level (K-weighted) and the bass (below about
200 Hz), each a running median of three seconds. Thresholds are in dB, so gain changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.profile import Event, EventKind

Curve = NDArray[np.float64]

_SILENT_DB = -90.0
_AUDIBLE_DB = 50.0  # below the loudest moment: what is softer is silence
_FADE_S, _FADE_DB, _FADE_FIT = 5, 12.0, 0.8
_BUILD_S, _BUILD_DB, _BUILD_FIT = (6, 24), 5.0, 0.85  # a step is straight to 0.75
_BREAK_S, _BREAK_DB = (2, 24), 10.0
_DROP_DB = 8.0
_NEAR_TOP_DB = 4.0


def find_events(power: Curve, bass_power: Curve, onset_times: Sequence[float]) -> list[Event]:
    """Events in order of time; `power` and `bass_power` hold one mean square a second."""
    if len(power) < 2 * _FADE_S or power.max() <= 10 ** (_SILENT_DB / 10):
        return []
    level, bass = _smoothed_db(power), _smoothed_db(bass_power)
    first, last = _audible(level)
    events = [e for e in (_fade(level, onset_times, first, last), _fade_in(level, onset_times, first, last)) if e]
    start = int(next((e.end_s for e in events if e.kind == "fade-in"), first))
    end = int(next((e.start_s for e in events if e.kind == "fade-out"), last))
    breaks = _breaks(bass, level, start, end)
    builds = _build_ups(level, start, end)
    events += breaks + builds + _drops(bass, level, [*breaks, *builds])
    return sorted(events, key=lambda e: (e.start_s, e.end_s))


def _smoothed_db(power: Curve) -> Curve:
    """Running median of three seconds, in dB: one odd second says nothing, and edges stay where they are."""
    padded = np.pad(power, 1, mode="edge")
    middle = np.median(np.lib.stride_tricks.sliding_window_view(padded, 3), axis=1)
    return np.asarray(10 * np.log10(np.maximum(middle, 10 ** (_SILENT_DB / 10))))


def _audible(level: Curve) -> tuple[int, int]:
    """Seconds between which there is something to hear."""
    heard = np.flatnonzero(level > level.max() - _AUDIBLE_DB)
    return int(heard[0]), int(heard[-1]) + 1


def _event(start: float, end: float, kind: EventKind, confidence: float) -> Event:
    return Event(float(start), float(end), kind, round(float(np.clip(confidence, 0, 1)), 3))


def _fade(level: Curve, onsets: Sequence[float], first: int, last: int) -> Event | None:
    """The straight fall to the end in which notes still begin, so that no ringing out is taken for it."""
    found = _ramp(level[first:last][::-1])
    if not found:
        return None
    length, fit = found
    playing = sum(last - length <= t < last - 1 for t in onsets)
    return _event(last - length, last, "fade-out", fit) if playing > length / 2 else None


def _fade_in(level: Curve, onsets: Sequence[float], first: int, last: int) -> Event | None:
    found = _ramp(level[first:last])
    if not found:
        return None
    length, fit = found
    playing = sum(first + 1 <= t < first + length for t in onsets)
    return _event(first, first + length, "fade-in", fit) if playing > length / 2 else None


def _ramp(level: Curve) -> tuple[int, float] | None:
    """Length and straightness of the rise from the first second on that is highest and straightest, if there is one."""
    best, most = None, 0.0
    for length in range(_FADE_S, min(len(level) // 2, 60) + 1):
        (rise,), (fit,) = _lines(level[None, :length])
        if rise >= _FADE_DB and fit >= _FADE_FIT and rise * fit**4 > most:
            best, most = (length, float(fit)), rise * fit**4
    return best


def _lines(rows: Curve) -> tuple[Curve, Curve]:
    """Rise in dB of the straight line through each of `rows` (n, seconds), and the share of the variance that it explains."""
    seconds = rows.shape[1]
    x = np.arange(seconds) - (seconds - 1) / 2
    slope, spread = rows @ x / (x @ x), rows.var(1)
    fit = np.where(spread > 1e-9, slope**2 * (x**2).mean() / np.maximum(spread, 1e-9), 0.0)
    return slope * (seconds - 1), fit


def _build_ups(level: Curve, start: int, end: int) -> list[Event]:
    """Steady rises that arrive near the track's top; overlapping ones give way to the steepest."""
    top = float(np.percentile(level[start:end], 90)) if end > start else 0.0
    found = []
    for length in range(_BUILD_S[0], min(_BUILD_S[1], end - start - 1) + 1):
        rise, fit = _lines(np.lib.stride_tricks.sliding_window_view(level[start:end], length + 1))
        arrives = level[start + length : end] >= top - _NEAR_TOP_DB
        for k in np.flatnonzero(arrives & (rise >= _BUILD_DB) & (fit >= _BUILD_FIT)).tolist():
            sure = float(fit[k]) * min(1.0, float(rise[k]) / (2 * _BUILD_DB))
            found.append(_event(start + k, start + k + length, "build-up", sure))
    return _without_overlaps(sorted(found, key=lambda e: (e.end_s, -e.start_s)))


def _breaks(bass: Curve, level: Curve, start: int, end: int) -> list[Event]:
    """Stretches in which the bass drops out and comes back, while something still sounds."""
    if end - start < 3 * _BREAK_S[0]:
        return []
    usual = float(np.median(bass[start:end]))
    out = bass < usual - _BREAK_DB
    found = []
    for a, b in _runs(out, start, end):
        if a <= start + 1 or b >= end - 1 or not _BREAK_S[0] <= b - a <= _BREAK_S[1]:
            continue
        if level[a:b].mean() > level.max() - _AUDIBLE_DB / 2:
            depth = usual - float(bass[a:b].mean())
            found.append(_event(a, b, "break", depth / (2 * _BREAK_DB)))
    return found


def _runs(flags: NDArray[np.bool_], start: int, end: int) -> list[tuple[int, int]]:
    """First and past-the-last index of each run of True between `start` and `end`."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags[start:end], [False]]).astype(int))) + start
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _drops(bass: Curve, level: Curve, before: Sequence[Event]) -> list[Event]:
    """Where the bass comes in at full level right after a build-up or a break."""
    found = []
    for event in before:
        at = int(event.end_s)
        if at + 4 > len(bass) or at < 2:
            continue
        rise = float(bass[at : at + 4].max() - bass[max(0, at - 3) : at].min())
        if rise >= _DROP_DB and level[at : at + 4].max() >= np.percentile(level, 85) - 1:
            found.append(_event(at, at + 1, "drop", rise / (2 * _DROP_DB) * event.confidence))
    return _without_overlaps(found)


def _without_overlaps(events: Sequence[Event]) -> list[Event]:
    """The surest first; what overlaps with a surer one is dropped."""
    kept: list[Event] = []
    for event in sorted(events, key=lambda e: (-e.confidence, e.start_s)):
        if all(event.end_s <= k.start_s or event.start_s >= k.end_s for k in kept):
            kept.append(event)
    return sorted(kept, key=lambda e: e.start_s)
