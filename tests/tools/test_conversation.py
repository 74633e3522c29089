"""The conversation's state, by example and as a state machine against a plain model of it."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from index.errors import ToolFailed
from index.query import Query
from tools.conversation import Conversation, newest

IDS = st.sampled_from([f"id{n}" for n in range(6)])
QUERIES = st.builds(Query, want=st.lists(st.sampled_from(["piano", "slow", "sad"]), max_size=2), fresh=st.booleans())


class Talk(RuleBasedStateMachine):
    """Random conversations: the newest word about a track counts, undo restores, handles are for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = Conversation()
        self.handles: dict[str, str] = {}
        self.opinion: dict[str, str] = {}
        self.queries: list[Query | None] = [None]

    @rule(identity=IDS)
    def show(self, identity: str) -> None:
        handle = self.talk.handle(identity)
        assert self.handles.setdefault(identity, handle) == handle
        assert self.talk.track_of(handle.lower()) == identity

    @rule(identity=IDS, word=st.sampled_from(["liked", "disliked", "neither"]))
    def react(self, identity: str, word: str) -> None:
        self.talk.react(**{word: [identity]})
        self.opinion[identity] = word

    @rule(query=QUERIES, shown=st.lists(IDS, max_size=3, unique=True))
    def search(self, query: Query, shown: list[str]) -> None:
        before = list(self.talk.last)
        self.talk.searched(query, shown)
        wish = query.model_copy(update={"fresh": False})
        if wish != self.queries[-1]:
            self.queries.append(wish)
        assert self.talk.last == (shown or before)
        assert set(shown) <= set(self.talk.heard)

    @rule()
    def undo(self) -> None:
        self.talk.undo()
        if len(self.queries) > 1:
            self.queries.pop()

    @rule()
    def start_over(self) -> None:
        self.talk.start_over()
        self.opinion, self.queries = {}, [None]
        assert not (self.talk.last or self.talk.heard or self.talk.past)

    @invariant()
    def opinions_hold(self) -> None:
        for word, kept in (("liked", self.talk.liked), ("disliked", self.talk.disliked)):
            assert set(kept) == {i for i, w in self.opinion.items() if w == word}
            assert len(kept) == len(set(kept))

    @invariant()
    def handles_hold(self) -> None:
        assert all(self.talk.track_of(h) == i for i, h in self.handles.items())
        assert len(set(self.handles.values())) == len(self.handles)

    @invariant()
    def query_holds(self) -> None:
        assert self.talk.query == self.queries[-1] or len(self.queries) > 12

    @invariant()
    def survives_storage(self) -> None:
        stored = self.talk.model_dump(mode="json")
        assert Conversation.model_validate(stored).model_dump(mode="json") == stored


TestTalk = Talk.TestCase
TestTalk.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_undo_goes_back_wish_by_wish_past_a_request_for_more() -> None:
    talk = Conversation()
    jazz, slow = Query(want=["jazz"]), Query(want=["jazz", "slow"])
    talk.searched(jazz, ["a"])
    talk.searched(slow, ["b"])
    talk.searched(slow.model_copy(update={"fresh": True}), ["c"])
    talk.undo()
    assert talk.query == jazz
    talk.searched(jazz, ["a"])  # the turn searches again with what stands
    talk.undo()
    assert talk.query is None


def test_pages_of_a_wish_are_turned_back_and_end_with_it() -> None:
    talk = Conversation()
    jazz = Query(want=["jazz"])
    more = jazz.model_copy(update={"fresh": True})
    talk.searched(jazz, ["a"])
    for page in ("b", "c"):
        talk.searched(more, [page])
    assert talk.pages == [["a"], ["b"]]
    talk.searched(jazz, ["b"], changed=True)  # the turn shows it again
    assert (talk.pages, talk.last, talk.changes) == ([["a"]], ["b"], [])
    talk.searched(more, ["d"])
    assert talk.pages == [["a"], ["b"]]
    talk.searched(Query(want=["jazz", "slow"]), ["e"])
    assert talk.pages == []


def test_a_change_on_the_screen_is_undone_before_the_wish() -> None:
    """Also where a model takes it back that does not show the list again."""
    talk = Conversation()
    calm = Query(want=["calm"])
    talk.searched(calm, ["a", "b"])
    talk.searched(calm, ["b"], changed=True)
    assert talk.undo() and (talk.query, talk.last) == (calm, ["a", "b"])
    assert not talk.undo() and talk.query is None


def test_undo_takes_back_change_by_change_and_then_wish_by_wish() -> None:
    talk = Conversation()
    calm, piano = Query(want=["calm"]), Query(want=["calm", "piano"])
    talk.searched(calm, ["a", "b"])
    for shown in (["b", "a"], ["b", "a", "c"]):
        talk.searched(calm, shown, changed=True)
    talk.searched(piano, ["d"])
    assert talk.earlier == []
    assert talk.undo() and (talk.query, talk.last, talk.earlier) == (calm, ["b", "a", "c"], ["b", "a"])
    talk.searched(calm, talk.last, changed=True)  # the turn shows it again
    for before, earlier in ((["b", "a"], ["a", "b"]), (["a", "b"], [])):
        talk.searched(calm, talk.earlier, changed=True)
        assert (talk.last, talk.earlier) == (before, earlier)
    assert not talk.undo() and talk.query is None


