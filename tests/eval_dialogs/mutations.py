"""Small breakages of the product, each of which the scripted dialogs have to notice: the table of `mutate.py`.

A mutation puts something else in the place of a function or a value, in this process and for as long as it lasts. It
is written against the place where the thing is used, `module:name` or `module:Class.name`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from importlib import import_module
from typing import Any

from assistant.embedded.calls import Call
from assistant.embedded.plan import Plan
from assistant.embedded.reference import References
from assistant.prompts import SYSTEM
from index.concepts import Vocabulary, vocabulary
from index.query import Query

Make = Callable[[Any], Any]  # from what is there to what takes its place


@dataclass(frozen=True)
class Mutation:
    """What is broken, the tags of the dialogs that are held first (all, without any), and what takes the place of what."""

    name: str
    tags: tuple[str, ...]
    places: tuple[tuple[str, Make], ...]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The product is broken within the block."""
        with ExitStack() as undo:
            for place, make in self.places:
                undo.enter_context(_swapped(place, make))
            yield


@contextmanager
def _swapped(place: str, make: Make) -> Iterator[None]:
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner = reduce(getattr, owners, import_module(module))
    was = vars(owner)[name]
    setattr(owner, name, make(was))
    try:
        yield
    finally:
        setattr(owner, name, was)


def _one(name: str, tags: str, place: str, make: Make) -> Mutation:
    return Mutation(name, tuple(tags.split()), ((place, make),))


def _instead(value: Any) -> Make:
    """A function that always gives the same."""
    return lambda was: lambda *args, **named: value


class _WordForWord:
    """A vocabulary in which nothing is a kind of anything."""

    def __init__(self, whole: Vocabulary) -> None:
        self.name, self.mentions = whole.name, whole.mentions

    @staticmethod
    def narrower(concept: str) -> set[str]:
        return {concept}


def _query(change: Callable[[Query], dict[str, Any]]) -> Make:
    """The search gets another query."""
    return lambda was: lambda desk, query, *rest: was(desk, query.model_copy(update=change(query)), *rest)


def _constraints(unwanted: str) -> Make:
    """Constraints whose field begins so are not held to."""
    return lambda was: lambda query: [c for c in was(query) if not c.field.startswith(unwanted)]


def _calls(change: Callable[[Call], Call | None]) -> Make:
    """The plan's calls are changed, or left out."""

    def make(was: Callable[..., Plan]) -> Callable[..., Plan]:
        def plan(*args: Any) -> Plan:
            made = was(*args)
            return replace(made, calls=tuple(c for call in made.calls if (c := change(call))))

        return plan

    return make


