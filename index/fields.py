"""Declared values of any source, by column name, gathered into a `Track`.

The documented columns, shared by tags and manifests (aliases in `_ALIASES`):
id, title, artist | artists, album, year, duration_s, isrc, genres, moods, instruments, vocals, language,
caption, description, tags, audio, lyrics, explicit (yes | no), licence, lyrics_display, ai_status | contains_ai, machine_analysis (allowed |
forbidden) | tdm_reservation (W3C TDMRep: 1 reserves), ai_training (allowed | forbidden), and the credits
composer, lyricist, producer, label, publisher, performer, copyright. Unknown columns are kept as `extra`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from index.concepts import vocabulary
from index.declared_rights import CREDITS, RIGHTS, BadRight, Said, rights_of
from index.explicit import declared
from index.fitting import sung
from index.languages import language_name
from index.outside import visible
from index.sheets import Sheet
from index.track import Explicit, Origin, Rights, Track

_ALIASES = {
    "artist": "artists", "performer_name": "artists", "name": "title", "track": "title", "date": "year", "released": "year", "genre": "genres",
    "mood": "moods", "instrument": "instruments", "duration": "duration_s", "length": "duration_s", "license": "licence", "containsai": "ai_status",
    "contains_ai": "ai_status", "tdm_reservation": "tdm", "tdm": "tdm", "analysis": "machine_analysis", "itunesadvisory": "explicit", "parental_advisory": "explicit", "advisory": "explicit", "ai": "ai_status", "unsyncedlyrics": "lyrics", "organization": "label", "audio_path": "audio", "path": "audio",
    "file": "audio", "lang": "language", "text": "caption",
}  # fmt: skip
_LISTS = {"artists", "genres", "moods", "instruments", "tags"}
_TEXTS = ("title", "album", "isrc", "language", "description", "caption", "audio")
_MAX_TEXT = 20_000


class BadValue(ValueError):
    """A declared value that cannot be what its column says; the reason is one line, whatever the value holds."""

    def __init__(self, reason: str) -> None:
        super().__init__(" ".join(visible(reason).split()))


class TrackFields:
    """Collects declared values; the first declaration of a field wins, but for rights, where the strictest does.

    `track` checks and converts.
    """

    def __init__(self, *, lenient: bool = False, date: str = "") -> None:
        """With `lenient` a value that makes no sense is kept as `extra` instead of raising; `date` is the source's."""
        self._lenient, self._date = lenient, date
        self._values: dict[str, list[str]] = {}
        self._details: dict[str, str] = {}
        self._sheets: list[Sheet] = []
        self._said: dict[str, list[Said]] = {}

    def declare(self, column: str, value: Any, detail: str, date: str | None = None) -> None:
        """Notes a column's value (text, number or a list of them); empty values are passed over.

        `date`, if it is not the source's, is the day of this declaration.
        """
        name = column.strip().lower().replace(" ", "_").replace("-", "_")
        name = _ALIASES.get(name, name)
        try:
            texts = [t for t in map(_text, value if isinstance(value, list | tuple) else [value]) if t]
        except BadValue as exc:
            if self._lenient:
                return
            raise BadValue(f"{column}: {exc}") from None
        self._said.setdefault(name, []).extend(
            Said(text, detail, self._date if date is None else date) for text in texts
        )
        if texts and name and name not in self._values:
            self._values[name], self._details[name] = texts, detail

    def add_sheets(self, sheets: Iterable[Sheet]) -> None:
        """Lyric sheets to be believed after a declared one, in their order."""
        self._sheets += sheets

    def has(self, column: str) -> bool:
        """Whether a value was declared for the column."""
        return column in self._values

    def first(self, column: str) -> str:
        """The first value declared for the column, or an empty text."""
        return self._values.get(column, [""])[0]

    def track(self, track_id: str) -> Track:
        """The track that was declared; raises `BadValue` with the column's name in it."""
        taken: dict[str, Any] = {name: "\n".join(self._values[name]) for name in _TEXTS if name in self._values}
        if "language" in taken:
            taken["language"] = language_name(taken["language"])
        taken |= {name: self._split(name) for name in _LISTS - {"tags"} if name in self._values}
        taken |= self._from_tags(taken)
        for name, convert in (("year", _year), ("duration_s", _duration), ("vocals", _vocals)):
            if name in self._values:
                self._convert(name, convert, taken)
        explicit = self._explicit()
        taken |= {"explicit": explicit} if explicit else {}
        taken["rights"] = self._rights()
        known = {
            *_TEXTS,
            *_LISTS,
            *RIGHTS,
            "year",
            "duration_s",
            "vocals",
            "lyrics",
            "explicit",
            "id",
        }
        taken["extra"] = {name: "; ".join(v) for name, v in self._values.items() if name not in known}
        details = {"rights": "licence", **{name: name for name in (*taken, "tags")}}
        origins = {
            n: Origin(kind="declared", detail=self._details[c])
            for n, c in details.items()
            if c in self._details and taken.get(n)
        }
        track = Track(id=track_id, **{k: v for k, v in taken.items() if v is not None}, origins=origins)
        own = [Sheet("\n".join(self._values["lyrics"]), self._details["lyrics"])] if "lyrics" in self._values else []
        return sung(track, [*own, *self._sheets])

    def _rights(self) -> Rights:
        try:
            return rights_of(self._told, lenient=self._lenient)
        except BadRight as exc:
            raise BadValue(str(exc)) from exc

    def _told(self, column: str) -> list[Said]:
        """All that was declared for a column; of credits the first source counts, which may name several."""
        said = self._said.get(column, [])
        return [s for s in said if s.where == said[0].where] if column in (*CREDITS, "licence") else said

    def _explicit(self) -> Explicit | None:
        """What is declared."""
        told = self.first("explicit")
        found = declared(told) if told else None
        if told and found is None and not self._lenient:
            raise BadValue(f"explicit is {told[:40]!r}; it must be yes or no")
        return found

    def _convert(self, name: str, convert: Callable[[str], Any], taken: dict[str, Any]) -> None:
        try:
            taken[name] = convert(self._values[name][0])
        except BadValue:
            if not self._lenient:
                raise
            self._values[f"unread {name}"] = self._values.pop(name)

    def _split(self, name: str) -> tuple[str, ...]:
        separator = r"\s*[;\n\0]\s*" if name == "artists" else r"\s*[,;/\n\0]\s*"
        parts = (part.strip() for value in self._values[name] for part in re.split(separator, value))
        return tuple(dict.fromkeys(part for part in parts if part))

    def _from_tags(self, taken: dict[str, Any]) -> dict[str, Any]:
        """Free tags, sorted by what the vocabulary knows them to be; the rest count as moods."""
        if "tags" not in self._values:
            return {}
        room = {"genre": "genres", "instrument": "instruments", "voice": "instruments"}
        sorted_tags: dict[str, list[str]] = {"genres": [], "moods": [], "instruments": []}
        for tag in self._split("tags"):
            concept = vocabulary().name(tag)
            sorted_tags[room.get(vocabulary().kind(concept) if concept else "", "moods")].append(tag)
        for name in sorted_tags:
            self._details.setdefault(name, self._details["tags"])
        return {name: (*taken.get(name, ()), *tags) for name, tags in sorted_tags.items() if tags}


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict):
        raise BadValue(f"a nested object ({str(value)[:40]}) where a text or a list was expected")
    text = str(value).strip().replace("\x00", "\n").encode("utf-8", "replace").decode()  # lone surrogates become "?"
    text = visible(text).strip()
    if len(text) > _MAX_TEXT:
        raise BadValue(f"a value of {len(text):,} characters; the limit is {_MAX_TEXT:,}")
    return text


def _year(text: str) -> int:
    found = re.search(r"(?<!\d)(1\d{3}|20\d{2}|21\d{2})(?!\d)", text)
    if not found:
        raise BadValue(f"year is {text[:40]!r}")
    return int(found.group())


def _duration(text: str) -> float:
    clock = re.fullmatch(r"(?:(\d+):)?(\d{1,3}):(\d{2}(?:\.\d+)?)", text)
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3])
    try:
        seconds = float(text)
    except ValueError:
        raise BadValue(f"duration is {text[:40]!r}; give seconds or m:ss") from None
    if not 0 <= seconds < 1e6:
        raise BadValue(f"duration is {text[:40]!r}; give seconds or m:ss")
    return seconds


def _vocals(text: str) -> str:
    lowered = text.lower()
    if lowered in {"instrumental", "none", "no", "false", "0"}:
        return "instrumental"
    return "vocal"
