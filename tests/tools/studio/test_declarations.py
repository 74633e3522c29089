"""What an artist declares of their track: it counts before the file's tags, is taken back, and is refused when it makes no sense."""

from __future__ import annotations

import pytest

from index.errors import UserError
from index.track import Credit, Rights, Track
from tools.studio.declarations import Declaration, declaration, declare, declared, shown

TRACK = Track(id="own", title="Quarry", isrc="QZABC2500009", rights=Rights(credits=(Credit(role="composer", name="Tagged"), Credit(role="label", name="Old")), lyrics_display="full"))  # fmt: skip
DAY = "2026-11-25"


def said(track: Track = TRACK, **values: str) -> Track:
    return declared(track, [declaration(column, value, "the artist", DAY) for column, value in values.items()])


def test_credits_isrc_and_licence() -> None:
    track = said(composer="Cy ; Dee", lyricist="Eve", isrc="us-abc 26 00001", licence="CC BY 4.0")
    assert [(c.role, c.name) for c in track.rights.credits] == [("composer", "Cy"), ("composer", "Dee"), ("lyricist", "Eve"), ("label", "Old")]  # fmt: skip
    assert track.isrc == "USABC2600001" and track.rights.licence == "CC BY 4.0"
    assert track.rights.lyrics_display == "full"  # what nobody declared anew stays
    assert track.origins["rights"].detail == track.origins["isrc"].detail == f"declared by the artist, {DAY}"


def test_ai_and_machines() -> None:
    rights = said(ai_status="partly", ai_roles="mastering; cover", machine_analysis="forbidden", ai_training="forbidden", lyrics_display="none").rights  # fmt: skip
    assert (rights.ai_status, rights.ai_extent, rights.ai_roles) == ("declared_ai", "partly", ("mastering", "cover"))
    assert rights.ai_source == f"declared by the artist, {DAY}" and rights.ai_date == DAY
    assert (rights.analysis, rights.training, rights.lyrics_display) == ("forbidden", "forbidden", "none")


@pytest.mark.parametrize(("file", "artist", "holds"), [("declared_ai", "none", "declared_ai"), ("declared_human", "all", "declared_ai"), ("unknown", "none", "declared_human")])  # fmt: skip
def test_of_two_words_on_ai_the_one_that_protects_more_counts(file: str, artist: str, holds: str) -> None:
    rights = Rights.model_validate({"ai_status": file, "ai_source": "C2PA manifest" if file != "unknown" else None})
    after = said(TRACK.model_copy(update={"rights": rights}), ai_status=artist).rights
    assert after.ai_status == holds
    assert file == "unknown" or ("C2PA manifest" in str(after.ai_source) and "the artist" in str(after.ai_source))


@pytest.mark.parametrize(("column", "value"), [("isrc", "12"), ("ai_status", "maybe"), ("lyrics_display", "all"), ("title", "x"), ("label", "x" * 501)])  # fmt: skip
def test_nonsense_is_refused(column: str, value: str) -> None:
    with pytest.raises(UserError):
        declaration(column, value, "the artist", DAY)


def test_a_form_declares_what_differs_and_takes_back_what_is_emptied() -> None:
    showed = shown(TRACK, [])
    assert showed["composer"] == "Tagged" and showed["machine_analysis"] == "" and showed["lyrics_display"] == "full"
    assert declare(TRACK, [], showed, "the artist", DAY) == ()  # sent as it was: nothing is declared
    first = declare(TRACK, [], showed | {"label": "New", "machine_analysis": "allowed"}, "the artist", DAY)
    assert {d.column: d.value for d in first} == {"label": "New", "machine_analysis": "allowed"}
    now = declared(TRACK, first)
    assert shown(now, first)["machine_analysis"] == "allowed"
    assert declare(now, first, shown(now, first), "the artist", "2027-01-01") == first
    back = declare(now, first, shown(now, first) | {"label": "", "machine_analysis": ""}, "the artist", DAY)
    assert back == () and declared(TRACK, back) == TRACK


def test_what_nobody_sees_is_not_kept() -> None:
    assert declaration("label", "Third\u200b \u202ePew\x1b[2J", "the artist", DAY).value == "Third Pew"


def test_of_a_column_the_last_word_counts() -> None:
    made = [
        Declaration("label", "A", "x", DAY),
        Declaration("label", "B", "x", DAY),
        Declaration("producer", "", "x", DAY),
    ]
    assert [c.name for c in declared(TRACK, made).rights.credits] == ["Tagged", "B"]
