"""HTML of what stands beside the chat: what was heard, each wish with a way to take it back; conversations; suggestions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from assistant.threads import Thread
from index.catalogue import Catalogue
from index.each import each_words
from index.errors import ToolFailed
from index.filters import constraints
from index.query import Query
from tools.conversation import Conversation
from ui.page.cards import button, e

NameOf = Callable[[str], str]
_LISTS = (("want", "ln-tag", ""), ("artists", "ln-tag", ""), ("artists_like", "ln-tag", "like "), ("titles", "ln-tag", ""), ("avoid", "ln-tag ln-ban", "no "))  # fmt: skip
_LIKED = 12


def heard(conversation: Conversation, name_of: NameOf) -> str:
    """What the listener said so far, as it is understood; a click takes a wish back."""
    chips = "".join((*_wishes(conversation.query), *_likenesses(conversation, name_of))) if conversation.query else ""
    liked = "".join(_chip("neither", i, f"♥ {name_of(i)}", "ln-tag") for i in conversation.liked[-_LIKED:])
    disliked = "".join(_chip("neither", i, f"✕ {name_of(i)}", "ln-tag ln-ban") for i in conversation.disliked[-_LIKED:])
    undo = button("say", "undo the last thing", "Undo") + button("say", "start over", "Start over") if chips or liked or disliked else ""  # fmt: skip
    body = chips + liked + disliked or "<p>Nothing yet. Say what you would like to hear.</p>"
    return f'<section class="ln-heard" aria-label="What I heard from you"><h2>What I heard from you</h2>{body}<div class="ln-acts">{undo}</div></section>'


def _wishes(query: Query) -> Iterator[str]:
    for field, style, before in _LISTS:
        for value in getattr(query, field):
            yield _chip("let", json.dumps([field, value]), f"{before}{value}", style)
    if query.about:
        yield _chip("let", json.dumps(["about", ""]), f"about {query.about}", "ln-tag")
    if query.each:
        yield _chip("let", json.dumps(["each", ""]), each_words(query.each), "ln-tag")
    if query.steps:
        yield _chip("let", json.dumps(["steps", ""]), f"a list in {len(query.steps)} steps", "ln-tag")
    for limit in constraints(query):
        yield _chip("let", json.dumps([limit.field, ""]), limit.words, "ln-tag")


def _likenesses(conversation: Conversation, name_of: NameOf) -> Iterator[str]:
    """Tracks that results should resemble."""
    for like in conversation.query.like if conversation.query else ():
        try:
            label = f"like {like} {name_of(conversation.track_of(like))}"
        except ToolFailed:  # by its title
            label = f"like {like}"
        yield _chip("let", json.dumps(["like", like]), label, "ln-tag")


def _chip(act: str, value: str, label: str, style: str) -> str:
    return f'<span class="{style}">{e(label)} <button type="button" class="ln-off" data-act="{act}" data-value="{e(value)}" aria-label="Take back: {e(label)}">×</button></span>'


def thread_list(threads: Sequence[Thread], current: str) -> str:
    """The listener's conversations, newest first, with a search over their titles."""
    rows = "".join(_row(thread, current) for thread in threads)
    search = '<input type="search" class="ln-find" placeholder="Find a conversation" aria-label="Find a conversation">' if len(threads) > 3 else ""  # fmt: skip
    return f'<nav class="ln-threads" aria-label="Conversations">{button("new", "-", "+ New conversation")}{search}<ul>{rows}</ul></nav>'


def _row(thread: Thread, current: str) -> str:
    identity, title = e(thread.id), e(thread.title)
    here = ' aria-current="true"' if thread.id == current else ""
    return f"""<li class="{"ln-here" if here else ""}"><button type="button" class="ln-thread" data-act="open" data-value="{identity}"{here}>{title}</button>
<details class="ln-menu"><summary aria-label="More about {title}">⋯</summary><div><button type="button" class="ln-act" data-rename="{identity}" data-title="{title}">Rename</button>
{button("export", f"md {identity}", "As Markdown")}{button("export", f"json {identity}", "As JSON")}{button("drop", identity, "Delete")}</div></details></li>"""


def suggestions(conversation: Conversation, catalogue: Catalogue, shown: int) -> str:
    """What could be said next, as buttons: fitting to where the conversation is."""
    texts = _next(conversation, shown) if shown else _first(catalogue)
    return f'<div class="ln-chips" aria-label="Suggestions">{"".join(button("say", text, e(text)) for text in texts)}</div>'


def _first(catalogue: Catalogue) -> Iterator[str]:
    """Ways to begin that this catalogue has an answer to."""
    known = {c for _, c in catalogue.store.rows("SELECT count(*), concept FROM concepts GROUP BY concept HAVING count(DISTINCT n) > 2")}  # fmt: skip
    for text, needs in (
        ("Something calm with strings", {"strings", "relaxing"}),
        ("A waltz, but not a sad one", {"waltz"}),
        ("Upbeat, no vocals, over 120 BPM", {"energetic"}),
        ("Songs about the sea", {"sea"}),
        ("Music for a long night drive", {"night"}),
        ("Something with piano", {"piano"}),
    ):
        if needs <= known:
            yield text
    yield "What kinds of music do you have?"
    yield "What can you do?"


def _next(conversation: Conversation, shown: int) -> Iterator[str]:
    query = conversation.query or Query()
    yield "Why the first one?"
    if query.vocals is None:
        yield "Without vocals, please"
    if not query.year_min and not query.year_max:
        yield "Only from the 90s or later"
    yield "A bit calmer" if (query.tempo_min or 0) > 90 else "A bit faster"
    if shown > 1:
        yield "Compare the first two"
        yield "Put these in a playlist"
    yield "Show me more"
