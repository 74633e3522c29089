"""The words of an artist's own track: kept as given, with what they tell, and the doubt if they do not seem to fit."""

from __future__ import annotations

import pytest

from index.embed import Embedder
from index.errors import UserError
from index.track import LyricLine, Lyrics, Origin, Track
from tests.fixtures.profiles import made_profile
from tools.studio.words import Sheet, as_text, sheet, told, with_words

TRACK = Track(id="own", title="Quarry", duration_s=60.0, profile=made_profile())
SONG = """[00:01.00]Nobody waits for me at the empty station
[00:04.00]I cried all night alone in the bitter rain

[00:12.00]We will rise and sing in the morning sun
[00:15.00]Happy and laughing together with everyone

[00:30.00]My mother lost her house in the cold grey flood
[00:33.00]I miss her voice and I cannot stop weeping

[00:45.00]We will rise and sing in the morning sun
[00:48.00]Happy and laughing together with everyone"""


def test_what_it_tells(embedder: Embedder) -> None:
    track = with_words(TRACK, sheet(SONG))
    assert track.language == "English" and track.explicit == "clean" and track.origins["lyrics"].kind == "declared"
    found = told(track, embedder)
    assert found and found.doubt is None
    assert [p.verse.name for p in found.places] == ["verse 1", "the chorus", "verse 2", "the chorus"]
    assert [(p.start_s, p.end_s) for p in found.places] == [(1.0, 8.0), (12.0, 19.0), (30.0, 37.0), (45.0, 52.0)]
    leans = [p.lean for p in found.places]
    assert leans[1] == leans[3] and all(a is not None and b is not None and a < b for a, b in ((leans[0], leans[1]), (leans[2], leans[3])))  # fmt: skip
    assert found.course["chorus"] == {"times": 2, "first": "0:12"} and found.course["mood_course"]["ends"] == "brighter"
    assert as_text(track.lyrics).splitlines()[3] == "[00:12.00]We will rise and sing in the morning sun" if track.lyrics else False  # fmt: skip


def test_an_empty_line_parts_verses_also_between_lines_with_times(embedder: Embedder) -> None:
    text = "[00:01.00]one two three\n[00:03.00]four five six\n\n[00:05.00]seven eight\n[00:07.00]nine and ten"
    track = with_words(TRACK, sheet(text))
    found = told(track, embedder)
    assert found and [(p.verse.name, p.start_s) for p in found.places] == [("verse 1", 1.0), ("verse 2", 5.0)]
    assert track.lyrics and as_text(track.lyrics) == text


def test_a_machine_s_words_are_marked(embedder: Embedder) -> None:
    track = with_words(TRACK, Sheet(SONG, "machine transcription by flamingo", machine=True))
    assert track.origins["lyrics"] == Origin(kind="modelled", detail="machine transcription by flamingo")


def test_they_take_the_place_of_the_file_s_and_can_be_none(embedder: Embedder) -> None:
    tagged = TRACK.model_copy(update={"lyrics": Lyrics(lines=(LyricLine(time_s=None, text="la"),), source="tag LYRICS"), "language": "German", "origins": {"language": Origin(kind="declared", detail="tag LANGUAGE")}})  # fmt: skip
    assert with_words(tagged, None) == tagged
    own = with_words(tagged, sheet(SONG))
    assert own.lyrics and own.lyrics.source == "the artist" and own.language == "German"  # declared: not overridden
    found = told(own, embedder)
    assert found and found.doubt and "English" in found.doubt and all(p.lean is None for p in found.places)
    none = with_words(tagged, sheet("  "))
    assert none.lyrics is None and told(none, embedder) is None


def test_what_cannot_be_a_sheet() -> None:
    with pytest.raises(UserError, match="no words"):
        sheet("[ti:Only a title]")
    with pytest.raises(UserError, match="20,000"):
        sheet("x" * 20_001)
