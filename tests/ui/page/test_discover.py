"""Clicks and messages of the page, as its handlers take them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads, Tray
from index.catalogue import Catalogue
from ui.page.discover import Discover
from ui.page.tray import token

CHAT, PANEL, TRAY, HEARD, THREADS, CHIPS, GIFT, BROWSER = range(8)
NOBODY: Any = SimpleNamespace(username=None)


class Visitor:
    """Somebody at the page; `last` are the parts as they were last changed."""

    def __init__(self, front: Discover, owner: str, link: str = "") -> None:
        self.front = front
        self.last: dict[int, Any] = {}
        self._take(front.opened(owner, link, NOBODY))

    def say(self, text: str) -> None:
        for parts in self.front.sent({"text": text, "files": []}, self.last[CHAT], self.last[BROWSER]):
            self._take(parts[1:])

    def act(self, name: str, value: str) -> None:
        action = json.dumps({"act": name, "value": value})
        for parts in self.front.acted(action, self.last[CHAT], self.last[BROWSER]):
            self._take(parts)

    def _take(self, parts: tuple[Any, ...]) -> None:
        self.last |= {n: p for n, p in enumerate(parts) if not (isinstance(p, dict) and p.get("__type__") == "update")}

    @property
    def words(self) -> str:
        return str([m["content"] for m in self.last[CHAT]])


@pytest.fixture
def front(catalogue: Catalogue, tmp_path: Path) -> Iterator[Discover]:
    threads = Threads(None)
    yield Discover(Assistant(Settings(tmp_path), catalogue, threads))
    threads.close()


@pytest.fixture
def fan(front: Discover) -> Visitor:
    return Visitor(front, "a-visitor-with-a-long-word")


def test_a_turn_changes_all_parts(fan: Visitor) -> None:
    fan.say("slow blues without vocals")
    assert "Blue Ferry" in fan.last[PANEL] and "blues" in fan.last[HEARD] and "slow blues" in fan.last[THREADS]
    assert "Show me more" in fan.last[CHIPS] and "How I read this" in str(fan.last[CHAT])


def test_a_wish_that_is_taken_back_is_searched_without(fan: Visitor) -> None:
    fan.say("something calm with piano")
    before = fan.front._assistant.conversation(fan.last[BROWSER]["thread"]).query
    assert before and "piano" in before.want
    fan.act("let", json.dumps(["want", "piano"]))
    after = fan.front._assistant.conversation(fan.last[BROWSER]["thread"]).query
    assert after and "piano" not in after.want and "relaxing" in after.want and "What fits now?" in fan.words
    fan.act("let", json.dumps(["want", "bagpipes"]))  # an old page's click
    assert fan.last[HEARD].count("ln-off") == 1


def test_the_last_wish_taken_back_leaves_nothing(fan: Visitor) -> None:
    fan.say("something calm")
    fan.act("let", json.dumps(["want", "relaxing"]))
    assert "Nothing yet" in fan.last[HEARD]


def test_likes_and_never_again(fan: Visitor) -> None:
    fan.say("slow blues")
    fan.act("like", "w06")
    assert "♥ Liked" in fan.last[PANEL] and "♥ Blue Ferry" in fan.last[HEARD]
    fan.act("neither", "w06")
    assert "♥ Liked" not in fan.last[PANEL]
    fan.act("dislike", "w06")
    fan.act("say", "slow blues")
    assert "Blue Ferry" not in fan.last[PANEL]


def test_but_calmer_and_around_here(fan: Visitor) -> None:
    fan.say("slow blues")
    fan.act("turn", "T1 older")
    assert "More like T1, but older" in fan.words
    fan.act("near", "w06")
    assert "More like “Blue Ferry”" in fan.words
    fan.act("near", "no such track")
    fan.act("no such act", "x")
    assert len([m for m in fan.last[CHAT] if m["role"] == "user"]) == 3


def test_a_playlist_is_put_together_and_sent(fan: Visitor, front: Discover) -> None:
    for track in ("w06", "w01", "w13", "w06", "no such track"):
        fan.act("tray", track)
    fan.act("order", json.dumps(["w13", "w06"]))
    fan.act("untray", "w01")
    fan.act("name", "  Late   train ")
    tray = front._assistant.threads.tray(fan.last[BROWSER]["owner"], front._index)
    assert (tray.name, tray.tracks) == ("Late train", ("w13", "w06"))
    fan.act("give", "csv http://127.0.0.1:1/")
    gift = json.loads(fan.last[GIFT])
    assert gift["name"] == "Late train.csv" and "Glass Cathedral" in gift["text"]
    friend = Visitor(front, "another-visitor-with-a-long-word", token(tray))
    assert "Late train" in friend.last[TRAY] and friend.last[TRAY].index("Glass") < friend.last[TRAY].index("Blue")
    fan.act("clear", "-")
    assert "empty" in fan.last[TRAY] and "Late train" in friend.last[TRAY]


def test_conversations_are_named_exported_and_dropped(fan: Visitor, front: Discover) -> None:
    fan.say("slow blues")
    thread = fan.last[BROWSER]["thread"]
    fan.act("rename", f"{thread} Night shift <b>")
    assert "Night shift &lt;b&gt;" in fan.last[THREADS]
    fan.act("export", f"md {thread}")
    text = json.loads(fan.last[GIFT])["text"]
    assert text.startswith("> slow blues") and "Blue Ferry" in text and "T1:" in text
    fan.act("export", f"json {thread}")
    assert json.loads(json.loads(fan.last[GIFT])["text"])[0]["user"] == "slow blues"
    other = Visitor(front, "another-visitor-with-a-long-word")
    for act, value in (("rename", f"{thread} Mine now"), ("drop", thread), ("open", thread)):
        other.act(act, value)
    other.act("export", f"md {thread}")
    assert json.loads(other.last[GIFT])["text"].strip() == "" and not other.last[CHAT]
    fan.act("new", "-")
    assert not fan.last[CHAT]
    fan.act("open", thread)
    assert "slow blues" in fan.words
    fan.act("drop", thread)
    assert not fan.last[CHAT] and "Night shift" not in fan.last[THREADS]


def test_the_same_question_again_keeps_the_answer_before(fan: Visitor) -> None:
    fan.say("slow blues")
    first = fan.last[CHAT][-1]["content"]
    for parts in fan.front.again(fan.last[CHAT], fan.last[BROWSER], SimpleNamespace(value="slow blues")):  # type: ignore[arg-type]
        fan._take(parts)
    assert fan.words.count("slow blues") >= 2 and first in [m["content"] for m in fan.last[CHAT]]


def edit(fan: Visitor, at: int, text: str) -> None:
    """Another wording for what stands at a place of the chat."""
    edited: Any = SimpleNamespace(value=[{"type": "text", "text": text}], index=at)
    for parts in fan.front.edited([], fan.last[BROWSER], edited):
        fan._take(parts)


def test_an_edited_question_goes_on_from_there_and_the_first_conversation_stays(fan: Visitor) -> None:
    fan.say("slow blues")
    fan.say("without vocals")
    fan.say("with trumpet")
    first = fan.last[BROWSER]["thread"]
    at = [n for n, m in enumerate(fan.last[CHAT]) if m["role"] == "user"]
    edit(fan, at[1], "with piano")
    assert [m["content"] for m in fan.last[CHAT] if m["role"] == "user"] == ["slow blues", "with piano"]
    query = fan.front._assistant.conversation(fan.last[BROWSER]["thread"]).query
    assert query and query.vocals is None and {"slow", "blues", "piano"} == {*query.want}
    assert fan.last[BROWSER]["thread"] != first and fan.last[THREADS].count("slow blues") >= 2
    edit(fan, 0, "fast metal")
    assert [m["content"] for m in fan.last[CHAT] if m["role"] == "user"] == ["fast metal"]
    fan.act("open", first)
    assert "with trumpet" in fan.words and "with piano" not in fan.words


def test_a_playlist_made_in_the_talk_is_in_the_tray(fan: Visitor) -> None:
    fan.say("slow blues")
    fan.say("make a playlist of 1 and 3 called Late Ferry")
    own = fan.front._assistant.threads.tray(fan.last[BROWSER]["owner"], fan.front._index)
    assert own.name == "Late Ferry" and len(own.tracks) == 2 and "Late Ferry" in fan.last[TRAY]
    fan.say("save these as a playlist called Another")
    own = fan.front._assistant.threads.tray(fan.last[BROWSER]["owner"], fan.front._index)
    assert own.name == "Late Ferry" and len(own.tracks) > 2


def test_a_playlist_changed_in_the_talk_is_changed_in_the_tray(fan: Visitor) -> None:
    def own() -> Tray:
        return fan.front._assistant.threads.tray(fan.last[BROWSER]["owner"], fan.front._index)

    fan.say("slow blues")
    fan.say("make a playlist of 1, 2 and 3 called Late Ferry")
    first = own().tracks
    fan.say("remove number 2 from it")
    assert own().tracks == (first[0], first[2])
    fan.say("swap the first and the last")
    fan.say("rename it to Early Ferry")
    assert (own().name, own().tracks) == ("Early Ferry", (first[2], first[0]))


def test_a_stranger_cannot_be_somebody(front: Discover) -> None:
    for owner in ("", "local", "user:admin", "short"):
        assert Visitor(front, owner).last[BROWSER]["owner"] not in {"", "local", "user:admin", "short"}


def test_who_is_quicker_than_the_page_is_somebody_all_the_same(front: Discover) -> None:
    nobody = {"owner": "", "thread": ""}
    for word in ("a-visitor-with-a-long-word", ""):
        *_, last = front.sent({"text": "slow blues", "files": []}, [], nobody, word)
        browser = last[1 + BROWSER]
        assert browser["owner"] == word or (not word and len(browser["owner"]) >= 16)
        assert len(browser["thread"]) >= 12 and front._assistant.threads.turns(browser["thread"], browser["owner"])
    assert front._assistant.threads.of("", front._index) == []


def test_a_link_says_what_became_of_it_and_ones_own_playlist_is_kept(front: Discover, tmp_path: Path) -> None:
    link = token(Tray("For <you>", ("w01", "w02", "gone")))
    friend = Visitor(front, "another-visitor-with-a-word", link)
    assert (
        "For &lt;you&gt;" in friend.last[TRAY]
        and "1 of the 3 tracks of that link are not in this catalogue." in friend.last[TRAY]
    )
    assert (
        "kept" not in friend.last[TRAY]
        and "of that link" not in Visitor(front, "another-visitor-with-a-word").last[TRAY]
    )
    broken = Visitor(front, "another-visitor-with-a-word", link[:-9])
    assert "cannot be read" in broken.last[TRAY] and "For &lt;you&gt;" in broken.last[TRAY]
    nothing = Visitor(front, "another-visitor-with-a-word", token(Tray("Elsewhere", ("x", "y"))))
    assert "No track of that link" in nothing.last[TRAY] and "For &lt;you&gt;" in nothing.last[TRAY]
    replaced = Visitor(front, "another-visitor-with-a-word", token(Tray("Other", ("w03",))))
    assert 'value="Other"' in replaced.last[TRAY] and ">for-you.m3u8</a>" in replaced.last[TRAY]
    (kept,) = tmp_path.rglob("for-you.m3u8")
    assert kept.read_text().count("#EXTINF") == 2
    assert "kept" not in Visitor(front, "another-visitor-with-a-word", token(Tray("Other", ("w03",)))).last[TRAY]


def test_what_tracks_should_be_like_can_be_taken_back(fan: Visitor) -> None:
    fan.say("sad blues")
    fan.say("more like the first one")
    assert "like T1 Blue Ferry" in fan.last[HEARD]
    fan.act("let", json.dumps(["like", "T1"]))
    assert "like T1" not in fan.last[HEARD]