def _call(tool: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Make:
    return _calls(lambda call: Call(tool, change(call.args)) if call.tool == tool else call)


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda args: {k: v for k, v in args.items() if k != name}


def _next_place(was: Callable[..., tuple[str, ...]]) -> Callable[..., tuple[str, ...]]:
    """The second is the third."""

    def ordinal(folded: str, shown: list[str]) -> tuple[str, ...]:
        return tuple(shown[(shown.index(h) + 1) % len(shown)] for h in was(folded, shown))

    return ordinal


def _next_track(was: Callable[..., str]) -> Callable[..., str]:
    def track_of(self: Any, handle: str) -> str:
        at = self.tracks.index(was(self, handle))
        return str(self.tracks[(at + 1) % len(self.tracks)])

    return track_of


def _reacts(change: Callable[[Sequence[str], Sequence[str]], tuple[Sequence[str], Sequence[str]]]) -> Make:
    """Likes and dislikes arrive changed."""

    def make(was: Callable[..., None]) -> Callable[..., None]:
        def react(self: Any, liked: Sequence[str] = (), disliked: Sequence[str] = (), neither: Any = ()) -> None:
            was(self, *change(list(liked), list(disliked)), neither)

        return react

    return make


def _remarks(left_out: str) -> Make:
    return lambda was: lambda body, args: was({k: v for k, v in body.items() if k != left_out}, args)


def _louder(text: str) -> str:
    """The same text with tempos that nobody measured."""
    return re.sub(r"\b(\d+)( BPM)", lambda m: f"{int(m[1]) + 7}{m[2]}", text)


def _invents(was: Callable[..., str]) -> Callable[..., str]:
    return lambda *args: _louder(was(*args))


def _mixed_up(was: Callable[..., str]) -> Callable[..., str]:
    """Each tempo in an answer is the next one's: all of them were measured, and none is where it belongs."""

    def composed(*args: Any) -> str:
        text = was(*args)
        tempos = re.findall(r"\b\d+(?= BPM)", text)
        turned = iter((*tempos[1:], *tempos[:1]))
        return re.sub(r"\b\d+(?= BPM)", lambda m: next(turned), text)

    return composed


def _obeys_titles(was: Callable[..., Plan]) -> Callable[..., Plan]:
    """What a title on the screen orders is done."""

    def plan(understood: Any, state: dict[str, Any]) -> Plan:
        titles = " ".join(track["title"] for track in state["tracks"])
        order = re.search(r"start over|forget|undo", titles, re.IGNORECASE)
        return Plan((Call("remember", {"start_over": True}),)) if order else was(understood, state)

    return plan


def _believes_lyrics(was: Callable[..., Any]) -> Callable[..., Any]:
    """A sheet that says it may be quoted is shown whole."""

    def policy(track: Any) -> Any:
        words = " ".join(line.text for line in track.lyrics.lines) if track.lyrics else ""
        return ("full", "it says so") if re.search(r"quote all|texte est libre", words) else was(track)

    return policy


def _never_outside(was: Callable[..., Any]) -> Callable[..., Any]:
    def decide(*args: Any) -> Any:
        read = was(*args)
        return replace(read, intent="find", score=1.0) if read.intent in {"outside", "imitate"} else read

    return decide


def _bare_digest(state: dict[str, Any]) -> str:
    return f"{SYSTEM}\n\n<state>{json.dumps(state, ensure_ascii=False)}</state>"


def _taste(**values: Any) -> Make:
    """The search knows less of the listener."""
    return lambda was: lambda catalogue, query, taste: was(catalogue, query, replace(taste, **values))


# What does the same whatever is asked: each dialog has to notice one of these, or it proves nothing.
_SAME = Plan((Call("search_tracks", {"text": "music"}),))
STUBS = (
    _one("nothing is understood", "", "assistant.embedded.model:plan", _instead(Plan((), "unclear"))),
    _one("every request is the same search", "", "assistant.embedded.model:plan", _instead(_SAME)),
)

MUTATIONS: tuple[Mutation, ...] = (
    # bans
    _one("bans are ignored", "bans", "index.search:banned", _instead(set())),
    _one("a ban covers its very word only", "bans", "index.bans:vocabulary", lambda was: lambda: _WordForWord(was())),
    _one("bans of artists are ignored", "bans", "index.search:banned", lambda was: lambda catalogue, avoid: was(catalogue, [a for a in avoid if vocabulary().name(a)])),
    _one("“no” and “without” are not heard", "bans", "index.concepts:_negated_words", _instead(set())),
    _one("likeness lifts bans", "bans references", "assistant.embedded.model:plan", _call("similar_tracks", _without("avoid"))),
    # grounding
    Mutation("invented numbers pass", ("comparison", "grounding"), (("assistant.grounding:unsupported", _instead(None)), ("assistant.embedded.model:compose", _invents))),
    _one("the composer invents numbers, and grounding cuts them", "discovery", "assistant.embedded.model:compose", _invents),
    _one("one track's tempo is told of another", "comparison", "assistant.embedded.model:compose", _mixed_up),
    _one("grounding cuts everything", "discovery", "assistant.grounding:unsupported", _instead("everything")),
    _one("what was let go is not said", "empty", "assistant.embedded.found:remarks", _remarks("relaxed")),
    _one("what is absent is not said", "unknown-artist", "assistant.embedded.found:remarks", _remarks("absent")),
    _one("no evidence stands beside a track", "discovery", "index.search:prove", _instead(())),
    # rights
    _one("an excerpt has four lines", "lyrics", "tools.rights:EXCERPT_LINES", lambda was: 4),
    _one("an excerpt has three lines", "lyrics", "tools.rights:EXCERPT_LINES", lambda was: 3),
    _one("every sheet is shown whole", "lyrics", "tools.rights:policy", _instead(("full", "why not"))),
    _one("no sheet is shown", "lyrics", "tools.rights:policy", _instead(("none", "why not"))),
    _one("tracks made with AI come unasked", "ai", "index.search:allowed", lambda was: lambda store, wanted, ai, *rest: was(store, wanted, True, *rest)),
    _one("the AI label is left out", "ai", "tools.desk:ai_words", _instead("no declaration on AI")),
    # references
    _one("handles are off by one", "references", "tools.conversation:Conversation.track_of", _next_track),
    _one("places are off by one", "references", "assistant.embedded.reference:_ordinal", _next_place),
    _one("“it” is always the first", "references", "tools.conversation:Conversation.look_at", _instead(None)),
    _one("nothing is pointed at", "references", "assistant.embedded.limited:resolve", _instead(References())),
    _one("every attachment is the first", "upload", "tools.conversation:Conversation.file_of", lambda was: lambda self, handle: was(self, "F1")),
    # likes, undo, state
    _one("likes are dropped", "likes", "tools.conversation:Conversation.react", _reacts(lambda liked, disliked: ((), disliked))),
    _one("dislikes are dropped", "likes", "tools.conversation:Conversation.react", _reacts(lambda liked, disliked: (liked, ()))),
    _one("likes and dislikes change places", "likes", "tools.conversation:Conversation.react", _reacts(lambda liked, disliked: (disliked, liked))),
    _one("what is disliked is found again", "likes", "tools.searching:search", _taste(disliked=())),
    _one("undo does nothing", "undo", "tools.conversation:Conversation.undo", _instead(None)),
    _one("starting over forgets nothing", "undo state", "tools.conversation:Conversation.start_over", _instead(None)),
    _one("a wish is forgotten with the next turn", "refinement", "assistant.embedded.plan:merged", lambda was: lambda u, state: was(u, {**state, "query": None})),
    _one("more is more of the same", "bans empty", "tools.searching:search", _taste(heard=())),
    # bounds, comparisons, order
    _one("the bounds of tempo change places", "refinement", "tools.searching:search", _query(lambda q: {"tempo_min": q.tempo_max, "tempo_max": q.tempo_min})),
    _one("years are no bound", "refinement", "index.search:constraints", _constraints("year")),
    _one("sung or not is all the same", "refinement", "index.search:constraints", _constraints("vocals")),
    _one("languages are no bound", "languages", "index.search:constraints", _constraints("language")),
    _one("explicit words are no bound", "rights", "index.search:constraints", _constraints("clean")),
    _one("keys are no bound", "refinement", "index.search:constraints", _constraints("mode")),
    _one("comparisons are ignored", "comparison", "tools.searching:search", _query(lambda q: {"compare": []})),
    _one("the order asked for is lost", "playlist", "index.search:arranged", lambda was: lambda catalogue, ids, order: list(ids)),
    _one("a playlist runs backwards", "playlist", "assistant.embedded.model:plan", _call("make_playlist", lambda args: {**args, "handles": args["handles"][::-1]})),
    _one("a playlist forgets its name", "playlist", "assistant.embedded.model:plan", _call("make_playlist", lambda args: {**args, "name": "Playlist"})),
    # understanding
    _one("slips of the pen are not seen through", "typos", "index.embed:Embedder.knows", _instead(True)),
    _one("everything is a wish for music", "off-topic", "assistant.embedded.understand:decide", _never_outside),
    # orders from outside
    _one("what titles order is done", "injection", "assistant.embedded.model:plan", _obeys_titles),
    _one("the state's own marks may stand in a title", "injection", "assistant.middleware:with_digest", lambda was: _bare_digest),
    _one("lyrics grant their own licence", "injection", "tools.rights:policy", _believes_lyrics),
)  # fmt: skip
