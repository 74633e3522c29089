"""What is known of a track because it was composed: beats, chords, keys, sections, sung lines (seconds)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np

from tools.demo.roster import TrackSpec
from tools.demo.score import Piece

Spans = list[dict[str, Any]]


def _rounded(piece: Piece, beat: float) -> float:
    return round(float(piece.seconds(beat)), 4)


def _merged(spans: Spans) -> Spans:
    """Neighbours with the same label as one span."""
    out = []
    for _, group in groupby(spans, key=lambda span: str(span["label"])):
        run = list(group)
        out.append(run[0] | {"end_s": run[-1]["end_s"]})
    return out


def chord_spans(piece: Piece) -> Spans:
    """Chords from 0 to the end; `N` before the first note and in the ring-out."""
    spans: Spans = [{"start_s": 0.0, "end_s": _rounded(piece, 0.0), "label": "N"}]
    for section in piece.sections:
        for span in section.chords:
            start, end = _rounded(piece, span.start), _rounded(piece, span.end)
            spans.append({"start_s": start, "end_s": end, "label": span.chord.label})
    spans.append({"start_s": spans[-1]["end_s"], "end_s": round(piece.duration_s, 4), "label": "N"})
    return _merged(spans)


def section_spans(piece: Piece) -> Spans:
    """Sections from 0 to the end: the first holds the silence before, the last the ring-out."""
    spans: Spans = [
        {
            "start_s": _rounded(piece, section.start),
            "end_s": _rounded(piece, section.end),
            "label": section.label,
            "name": section.name,
        }
        for section in piece.sections
    ]
    spans[0]["start_s"] = 0.0
    spans[-1]["end_s"] = round(piece.duration_s, 4)
    return spans


def key_spans(piece: Piece) -> Spans:
    """Keys from 0 to the end."""
    sections = zip(section_spans(piece), piece.sections, strict=True)
    return _merged([{**span, "label": section.key.label} for span, section in sections])


def tempo_map(piece: Piece) -> Spans:
    """Where the tempo changes, in beats per minute."""
    changes = [0, *(np.flatnonzero(np.abs(np.diff(piece.bpms)) > 1e-9) + 1)]
    return [{"start_s": _rounded(piece, float(beat)), "bpm": round(float(piece.bpms[beat]), 3)} for beat in changes]


def truth(spec: TrackSpec, piece: Piece) -> dict[str, Any]:
    """Everything that a measurement of the rendered file can be compared with."""
    beats = [_rounded(piece, float(beat)) for beat in range(piece.beats)]
    keys = key_spans(piece)
    longest = max(keys, key=lambda span: sum(k["end_s"] - k["start_s"] for k in keys if k["label"] == span["label"]))
    return {
        "id": spec.id,
        "file": spec.file,
        "title": spec.title,
        "artist": spec.artists[0],
        "style": piece.style,
        "duration_s": round(piece.duration_s, 4),
        "meter": piece.meter.name,
        "bpm": round(60 / float(np.median(np.diff(beats))), 3),
        "tempo_map": tempo_map(piece),
        "beats_s": beats,
        "downbeats_s": beats[:: piece.meter.beats],
        "key": longest["label"],
        "keys": [{name: span[name] for name in ("start_s", "end_s", "label")} for span in keys],
        "chords": chord_spans(piece),
        "sections": section_spans(piece),
        "instruments": instruments(piece),
        "lyrics": [
            {"start_s": _rounded(piece, line.start), "end_s": _rounded(piece, line.end), "text": line.text}
            for line in piece.lines
        ],
    }


def instruments(piece: Piece) -> list[str]:
    """The names of what plays, each once, in the order of the score."""
    return list(dict.fromkeys(part.name for part in piece.parts))


def lrc(spec: TrackSpec, piece: Piece, language: str) -> str:
    """The sung lines as a synced `.lrc` file."""
    lines = [
        f"[ti:{spec.title}]",
        f"[ar:{', '.join(spec.artists)}]",
        f"[al:{spec.album}]",
        f"[la:{language}]",
    ]
    for line in piece.lines:
        hundredths = round(float(piece.seconds(line.start)) * 100)
        lines.append(f"[{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}]{line.text}")
    return "\n".join(lines) + "\n"


def tags(spec: TrackSpec, piece: Piece, genres: tuple[str, ...], language: str | None) -> list[tuple[str, str]]:
    """The Vorbis comments of the file. Tempo and key are left out: they are there to be measured."""
    names = instruments(piece)
    vocal = any(word in name for name in names for word in ("voice", "choir"))
    many = {"ARTIST": spec.artists, "GENRE": genres, "MOOD": spec.moods, "COMPOSER": spec.composers}
    single = {
        "TITLE": spec.title,
        "ALBUM": spec.album,
        "DATE": str(spec.year),
        "TRACKNUMBER": str(spec.place),
        "LANGUAGE": language,
        "ISRC": spec.isrc,
        "PRODUCER": spec.producer,
        "LABEL": spec.label,
        "COPYRIGHT": f"(P) {spec.year} {spec.label} (fictional); owned by the Liner Notes project",
        "LICENSE": "CC0-1.0" if spec.number % 3 == 0 else "Owned by the Liner Notes project, Apache-2.0 with the code",
        "INSTRUMENTS": ", ".join(names),
        "VOCALS": "vocal" if vocal else "instrumental",
        "CONTAINSAI": spec.ai,
        "LYRICS_DISPLAY": "full" if spec.lyrics else None,
        "DESCRIPTION": spec.description,
    }
    listed = [(name, value) for name, values in many.items() for value in values]
    listed += [("LYRICIST", name) for name in spec.lyricists]
    return listed + [(name, value) for name, value in single.items() if value is not None]
