"""The licensed provider against a server on 127.0.0.1 that speaks its protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from index.errors import ToolFailed
from tests.assistant.answering import Answered, Asked, Seen, answering
from tests.tools.making import track
from tools.lyrics.musixmatch import Musixmatch
from tools.lyrics.provider import ask_in_order

KEY = "s3cr3t-key"
NOTICE = "Writer(s): Ada Finch\nCopyright: Steam Publishing\nLyrics powered by www.musixmatch.com"


def message(status: int, **body: Any) -> Answered:
    return Answered({"message": {"header": {"status_code": status, "execute_time": 0.01}, "body": body or []}})


def subtitle(**changes: Any) -> Answered:
    row = {
        "subtitle_id": 5,
        "restricted": 0,
        "subtitle_body": "[00:01.50] one line\n[00:04.00] two",
        "lyrics_copyright": NOTICE,
    }
    return message(200, subtitle=row | changes)


def lyrics(**changes: Any) -> Answered:
    row = {"lyrics_id": 6, "restricted": 0, "lyrics_body": "one line\ntwo\n...\n\n******* This Lyrics is NOT for Commercial use *******\n(1409623019413)", "lyrics_copyright": NOTICE}  # fmt: skip
    return message(200, lyrics=row | changes)


@pytest.fixture
def server() -> Iterator[tuple[Seen, dict[str, Answered], Callable[..., Musixmatch]]]:
    told: dict[str, Answered] = {}

    def answer(asked: Asked) -> Answered:
        return told[urlsplit(asked.path).path.rpartition("/")[2]]

    with answering(answer) as seen:
        yield seen, told, lambda **changes: Musixmatch(seen.url, KEY, **changes)


def test_a_synced_text_with_its_notice_and_the_shape_of_the_question(server: Any) -> None:
    seen, told, client = server
    told["matcher.subtitle.get"] = subtitle()
    found = client().find(track(lyrics=None, duration_s=181.6, isrc="QZ0012300001"))
    assert [(x.time_s, x.text) for x in found.lyrics.lines] == [(1.5, "one line"), (4.0, "two")]
    assert found.lyrics.source == "Musixmatch 5" and "Copyright: Steam Publishing" in found.lyrics.terms
    asked = {k: v[0] for k, v in parse_qs(urlsplit(seen.requests[0].path).query).items()}
    assert asked == {
        "q_track": "Kettle", "q_artist": "Ada Finch", "track_isrc": "QZ0012300001", "f_subtitle_length": "182",
        "f_subtitle_length_max_deviation": "2", "format": "json", "apikey": KEY,
    }  # fmt: skip


@pytest.mark.parametrize("first", [message(403), message(404), message(401), subtitle(restricted=1, subtitle_body="")])
def test_where_the_plan_has_no_times_the_plain_text_is_taken_without_its_trailer(server: Any, first: Answered) -> None:
    _, told, client = server
    told |= {"matcher.subtitle.get": first, "matcher.lyrics.get": lyrics()}
    found = client().find(track(lyrics=None))
    assert [x.text for x in found.lyrics.lines if x.text] == ["one line", "two", "..."]


def test_restricted_or_missing_texts_are_none_and_instrumentals_say_so(server: Any) -> None:
    _, told, client = server
    told |= {"matcher.subtitle.get": message(404), "matcher.lyrics.get": lyrics(restricted=1)}
    assert client().find(track(lyrics=None)) is None
    told["matcher.lyrics.get"] = message(404)
    assert client().find(track(lyrics=None)) is None
    told["matcher.lyrics.get"] = lyrics(instrumental=1, lyrics_body="")
    assert client().find(track(lyrics=None)).instrumental


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (message(401), "the key is not accepted"), (message(402), "limit is reached"), (message(503), "status 503"), (Answered(b"<html>"), "JSONDecodeError"),
        (Answered(["list"]), "status None"), (Answered({}, 500), "HTTP 500"), (Answered({"message": {"header": 1}}), "status None"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_without_the_key(server: Any, answer: Answered, reason: str) -> None:
    _, told, client = server
    told |= {"matcher.subtitle.get": message(404), "matcher.lyrics.get": answer}
    with pytest.raises(ToolFailed, match=reason) as failed:
        client().find(track(lyrics=None))
    assert KEY not in str(failed.value) and KEY not in repr(client())
    assert reason in client().trouble()


def test_nobody_there() -> None:
    trouble = Musixmatch("http://127.0.0.1:9", KEY).trouble()
    assert trouble == "Musixmatch did not answer: ConnectError"


def test_another_songs_sheet_is_set_aside_and_the_next_provider_asked(server: Any) -> None:
    _, told, client = server
    told["matcher.subtitle.get"] = subtitle(subtitle_body="[00:01.00]one\n[09:00.00]late")
    told["matcher.lyrics.get"] = lyrics()

    class Second:
        name = "second"

        def find(self, _: object) -> Any:
            raise ToolFailed("second is down")

    asked = ask_in_order([client(), Second()], track(lyrics=None, duration_s=180.0))
    assert asked.found is None and asked.failed == ["second is down"]
    assert asked.aside == ["Musixmatch 5: its last line is sung at 9:00, but the track lasts 3:00"]
