"""Declared values: columns, separators, bad values, tags of files."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.fields import BadValue, TrackFields
from index.tags import read_tags
from index.track import Credit, Origin, Track
from tests.index.conftest import write_wav


def track(**columns: Any) -> Track:
    fields = TrackFields()
    for column, value in columns.items():
        fields.declare(column, value, f"column {column}")
    return fields.track("x")


@pytest.mark.parametrize(
    ("column", "value", "field", "expected"),
    [
        ("Artist", "A; B", "artists", ("A", "B")),
        ("artists", ["A", "B", "A"], "artists", ("A", "B")),
        ("artist", "Earth, Wind & Fire", "artists", ("Earth, Wind & Fire",)),
        ("track", "Song", "title", "Song"),
        ("Genre", "rock, pop/folk;jazz", "genres", ("rock", "pop", "folk", "jazz")),
        ("text", "A caption.", "caption", "A caption."),
        ("date", "1994-03-01", "year", 1994),
        ("released", 2003.0, "year", 2003),
        ("duration", "3:25.5", "duration_s", 205.5),
        ("length", "1:00:01", "duration_s", 3601.0),
        ("Duration S", 12.5, "duration_s", 12.5),
        ("vocals", "No", "vocals", "instrumental"),
        ("vocals", "female", "vocals", "vocal"),
        ("lang", "French", "language", "French"),
        ("mood", "sad", "moods", ("sad",)),
    ],
)
def test_columns_and_their_aliases(column: str, value: Any, field: str, expected: object) -> None:
    made = track(**{column: value})
    assert getattr(made, field) == expected
    assert made.origins[field] == Origin(kind="declared", detail=f"column {column}")


def test_free_tags_are_sorted_by_what_they_are() -> None:
    made = track(tags="folk, calm, banjo, somethingunknown", genres="ambient")
    assert (made.genres, made.moods, made.instruments) == (
        ("ambient", "folk"),
        ("calm", "somethingunknown"),
        ("banjo",),
    )


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"year": "soon"}, "year"),
        ({"duration": "long"}, "duration"),
        ({"duration_s": "-3"}, "duration"),
        ({"duration_s": "inf"}, "duration"),
        ({"lyrics_display": "some"}, "lyrics_display"),
        ({"caption": {"a": 1}}, "caption"),
        ({"description": "x" * 20_001}, "description"),
    ],
)
def test_a_bad_value_is_named_by_its_column(columns: dict[str, Any], named: str) -> None:
    with pytest.raises(BadValue, match=named):
        track(**columns)


@pytest.mark.parametrize("empty", [None, "", "   ", float("nan"), []])
def test_empty_values_declare_nothing(empty: Any) -> None:
    made = track(title="T", album=empty, year=empty, artist=empty)
    assert made == track(title="T")


def test_the_first_declaration_wins() -> None:
    assert track(artist="First", artists="Second").artists == ("First",)


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        ("declared_ai", "declared_ai"),
        ("All", "declared_ai"),
        ("Partly", "declared_ai"),
        ("true", "declared_ai"),
        ("None", "declared_human"),
        ("no", "declared_human"),
        ("perhaps", "unknown"),
        ("", "unknown"),
    ],
)
def test_ai_status_is_taken_over_or_unknown(declared: str, status: str) -> None:
    rights = track(title="T", containsai=declared).rights
    assert rights.ai_status == status
    assert rights.ai_source == (None if status == "unknown" else "column containsai")


def test_credits_licence_and_unknown_columns() -> None:
    made = track(title="T", composer=["A", "B"], license="CC0-1.0", mystery="kept", lyrics="la\nla")
    assert made.rights.credits == (Credit(role="composer", name="A"), Credit(role="composer", name="B"))
    assert made.rights.licence == "CC0-1.0"
    assert made.extra == {"mystery": "kept"}
    assert made.lyrics is not None and [line.text for line in made.lyrics.lines] == ["la", "la"]
    assert made.lyrics.source == "column lyrics"


VALUES = st.none() | st.text() | st.integers() | st.floats() | st.lists(st.text(), max_size=3) | st.booleans()


@given(st.dictionaries(st.text(min_size=1) | st.sampled_from(["year", "title", "lyrics", "ai"]), VALUES, max_size=6))
def test_any_values_make_a_track_that_can_be_stored_or_a_named_complaint(columns: dict[str, Any]) -> None:
    try:
        made = track(**columns)
    except BadValue as reason:
        assert "\n" not in str(reason)
    else:
        assert Track.model_validate_json(made.model_dump_json()) == made


def test_lone_surrogates_become_question_marks() -> None:
    assert track(title="a\ud800b").title == "a?b"


def _with_info_tags(path: Path, **tags: bytes) -> Path:
    """A WAV with a RIFF INFO list."""
    write_wav(path, 0.1)
    chunks = b"".join(
        name.encode() + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2) for name, text in tags.items()
    )
    body = b"INFO" + chunks
    data = path.read_bytes() + b"LIST" + struct.pack("<I", len(body)) + body
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    return path


def test_tags_of_a_file_are_declared_with_their_place(tmp_path: Path) -> None:
    path = _with_info_tags(tmp_path / "a.wav", INAM=b"Harbour", IART=b"Mira", IGNR=b"Folk", ICRD=b"1994")
    fields = TrackFields()
    read_tags(path, fields)
    made = fields.track("x")
    assert (made.title, made.artists, made.genres, made.year) == ("Harbour", ("Mira",), ("Folk",), 1994)
    assert made.origins["title"].detail == "tag TITLE"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([".mp3", ".flac", ".wav", ".ogg", ".m4a", ".opus"]), st.binary(max_size=300), st.booleans())
def test_a_file_of_anything_declares_nothing_dangerous(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, content: bytes, marked: bool
) -> None:
    magic = {".mp3": b"ID3\x04\0\0\0\0\x01\x7f", ".flac": b"fLaC", ".wav": b"RIFF\xff\0\0\0WAVE", ".ogg": b"OggS"}
    path = tmp_path_factory.getbasetemp() / f"junk{suffix}"
    path.write_bytes((magic.get(suffix, b"\0\0\0\x18ftypM4A ") if marked else b"") + content)
    fields = TrackFields()
    read_tags(path, fields)
    assert not fields.has("audio")


def test_in_a_tag_nonsense_is_kept_apart_and_the_file_stays() -> None:
    fields = TrackFields(lenient=True)
    fields.declare("title", "Harbour", "tag TITLE")
    fields.declare("year", "soon", "tag DATE")
    fields.declare("lyrics", "x" * 30_000, "tag LYRICS")
    fields.declare("lyrics_display", "ask first", "tag LYRICS_DISPLAY")
    track = fields.track("t")
    assert (track.title, track.year, track.lyrics) == ("Harbour", None, None)
    assert track.extra == {"unread year": "soon"}
    assert track.rights.lyrics_display == "none"


@pytest.mark.parametrize(
    ("column", "value", "analysis"),
    [
        ("machine_analysis", "forbidden", "forbidden"), ("machine_analysis", "no", "forbidden"), ("machine_analysis", "allowed", "allowed"),
        ("tdm_reservation", "1", "forbidden"), ("TDM-Reservation", "0", "allowed"), ("tdm_reservation", 1, "forbidden"),
    ],
)  # fmt: skip
def test_who_may_listen(column: str, value: object, analysis: str) -> None:
    fields = TrackFields()
    fields.declare(column, value, f"column {column}")
    rights = fields.track("x").rights
    assert rights.analysis == analysis
    assert rights.analysis_source == f"column {column}"


def test_a_reservation_that_cannot_be_read_reserves_in_tags_and_is_refused_in_manifests() -> None:
    tags, manifest = TrackFields(lenient=True), TrackFields()
    for fields in (tags, manifest):
        fields.declare("tdm_reservation", "perhaps", "tag TDM_RESERVATION")
    assert tags.track("x").rights.analysis == "forbidden"
    with pytest.raises(BadValue, match="tdm"):
        manifest.track("x")
