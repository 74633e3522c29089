"""One track described in five registers: a line, a paragraph, a press text, a brief for sync licensing, tags.

Every sentence carries what it rests on. Nothing is said that was not measured, declared or heard by an audio model;
there is no praise. `unsupported` finds the words in a text somebody wrote that nothing of the track bears out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.annotate import evidence_of
from index.concepts import vocabulary
from index.profile import Profile, clock
from index.spelling import with_sharps
from index.track import Track
from index.words import plain
from tools.captions import sound_words, tempo_word

_KEY_WORDS = re.compile(r"BPM|LUFS|LU|dBTP|ISRC|Hz|[A-G]|I")
REGISTERS = ("one line", "paragraph", "press text", "sync brief", "tags")
_SILENT_S = 4.0  # a stretch without a voice that is long enough to be cut to


@dataclass(frozen=True)
class Sentence:
    """A sentence and what it rests on, in words."""

    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True)
class Unsupported:
    """Words text[start:end] that name a concept for which the track has no evidence."""

    start: int
    end: int
    concept: str


def registers(track: Track) -> dict[str, list[Sentence]]:
    """The sentences of each register; `track` has a profile."""
    profile = track.profile
    if profile is None:
        return {name: [] for name in REGISTERS}
    kind, form, voice = _kind(track, profile), list(_form(profile)), list(_voice(track, profile))
    return {
        "one line": [_line(track, profile)],
        "paragraph": [kind, *_sound(profile), *_course(profile), *_harmony(profile)],
        "press text": [_opening(track, profile), *_sound(profile), *_course(profile), *form[:1], *voice[:1], *_credits(track)],
        "sync brief": [*_facts(track, profile), *form, *voice, *_ends(profile)],
        "tags": _tags(track, profile),
    }  # fmt: skip


def unsupported(text: str, track: Track) -> list[Unsupported]:
    """What a text claims of the track and nothing bears out: instruments, moods, genres, textures, tempo words."""
    heard = " ".join(sound_words(track.profile)) if track.profile else ""
    known = {e.concept for e in evidence_of(track)} | {m.concept for m in vocabulary().mentions(heard)}
    concepts = [
        Unsupported(m.start, m.end, m.concept)
        for m in vocabulary().mentions(text)
        if not m.negated and not known & vocabulary().narrower(m.concept)
    ]
    found: list[Unsupported] = []
    for claim in sorted(
        (*_measures_of(text, track), *_names_of(text, track), *concepts), key=lambda u: (u.start, -u.end)
    ):
        if not found or claim.start >= found[-1].end:
            found.append(claim)
    return found


def _measures_of(text: str, track: Track) -> Iterator[Unsupported]:
    """Tempos, keys, meters and years that are not this track's."""
    profile = track.profile
    bpm = profile.tempo.bpm if profile else None
    for m in re.finditer(r"\b(\d{2,3}(?:[.,]\d+)?) ?(?:BPM|beats per minute)\b", text, re.IGNORECASE):
        if bpm is None or abs(float(m[1].replace(",", ".")) - bpm) > 1:
            yield Unsupported(*m.span(), "this tempo")
    keys = {f"{k.tonic} {k.mode}".lower() for k in profile.keys} | ({f"{profile.key.tonic} {profile.key.mode}".lower()} if profile.key else set()) if profile else set()  # fmt: skip
    for m in re.finditer(r"\b([A-G])(?:[ -]?(sharp|flat)|([#♯b♭]))?[ -](major|minor)\b", text, re.IGNORECASE):
        sign = {"sharp": "#", "♯": "#", "#": "#", "flat": "b", "b": "b", "♭": "b"}.get((m[2] or m[3] or "").lower(), "")
        if f"{with_sharps(m[1].upper() + sign)} {m[4]}".lower() not in keys:
            yield Unsupported(*m.span(), "this key")
    for m in re.finditer(r"(?<![\d/])(\d{1,2}/(?:2|4|8|16))(?![\d/])", text):
        if profile is None or m[1] not in {profile.meter, *(s.meter for s in profile.rhythm.meters)}:
            yield Unsupported(*m.span(), "this meter")
    for m in re.finditer(r"\b(?:19|20)\d\d\b", text):
        if str(track.year) != m.group():
            yield Unsupported(*m.span(), "this year")


