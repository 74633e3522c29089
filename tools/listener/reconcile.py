"""Numbers are measured, prose is modelled: what prose claims of tempo, key and meter is held against the measurement.

A claim that agrees stays as it is written (tempo within 4 %; any key or meter that the track passes through). One that
disagrees is put right, also where it is off by an octave. One that nothing was measured for, and a sentence's several
claims that would all turn into one, go with the clause that holds them. Levels in LUFS, dB or Hz go, unless the measured
loudness bears them out; so do times beyond the end, and years, which no sound tells (a decade as a style stays). Chords that
are named must be chords that were measured. Not covered: numbers written as words, tempo marks in Italian, and everything else
that prose says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.profile import Profile
from tools.listener.merge import sentences

_NEAR = 0.04  # of the tempo
_WIDE = 1.3  # a range of tempos wider than this says nothing
_LOUDNESS_NEAR = 1.0  # LU
_MOST_CLAIMS = 50  # of one sentence; one with more is no prose
_NUMBER = r"\d{2,3}(?:\.\d+)?"
_RANGE = rf"({_NUMBER})(?:\s*(?:-|–|to|and)\s*({_NUMBER}))?"
_BPM = re.compile(
    rf"{_RANGE}[\s-]*(?:bpm\b|beats per minute\b|beats a minute\b)|\bbpm\b(?:\W+(?:is|of|about|around|approximately|roughly|at|near)\b)*\W{{0,5}}{_RANGE}"
    rf"|\b(?:tempo|pulse)\b(?:\W+(?:is|of|about|around|approximately|roughly|at|near|a|steady|moderate|fast|slow|set|sits|hovers|runs|to|rises|drops|increases|slows)\b)*\W{{1,5}}{_RANGE}(?![\d%:/]|\s*(?:%|seconds|minutes|bars))",
    re.IGNORECASE,
)
_TONIC = r"([A-G])(?:\s?(#|♯)|\s?(♭)|(b)(?![a-z])|[ -]([Ss]harp)|[ -]([Ff]lat))?"
_CHORD_WORD = r"(?:\s*(?:chords?|triads?|seventh|ninth|sevenths?|arpeggios?|[79]\b))"
_KEY = re.compile(rf"\b{_TONIC}[ -]+((?i:major|minor|maj\b|min\b))({_CHORD_WORD})?")
_SYMBOL = r"[A-G][#♯b♭]?(?:maj|min|m|sus|dim|aug|add)?\d{0,2}(?:/[A-G][#b]?)?"
_SEQUENCE = re.compile(
    rf"(?<![\w#♯♭])({_SYMBOL})(?:\s*(?:-|–|—|→|>)\s*{_SYMBOL}){{2,}}(?![\w#♯♭]|\s*[-–—→>]\s*[A-G]|\s+(?:song )?(?:form|structure|format))"
)
_KEY_OF = re.compile(
    rf"\b((?i:key of|tonal cent(?:er|re) of))\s+{_TONIC}(?![\w#♯♭]|[ -]+(?i:major|minor|maj\b|min\b|sharp|flat))"
)
_METER = re.compile(r"(?<![\w/.])((?:[2-9]|1\d)/(?:2|4|8|16))(?![\w/])(?!\s*notes?)|\b(common time|cut time|waltz time)\b", re.IGNORECASE)  # fmt: skip
_METERS = {"common time": "4/4", "cut time": "2/2", "waltz time": "3/4"}
_LEVEL = re.compile(r"[-−]?\d+(?:\.\d+)?\s*(lufs|dbtp|dbfs|db|khz|hz)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\w/.#:-])(?:19|20)\d\d(?![\w/])(?!\s*(?:hz|khz|bpm))", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,3}):([0-5]\d)(?![\d:])")
_CLAUSE = re.compile(r"\s*[,;()]\s*|\s+[-–—]\s+|\s+(?:and|but|while)\s+(?=(?:it|its|the|there|this)\b)")
_UNIT = re.compile(r"[\s-]*(?:bpm|beats per minute|beats a minute)\b", re.IGNORECASE)
_LED_IN = re.compile(
    r",?\s+(?:at|with|in|around|of|near)\b(?:\s+(?:a|an|the|key|tempo|pulse|of|about|around|approximately|roughly|time signature|steady|brisk|moderate|slow|fast|mid))*\s*$",
    re.IGNORECASE,
)
_LED_OUT = re.compile(
    r"(?:\s+(?:tempo|pulse|time signature|time|meter|metre))?(?=\s*[,.;:!?)]|\s+(?:and|with|but|while|in|at|by|over)\b|\s*$)",
    re.IGNORECASE,
)
_LEANS = re.compile(r"\b(?:is|are|was|were|be|sits|hovers|stays|remains|runs|tempo|key|meter|metre|pulse|signature|moves|set|recorded|released|written|composed|produced|made|duration|length|runtime|or|and|from|to)$", re.IGNORECASE)  # fmt: skip
_OPENING = re.compile(r"^[\s,;:()–—-]+(?:(?:and|but|while|yet|then)\s+)?", re.IGNORECASE)
_ARTICLE = re.compile(
    r"A (?:major|minor) (?!key|scale|tonality|pentatonic|and\b|at\b|in\b|with\b|throughout|blues|mode)[a-z]"
)
_BETWEEN = re.compile(r"\b(between|from)\s+$", re.IGNORECASE)
_PITCHES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FOUND_IN = re.compile(r"^([A-G][#b]?)(?::(maj|min))?")


@dataclass(frozen=True)
class Reconciled:
    """Prose that contradicts no measurement, and how many of its claims were put right or left out."""

    text: str
    corrected: int = 0
    dropped: int = 0


@dataclass(frozen=True)
class _Claim:
    """A claim at [start, end) of a sentence; `right` is what should stand there, None when nothing can."""

    start: int
    end: int
    kind: str
    agrees: bool
    right: str | None


def reconcile(prose: str, profile: Profile | None) -> Reconciled:
    """The prose with its claims held against the profile; without a profile every claim goes."""
    corrected = dropped = 0
    lines = []
    for line in prose.splitlines():
        kept = []
        for sentence in sentences(line):
            made = _sentence(sentence, profile)
            corrected += made.corrected
            dropped += made.dropped
            if made.text:
                kept.append(made.text)
        lines.append(" ".join(kept))
    return Reconciled("\n".join(line for line in lines if line), corrected, dropped)


def agrees(text: str, profile: Profile | None) -> bool:
    """Whether a text claims nothing that the measurement does not bear out."""
    return all(claim.agrees for claim in claims(text, profile))


def _sentence(text: str, profile: Profile | None) -> Reconciled:
    """A sentence, claim by claim until all of them agree."""
    corrected = dropped = 0
    for _ in range(_MOST_CLAIMS):
        wrong = [c for c in claims(text, profile) if not c.agrees]
        if not wrong:
            return Reconciled(text, corrected, dropped)
        claim = wrong[0]
        alike = [c for c in claims(text, profile) if c.kind == claim.kind]
        if claim.right is not None and len(alike) == 1:
            text = text[: claim.start] + claim.right + text[claim.end :]
            corrected += 1
        else:
            text = _without(text, [c for c in alike if not c.agrees][-1])
            dropped += 1
    return Reconciled("", corrected, dropped + 1)


def claims(text: str, profile: Profile | None) -> list[_Claim]:
    """What a text claims that measuring could tell, in order of place."""
    found = [
        *_tempos(text, profile),
        *_keys(text, profile),
        *_sequences(text, profile),
        *_meters(text, profile),
        *_levels(text, profile),
        *_times(text, profile),
        *(_Claim(m.start(), m.end(), "year", False, None) for m in _YEAR.finditer(text)),
    ]
    return sorted(found, key=lambda c: c.start)


def _tempos(text: str, profile: Profile | None) -> Iterator[_Claim]:
    bpm = profile.tempo.bpm if profile else None
    for match in _BPM.finditer(text):
        first, last = next((n, n + 1) for n in (1, 3, 5) if match[n])
        low, high = sorted(float(match[n]) for n in (first, last if match[last] else first))
        agrees = bpm is not None and low * (1 - _NEAR) <= bpm <= high * (1 + _NEAR) and high <= low * _WIDE
        start, end = match.start(first), match.end(last) if match[last] else match.end(first)
        between = _BETWEEN.search(text[:start]) if match[last] else None
        at = ("At " if between[1][0].isupper() else "at ") if between else ""
        yield _Claim(between.start(1) if between else start, end, "tempo", agrees, f"{at}{bpm:.0f}" if bpm else None)


def _keys(text: str, profile: Profile | None) -> Iterator[_Claim]:
    key = profile.key if profile else None
    names = {(k.tonic, k.mode) for k in profile.keys} | {(key.tonic, key.mode)} if profile and key else set()
    known = {(_pitch(tonic), mode) for tonic, mode in names}
    right = key.name if key else None
    for match in _KEY.finditer(text):
        pitch, mode = _pitch(_spelled(match, 1)), "minor" if match[7].lower().startswith("min") else "major"
        if not match.start() and _ARTICLE.match(text):
            continue  # "A minor detail" is no key
        if match[8]:
            yield _Claim(match.start(), match.end(), "chord", (pitch, mode) in _chords(profile), None)
        else:
            yield _Claim(match.start(), match.end(7), "key", (pitch, mode) in known, right)
    for match in _KEY_OF.finditer(text):
        agrees = _pitch(_spelled(match, 2)) in {pitch for pitch, _ in known}
        yield _Claim(match.start(2), match.end(), "key", agrees, right)


def _sequences(text: str, profile: Profile | None) -> Iterator[_Claim]:
    """Chord symbols in a row ("Am–F–C–G"); each of them must have been measured somewhere."""
    known = _chords(profile)
    for match in _SEQUENCE.finditer(text):
        symbols = [re.match(r"([A-G])([#♯b♭]?)(m(?!aj))?", s) for s in re.split(r"\s*[-–—→>]\s*", match.group())]
        named = {
            (_pitch(m[1] + m[2].replace("♯", "#").replace("♭", "b")), "minor" if m[3] else "major")
            for m in symbols
            if m
        }
        yield _Claim(match.start(), match.end(), "chord", named <= known, None)


def _spelled(match: re.Match[str], first: int) -> str:
    """A tonic as letter and accidental; its six groups begin at `first`."""
    sharp, flat = match[first + 1] or match[first + 4], match[first + 2] or match[first + 3] or match[first + 5]
    return match[first] + ("#" if sharp else "b" if flat else "")


def _pitch(tonic: str) -> int:
    """Pitch class of a tonic: C is 0."""
    return (_PITCHES[tonic[0]] + {"#": 1, "b": -1}.get(tonic[1:2], 0)) % 12


def _chords(profile: Profile | None) -> set[tuple[int, str]]:
    labels = (_FOUND_IN.match(c.label) for c in profile.chords) if profile else ()
    return {(_pitch(m[1]), "minor" if m[2] == "min" else "major") for m in labels if m}


def _meters(text: str, profile: Profile | None) -> Iterator[_Claim]:
    known = {m for m in (profile.meter, *(s.meter for s in profile.rhythm.meters)) if m} if profile else set()
    right = profile.meter if profile else None
    for match in _METER.finditer(text):
        named = match[1] or _METERS[match[2].lower()]
        yield _Claim(match.start(), match.end(), "meter", named in known, right)


def _levels(text: str, profile: Profile | None) -> Iterator[_Claim]:
    lufs = profile.loudness.integrated_lufs if profile else None
    for match in _LEVEL.finditer(text):
        value = float(match.group()[: match.start(1) - match.start()].replace("−", "-"))
        agrees = match[1].lower() == "lufs" and lufs is not None and abs(value - lufs) <= _LOUDNESS_NEAR
        yield _Claim(match.start(), match.end(), "level", agrees, None)


def _times(text: str, profile: Profile | None) -> Iterator[_Claim]:
    for match in _CLOCK.finditer(text):
        seconds = int(match[1]) * 60 + int(match[2])
        within = profile is not None and seconds <= profile.duration_s + 1
        yield _Claim(match.start(), match.end(), "time", within, None)


def _without(text: str, claim: _Claim) -> str:
    """The sentence without a claim: without the phrase around it where that is small, else without its clause."""
    unit = _UNIT.match(text, claim.end)
    stop = unit.end() if unit else claim.end
    led_in, led_out = _LED_IN.search(text[: claim.start]), _LED_OUT.match(text, stop)
    if led_in and led_out and led_in.start() and not _LEANS.search(text[: led_in.start()]):
        return _tidy(text[: led_in.start()] + text[led_out.end() :])
    edges = [0, *(m.start() for m in _CLAUSE.finditer(text)), len(text.rstrip(".!?… "))]
    start = max(e for e in edges if e <= claim.start)
    end = min((e for e in edges if e >= claim.end), default=len(text))
    return _tidy(text[:start] + text[end:]) if start > 0 else _tidy(_capital(_OPENING.sub("", text[end:])))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tidy(text: str) -> str:
    """Without what a cut leaves behind; empty when no word is left."""
    text = re.sub(r"\(\s*\)|\s+(?=[,.;:!?])", "", text)
    text = re.sub(r"([,;:])(?=\s*[.!?])", "", text)
    if text.count("(") != text.count(")"):
        text = re.sub(r"\s*[()]", "", text)
    return text.strip() if re.search(r"[^\W\d_]{2}", text) else ""
