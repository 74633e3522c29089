"""Sheets of other songs are noticed, sheets of the song are not suspected."""

from __future__ import annotations

from typing import Any

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.fields import TrackFields
from index.fitting import doubt
from index.lrc import parse_lyrics
from index.track import Origin, Track
from tests.index.conftest import HashEmbedder, write_jsonl

GERMAN = "Der Bahnhof schläft und die Uhr geht vor, ich höre noch dein Lachen im Ohr. " * 4
ENGLISH = "The station sleeps and the clock runs fast, I hear you laughing in the past. " * 4


def track(**values: Any) -> Track:
    told = {"title": "Night Train", "artists": ("Nine Ferries",), "duration_s": 180.0} | values
    origins = {name: Origin(kind="declared", detail="column") for name in told}
    return Track(id="x", **told, origins=origins)


def why(text: str, **values: Any) -> str | None:
    sheet = parse_lyrics(text, "sidecar")
    assert sheet
    return doubt(sheet, track(**values))


@pytest.mark.parametrize(
    ("text", "values", "reason"),
    [
        ("[00:10]one\n[03:30]two", {}, "its last line is sung at 3:30, but the track lasts 3:00"),
        ("[length:04:10]\n[00:10]one", {}, "it is for 4:10, but the track lasts 3:00"),
        ("la " * 400, {"duration_s": 30.0}, "nobody sings its 400 words in 0:30"),
        (GERMAN, {"language": "English"}, "it is in German, but the track is declared as English"),
        ("[ti:Summer Rain]\n[00:01]a", {}, "it is headed “Summer Rain”"),
        ("[ar:Somebody Else]\n[00:01]a", {}, "it is headed with the artist Somebody Else"),
        ("a\nb\nc\nd", {"vocals": "instrumental"}, "it has 4 lines, but the track is declared instrumental"),
    ],
)  # fmt: skip
def test_another_song(text: str, values: dict[str, Any], reason: str) -> None:
    assert why(text, **values) == reason


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("[00:10]one\n[03:02]two", {}),  # a little late
        ("[length:03:05]\n[00:10]one", {}),
        (ENGLISH, {"language": "English"}),
        (GERMAN, {"language": "English; German"}),
        ("kurz und gut", {"language": "English"}),  # too short to tell
        ("[ti:Night Train (Remastered 2011)]\n[ar:nine ferries feat. Somebody]\n[00:01]a", {}),
        ("[ti:Nigth Train]\n[00:01]a", {}),
        ("[ar:The Nine Ferries]\n[00:01]a", {"artists": ("Guest", "Nine Ferries")}),
        ("hey!", {"vocals": "instrumental"}),
        ("[09:00]late", {"duration_s": None}),
    ],
)
def test_the_song_itself(text: str, values: dict[str, Any]) -> None:
    assert why(text, **values) is None


def test_what_the_wrong_sheet_told_goes_with_it() -> None:
    fields = TrackFields()
    for column, value in {"title": "T", "lyrics": GERMAN, "duration_s": 5}.items():
        fields.declare(column, value, f"column {column}")
    made = fields.track("x")
    assert (made.lyrics, made.language, made.explicit) == (None, None, None)
    assert made.sheets_aside and made.sheets_aside[0].startswith("column lyrics: nobody sings")


def test_a_length_that_is_measured_later_counts(tmp_path: Any) -> None:
    rows = [{"id": "a", "title": "T", "caption": "song", "lyrics": f"[00:01.00]{GERMAN}\n[05:00.00]late"}]
    source = write_jsonl(tmp_path / "rows.jsonl", rows)
    build(source, tmp_path / "i", lambda t: t.model_copy(update={"duration_s": 60.0}), HashEmbedder())
    catalogue = Catalogue(tmp_path / "i", HashEmbedder())
    made = catalogue.track("a")
    assert made and made.lyrics is None and made.language is None and "lyrics" not in made.origins
    assert made.sheets_aside == ("column lyrics: its last line is sung at 5:00, but the track lasts 1:00",)
    catalogue.close()