def _names_of(text: str, track: Track) -> Iterator[Unsupported]:
    """Names (capitalized within a sentence) that the track's own fields do not hold."""
    own = plain(" ".join((track.name, track.by, track.album or "", *(c.name for c in track.rights.credits), *track.genres, track.language or "", track.description or "", track.isrc or "")))  # fmt: skip
    for m in re.finditer(r"(?<=[a-zà-ÿ,;:] )[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)*", text):
        if not all(f" {word} " in f" {own} " for word in plain(m.group()).split()) and not _KEY_WORDS.fullmatch(
            m.group()
        ):
            yield Unsupported(*m.span(), "this name")


def _kind(track: Track, profile: Profile) -> Sentence:
    """What it is."""
    what, on = _what(track, profile)
    return Sentence(f"{_article(what)} {what}{_measures(profile)}.", (*on, *_measured_on(profile)))


def _line(track: Track, profile: Profile) -> Sentence:
    what, on = _what(track, profile)
    story = f" that {profile.arc.story}" if profile.arc.story else ""
    return Sentence(
        f"{_article(what)} {what}{_measures(profile)}{story}.",
        (*on, *_measured_on(profile), *(("measured: energy over time",) if story else ())),
    )


def _opening(track: Track, profile: Profile) -> Sentence:
    what, on = _what(track, profile)
    by = f" by {track.by}" if track.by else ""
    return Sentence(
        f"“{track.name}”{by} is {_article(what).lower()} {what} of {clock(profile.duration_s)}{_measures(profile)}.",
        (*on, *_measured_on(profile), _origin(track, "title"), *((_origin(track, "artists"),) if by else ())),
    )


def _what(track: Track, profile: Profile) -> tuple[str, list[str]]:
    """Moods, pace and genre in a phrase, and where they are from."""
    pace = tempo_word(profile.tempo.sure_bpm)
    words = [*(m.lower() for m in track.moods[:2]), *([f"{pace}-tempo"] if pace else [])]
    noun = track.genres[0].lower() if track.genres else "piece"
    sung = "instrumental" if track.vocals == "instrumental" else "song" if is_sung(track.vocals, profile) else "piece"
    noun = noun if noun == "piece" else f"{noun} {sung}"
    on = [_origin(track, name) for name in ("moods", "genres", "vocals") if getattr(track, name)]
    return " ".join(p for p in (", ".join(words), noun) if p), on


def _measures(profile: Profile) -> str:
    told = [f"in {profile.key.name}" if profile.key else ""]
    told.append(f"at {profile.tempo.sure_bpm:.0f} BPM" if profile.tempo.sure_bpm else "")
    told.append(f"in {profile.meter}" if profile.meter and profile.meter != "4/4" else "")
    return "".join(f" {t}" for t in told if t)


def _measured_on(profile: Profile) -> Iterator[str]:
    if profile.key:
        yield f"measured: key (confidence {profile.key.confidence:.2f})"
    if profile.tempo.sure_bpm:
        yield f"measured: tempo (confidence {profile.tempo.confidence:.2f})"


def _sound(profile: Profile) -> Iterator[Sentence]:
    words = sound_words(profile)
    if words:
        yield Sentence(f"The sound is {_listed(words)}.", ("measured: texture and timbre",))


def _course(profile: Profile) -> Iterator[Sentence]:
    if profile.arc.story:
        yield Sentence(f"It {profile.arc.story}.", ("measured: energy over time",))
    keys = list(dict.fromkeys(k.name for k in profile.keys))
    if len(keys) > 1:
        yield Sentence(f"It moves through {_listed(keys[:4])}.", ("measured: keys over time",))


def _harmony(profile: Profile) -> Iterator[Sentence]:
    loops = [p.degrees for p in profile.harmony.progressions[:2]]
    if loops:
        yield Sentence(f"Its harmony comes back to {_listed(loops)}.", ("measured: chords",))


def _form(profile: Profile) -> Iterator[Sentence]:
    named = [(s.name or s.label, s.start_s) for s in profile.sections]
    if len(named) > 1:
        parts = ", ".join(f"{name} {clock(at)}" for name, at in named)
        yield Sentence(f"Form: {parts}.", ("measured: sections; names of sections are inferred",))


