"""Conversations that outlive the program, and whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.events import Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from index.errors import UserError
from tools.lyric_watch import Left


def talk(path: Path, catalogue: Catalogue, *turns: str, thread: str = "t", owner: str = "ann") -> Assistant:
    """Holds turns on a file that is opened and closed for them."""
    threads = Threads(path)
    assistant = Assistant(Settings(home=path.parent), catalogue, threads)
    for turn in turns:
        assistant.reply(Request(thread, turn, owner=owner))
    threads.close()
    return assistant


def test_a_conversation_goes_on_after_the_file_was_closed(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "threads.sqlite"
    talk(path, catalogue, "sad music with piano")
    talk(path, catalogue, "without vocals")
    threads = Threads(path)
    assistant = Assistant(Settings(home=tmp_path), catalogue, threads)
    known = assistant.conversation("t")
    assert known.query and {"sad", "piano"} <= set(known.query.want) and known.query.vocals == "instrumental"
    turns = threads.turns("t", "ann")
    assert [user for user, _ in turns] == ["sad music with piano", "without vocals"]
    assert turns[0][1]["shown"] and turns[1][1]["text"]
    why = assistant.reply(Request("t", "why T1?", owner="ann"))
    assert why.tools[0].ok and "T1" in why.text and why.cuts == []
    threads.close()


def test_owners_see_their_own_only(catalogue: Catalogue, tmp_path: Path) -> None:
    path, where = tmp_path / "threads.sqlite", str(catalogue.directory)
    talk(path, catalogue, "sad blues", thread="a", owner="ann")
    talk(path, catalogue, "happy samba", thread="b", owner="bob")
    threads = Threads(path)
    assert [(t.id, t.title) for t in threads.of("ann", where)] == [("a", "sad blues")]
    assert [t.id for t in threads.of("bob", where)] == ["b"]
    assert threads.of("ann", "/another/catalogue") == [] and threads.of("eve", where) == []
    assert threads.turns("a", "bob") == [] and len(threads.turns("a", "ann")) == 1
    threads.delete("a", "bob")
    assert len(threads.turns("a", "ann")) == 1
    with pytest.raises(UserError, match="somebody else"):
        Assistant(Settings(home=tmp_path), catalogue, threads).reply(Request("a", "more", owner="bob"))
    assert len(threads.turns("a", "ann")) == 1
    threads.close()


def test_what_is_deleted_is_gone_state_and_all(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite"
    talk(path, catalogue, "sad blues", thread="a")
    talk(path, catalogue, "happy samba", thread="b")
    threads = Threads(path)
    threads.delete("a", "ann")
    assistant = Assistant(Settings(home=tmp_path), catalogue, threads)
    assert assistant.conversation("a").query is None and assistant.conversation("b").query
    assert [t.id for t in threads.of("ann", str(catalogue.directory))] == ["b"]
    assert threads.turns("a", "ann") == []
    threads.close()


def test_what_left_of_lyrics_stays_with_a_conversation_and_goes_with_it(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite"
    talk(path, catalogue, "sad blues", thread="a")
    threads = Threads(path)
    assistant = Assistant(Settings(home=tmp_path), catalogue, threads)
    assert Left.read(threads.left("a")).ends and Left.read(threads.left("nobody's")) == Left()
    left = Left(ends="of the sea")
    left.add("w01", [4, 3])
    threads.keep_left("a", left.written())
    for turns in (0, 1):  # also where the question is the first that is put anew
        assert assistant.branch("a", f"from {turns}", "ann", turns)
        assert Left.read(threads.left(f"from {turns}")) == Left({"w01": [3, 4]}, "of the sea")
    threads.delete("a", "ann")
    assert threads.left("a") == "" and threads.left("from 1")
    threads.close()


def test_what_left_in_two_turns_at_once_counts_together() -> None:
    one, other = Left({"w01": [1, 2], "w02": [7]}, "earlier"), Left({"w01": [2, 3]}, "later")
    assert one.joined(other) == Left({"w01": [1, 2, 3], "w02": [7]}, "later")
    assert one == Left({"w01": [1, 2], "w02": [7]}, "earlier")


def test_a_withdrawn_track_leaves_no_end_of_a_sentence_behind(tmp_path: Path) -> None:
    """Also of a turn that was stopped before it was kept."""
    threads = Threads(tmp_path / "threads.sqlite")
    threads.keep_left("a", Left(ends="was Harbour Lamps").written())
    threads.keep_left("b", Left({"w01": [1, 2, 3]}).written())
    threads.keep_left("c", Left(ends="was Glass Cathedral").written())
    assert threads.forget_track("w01", ["Harbour Lamps"]) == 2
    assert [bool(threads.left(thread)) for thread in "abc"] == [False, False, True]
    threads.close()


def test_the_newest_conversation_comes_first_and_titles_are_short(tmp_path: Path) -> None:
    threads = Threads(None)
    threads.add_turn("a", "ann", "c", "x" * 500, {})
    threads.add_turn("b", "ann", "c", "second", {})
    threads.add_turn("a", "ann", "c", "again", {})
    listed = threads.of("ann", "c")
    assert [t.id for t in listed] == ["a", "b"] and listed[0].title == "x" * 80
    assert threads.owner("a") == "ann" and threads.owner("z") is None
    threads.close()


def test_a_place_that_cannot_keep_conversations_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "junk.sqlite").write_bytes(b"this is no database at all, not by far" * 50)
    for path in (tmp_path / "file" / "threads.sqlite", tmp_path / "junk.sqlite"):
        with pytest.raises(UserError, match="cannot be kept here"):
            Threads(path)