def test_a_conversation_of_before_is_read() -> None:
    old = {"query": {"want": ["calm"]}, "past": [None, {"want": ["sad"]}], "last": ["a"], "earlier": ["b"]}
    talk = Conversation.model_validate(old)
    assert not talk.undo() and talk.query == Query(want=["sad"])


@given(st.lists(st.permutations(["a", "b", "c"]), max_size=6))
def test_every_change_is_taken_back_in_turn(changes: list[list[str]]) -> None:
    talk, wish = Conversation(), Query(want=["calm"])
    talk.searched(wish, ["a", "b", "c"])
    stood = [talk.last]
    for shown in changes:
        talk.searched(wish, shown, changed=True)
        if talk.last == (stood[-2] if len(stood) > 1 else None):
            stood.pop()  # that was a step back
        elif talk.last != stood[-1]:
            stood.append(talk.last)
    talk.searched(Query(want=["jazz"]), ["x"])
    talk.undo()
    if len(stood) == 1:
        assert talk.last == ["x"]  # nothing to bring back: the turn searches anew
        return
    while len(stood) > 1:
        assert talk.last == stood.pop()
        talk.searched(wish, talk.earlier, changed=True)
    assert talk.last == ["a", "b", "c"]


@pytest.mark.parametrize("handle", ["T3", "T0", "T-1", "", "T", "T²", "T1.0", "F1", "TT1", "one"])
def test_an_unknown_handle_is_told_with_those_that_exist(handle: str) -> None:
    talk = Conversation(tracks=["a", "b"])
    with pytest.raises(ToolFailed, match="T1 to T2"):
        talk.track_of(handle)
    with pytest.raises(ToolFailed, match="no track has been shown"):
        Conversation().track_of(handle)


@pytest.mark.parametrize("handle", ["F2", "F0", "F²", "T1", ""])
def test_an_unknown_file_is_told(handle: str) -> None:
    with pytest.raises(ToolFailed, match="F1 to F1"):
        Conversation(files=["/a.wav"]).file_of(handle)
    with pytest.raises(ToolFailed, match="none is attached"):
        Conversation().file_of("F1")


def test_attached_files_get_one_handle_each() -> None:
    talk = Conversation()
    talk.attach(["/a.wav", "/b.wav"])
    talk.attach(["/a.wav"])
    assert [str(talk.file_of(h)) for h in ("f1", "F2")] == ["/a.wav", "/b.wav"]
    assert len(talk.files) == 2


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_reducer_keeps_the_version_with_more_changes(a: int, b: int) -> None:
    old, new = {"revision": a, "who": "old"}, {"revision": b, "who": "new"}
    assert newest(old, new) == (new if b >= a else old)
    assert newest(None, new) == new
    assert newest(old, None) == old
    assert newest(None, None) is None


def test_what_is_looked_at_is_in_focus_until_something_else_is_shown() -> None:
    conversation = Conversation()
    conversation.searched(Query(text="x"), ["a", "b"])
    assert conversation.focus is None
    conversation.look_at("b")
    assert conversation.focus == "b"
    again = Conversation.model_validate(conversation.model_dump(mode="json"))  # the next turn
    assert again.focus == "b"
    again.look_at("a")
    again.look_at("b")  # both in one turn, in whatever order
    assert again.focus is None
    again.look_at("a")
    again.searched(Query(text="y"), ["c"])
    assert again.focus is None


def test_an_attached_file_is_talked_about_until_a_track_is() -> None:
    conversation = Conversation()
    conversation.searched(Query(text="x"), ["a", "b"])
    conversation.look_at("a")
    conversation.listen_to("f1")
    assert (conversation.focus, conversation.ear) == (None, "F1")
    conversation.look_at("b")
    assert conversation.ear is None
    conversation.listen_to("F1")
    conversation.searched(Query(text="y"), ["c"])
    assert conversation.ear is None


def test_what_was_taken_out_of_a_playlist_is_remembered() -> None:
    conversation = Conversation()
    conversation.wrote("Road", "road", ["a", "b", "c"])
    conversation.wrote("Road", "road", ["a", "c"])
    conversation.wrote("Road", "road", ["c"])
    written = conversation.playlist
    assert written and (written.before, written.gone) == (["a", "c"], ["b", "a"])
    conversation.wrote("Road", "road", ["c", "b"])
    assert conversation.playlist and conversation.playlist.gone == ["a"]
    conversation.wrote("Road", "road-2", ["d"])
    assert conversation.playlist and not conversation.playlist.gone