def _voice(track: Track, profile: Profile) -> Iterator[Sentence]:
    if track.vocals == "instrumental":
        measured = () if profile.voices else ("measured: no voice found",)
        yield Sentence("No vocals.", (_origin(track, "vocals"), *measured))
    elif profile.voices:
        spans = ", ".join(f"{clock(v.start_s)} to {clock(v.end_s)}" for v in profile.voices[:8])
        yield Sentence(f"A voice is heard at {spans}.", ("measured: where a voice is",))
        free = list(_without_voice(profile))
        if free:
            told = ", ".join(f"{clock(a)} to {clock(b)}" for a, b in free[:8])
            yield Sentence(f"Without a voice: {told}.", ("measured: where a voice is",))


def _without_voice(profile: Profile) -> Iterator[tuple[float, float]]:
    at = 0.0
    for voice in sorted(profile.voices, key=lambda v: v.start_s):
        if voice.start_s - at >= _SILENT_S:
            yield at, voice.start_s
        at = max(at, voice.end_s)
    if profile.duration_s - at >= _SILENT_S:
        yield at, profile.duration_s


def _facts(track: Track, profile: Profile) -> Iterator[Sentence]:
    loud = profile.loudness
    yield Sentence(f"Length {clock(profile.duration_s)}.", ("measured",))
    bpm = profile.tempo.sure_bpm
    if bpm or profile.key:
        told = [
            f"{bpm:.0f} BPM ({profile.rhythm.course or 'course unknown'})" if bpm else "",
            profile.key.name if profile.key else "",
            profile.meter or "",
        ]
        yield Sentence(f"{', '.join(t for t in told if t)}.", tuple(_measured_on(profile)))
    if loud.integrated_lufs is not None:
        peak = f", true peak {loud.true_peak_dbtp:.1f} dBTP" if loud.true_peak_dbtp is not None else ""
        yield Sentence(f"Loudness {loud.integrated_lufs:.1f} LUFS{peak}.", ("measured: EBU R 128",))
    if track.explicit:
        yield Sentence(f"Words: {track.explicit}.", (_origin(track, "explicit"),))
    if profile.energy.peak_s is not None:
        yield Sentence(f"Fullest at {clock(profile.energy.peak_s)}.", ("measured: energy over time",))


def _ends(profile: Profile) -> Iterator[Sentence]:
    fades = [e for e in profile.events if e.kind == "fade-out"]
    if fades:
        yield Sentence(f"Fades out from {clock(fades[-1].start_s)}.", ("measured: energy over time",))
    for event in profile.events:
        if event.kind in {"build-up", "drop", "break"}:
            yield Sentence(f"{event.kind.capitalize()} at {clock(event.start_s)}.", ("measured: energy over time",))


def _credits(track: Track) -> Iterator[Sentence]:
    makers = [f"{c.role}: {c.name}" for c in track.rights.credits if c.role != "copyright"]
    told = [*makers, *([f"ISRC {track.isrc}"] if track.isrc else [])]
    if told:
        yield Sentence(
            f"Credits – {'; '.join(told)}.", (_origin(track, "rights") if makers else _origin(track, "isrc"),)
        )


def _tags(track: Track, profile: Profile) -> list[Sentence]:
    declared = [(tag, name) for name in ("genres", "moods", "instruments") for tag in getattr(track, name)]
    rows = [Sentence(tag, (_origin(track, name),)) for tag, name in declared]
    rows += [Sentence(word, ("measured: texture and timbre",)) for word in sound_words(profile)]
    rows += [Sentence(i.family, (f"measured: instruments (confidence {i.confidence:.2f})",)) for i in profile.instruments]  # fmt: skip
    if profile.tempo.sure_bpm:
        rows.append(Sentence(f"{profile.tempo.sure_bpm:.0f} BPM", ("measured: tempo",)))
    if profile.key:
        rows.append(Sentence(profile.key.name, ("measured: key",)))
    unique = {row.text.casefold(): row for row in reversed(rows)}
    return list(reversed(unique.values()))


def is_sung(vocals: str | None, profile: Profile) -> bool:
    """Whether a track is a song: as it is declared, else where a voice is heard for a fifth of it."""
    if vocals:
        return vocals != "instrumental"
    return sum(v.end_s - v.start_s for v in profile.voices) > 0.2 * profile.duration_s


def _origin(track: Track, field: str) -> str:
    origin = track.origins.get(field)
    return f"{origin.kind}: {origin.detail}" if origin else f"declared: {field}"


def _article(words: str) -> str:
    return "An" if words[:1].lower() in "aeiou" else "A"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
