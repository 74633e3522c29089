"""Who made what: `artists.toml` and `lyrics.toml` as typed data. Artists and declarations are all fiction."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tools.demo.singing import Words

LOSSLESS = {"nocturne", "lullaby", "ambient", "quartet", "hymn", "baroque"}


@dataclass(frozen=True)
class TrackSpec:
    """One track as declared by its artist. `ai` is None (nothing declared) or `None`, `Partly`, `All`."""

    number: int
    place: int
    title: str
    artists: tuple[str, ...]
    album: str
    year: int
    style: str
    variant: int
    key: str | None
    moods: tuple[str, ...]
    description: str
    composers: tuple[str, ...]
    lyricists: tuple[str, ...]
    producer: str
    label: str
    ai: str | None
    lyrics: str | None
    sung: bool

    @property
    def id(self) -> str:
        return f"lnt{self.number:03d}"

    @property
    def isrc(self) -> str:
        """Shaped like an ISRC; the country ZZ is assigned to nobody."""
        return f"ZZLNT{self.year % 100:02d}{self.number:05d}"

    @property
    def file(self) -> str:
        """Relative to the catalogue's folder."""
        ending = "flac" if self.style in LOSSLESS else "ogg"
        folder = f"music/{_plain(self.artists[0])}/{_plain(self.album)}"
        return f"{folder}/{self.place:02d} {_plain(self.title)}.{ending}"


@dataclass(frozen=True)
class Lyrics:
    """The words of a song and the ISO 639-1 code of their language."""

    language: str
    verses: tuple[tuple[str, ...], ...]
    chorus: tuple[str, ...]

    @property
    def words(self) -> Words:
        return Words(self.verses, self.chorus, silent_e=self.language in {"en", "fr"})


def _plain(name: str) -> str:
    return re.sub(r'[/\\:*?"<>|]+', "-", name).strip(". ")


def _load(name: str) -> dict[str, Any]:
    with files("tools.demo").joinpath(name).open("rb") as source:
        return tomllib.load(source)


@cache
def lyrics() -> dict[str, Lyrics]:
    """All lyrics by their id."""
    return {
        name: Lyrics(row["language"], tuple(tuple(v) for v in row["verses"]), tuple(row["chorus"]))
        for name, row in _load("lyrics.toml").items()
    }


@cache
def roster() -> tuple[TrackSpec, ...]:
    """All tracks, in the order of the file."""
    found: list[TrackSpec] = []
    for artist in _load("artists.toml")["artist"]:
        for album in artist["album"]:
            for place, track in enumerate(album["track"], start=1):
                found.append(_track(artist, album, place, track, len(found) + 1))
    return tuple(found)


def _track(artist: dict[str, Any], album: dict[str, Any], place: int, track: dict[str, Any], number: int) -> TrackSpec:
    words = track.get("lyrics")
    return TrackSpec(
        number=number,
        place=place,
        title=track["title"],
        artists=(artist["name"], *track.get("with", [])),
        album=album["title"],
        year=album["year"],
        style=track["style"],
        variant=track.get("variant", 0),
        key=track.get("key"),
        moods=tuple(track.get("moods", [])),
        description=track["about"],
        composers=tuple(track.get("composers", artist["composers"])),
        lyricists=tuple(track.get("lyricists", artist.get("lyricists", artist["composers"]))) if words else (),
        producer=album.get("producer", artist["producer"]),
        label=album.get("label", artist["label"]),
        ai=track.get("ai", artist.get("ai")),
        lyrics=words,
        sung=track.get("sung", False),
    )
