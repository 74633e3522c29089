"""HTML for the page's panel: result cards, what was heard, threads. Everything from outside is escaped."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from assistant.threads import Thread
from index.filters import constraints
from index.profile import clock
from tools.conversation import Conversation

Card = dict[str, Any]


def cover(track_id: str, size: int = 64) -> str:
    """A small picture of a track, the same each time: two hues and a wave from its id."""
    digest = hashlib.sha256(track_id.encode()).digest()
    hue, other = digest[0] * 360 // 256, (digest[0] * 360 // 256 + 40 + digest[1] // 2) % 360
    points = " ".join(f"{n * 8},{44 - digest[n + 2] // 9}" for n in range(9))
    return (
        f'<svg class="ln-cover" width="{size}" height="{size}" viewBox="0 0 64 64" aria-hidden="true"><defs><linearGradient id="g{digest.hex()[:8]}" x1="0" y1="0" x2="1" y2="1">'
        f'<stop offset="0" stop-color="hsl({hue} 55% 46%)"/><stop offset="1" stop-color="hsl({other} 60% 28%)"/></linearGradient></defs>'
        f'<rect width="64" height="64" rx="10" fill="url(#g{digest.hex()[:8]})"/><polyline points="{points}" fill="none" stroke="#fff" stroke-opacity=".75" stroke-width="2.5" stroke-linejoin="round"/></svg>'
    )


def results(cards: Sequence[Card], conversation: Conversation) -> str:
    """The tracks of the last answer."""
    if not cards:
        return '<div class="ln-empty">Tracks will appear here, with a player and the reason why each is shown.</div>'
    return '<div class="ln-cards">' + "".join(_card(c, conversation) for c in cards) + "</div>"


def _card(card: Card, conversation: Conversation) -> str:
    identity, handle = str(card["id"]), str(card["handle"])
    liked, disliked = identity in conversation.liked, identity in conversation.disliked
    facts = [
        str(card["year"]) if card.get("year") else "",
        clock(card["duration_s"]) if card.get("duration_s") else "",
    ]
    facts += [
        f"{card['tempo_bpm']:.0f} BPM" if card.get("tempo_bpm") else "",
        str(card.get("key") or ""),
        str(card.get("meter") or ""),
    ]
    proofs = "".join(
        f"<li><q>{_e(p['words'])}</q> <span>{_e(p['field'])}{' · ' + _e(p['concept']) if p.get('concept') else ''}</span></li>"
        for p in card.get("evidence", [])
    )
    tags = "".join(
        f"<span class='ln-tag'>{_e(t)}</span>" for t in (*card.get("genres", [])[:2], *card.get("moods", [])[:2])
    )
    player = (
        f'<audio controls preload="none" src="audio/{quote(identity, safe="")}" data-handle="{_e(handle)}"></audio>'
        if card.get("tempo_bpm") is not None or card.get("duration_s")
        else ""
    )
    return f"""<article class="ln-card" data-track="{_e(identity)}">
{cover(identity)}<div class="ln-body"><h3><span class="ln-handle">{_e(handle)}</span> {_e(card["title"])}</h3>
<p class="ln-by">{_e(", ".join(card.get("artists", [])))}</p><p class="ln-facts">{_e(" · ".join(f for f in facts if f))}</p><p class="ln-tags">{tags}</p>
{player}
<details><summary>Evidence and rights</summary><ul>{proofs or "<li>close in meaning to the request</li>"}</ul><p>{_e(card.get("caption") or "")}</p><p>{_e(card["credit"])}. AI: {_e(card["ai"])}.</p></details>
<div class="ln-acts">{_button("like", identity, "♥ Liked" if liked else "♡ Like", liked)}{_button("dislike", identity, "✕ No", disliked)}{_button("more", handle, "More like this")}{_button("why", handle, "Why?")}</div></div></article>"""


def _button(act: str, value: str, label: str, on: bool = False) -> str:
    return f'<button type="button" class="ln-act{" ln-on" if on else ""}" data-act="{act}" data-value="{_e(value)}" aria-pressed="{str(on).lower()}">{label}</button>'


def heard(conversation: Conversation) -> str:
    """What the listener said so far, as it is understood."""
    query = conversation.query
    rows = []
    if query:
        rows += [f"<span class='ln-tag'>{_e(w)}</span>" for w in (*query.want, *query.artists)]
        rows += [f"<span class='ln-tag ln-ban'>no {_e(w)}</span>" for w in query.avoid]
        rows += [f"<span class='ln-tag'>{_e(c.words)}</span>" for c in constraints(query)]
    likes = (
        f"<p>{len(conversation.liked)} liked, {len(conversation.disliked)} not for you</p>"
        if conversation.liked or conversation.disliked
        else ""
    )
    return f"<section class='ln-heard'><h4>What I heard from you</h4>{''.join(rows) or '<p>Nothing yet.</p>'}{likes}</section>"


def thread_list(threads: Sequence[Thread], current: str) -> str:
    """The listener's conversations, newest first."""
    rows = "".join(
        f'<li class="{"ln-here" if t.id == current else ""}"><button type="button" class="ln-thread" data-act="open" data-value="{_e(t.id)}">{_e(t.title)}</button>'
        f'<button type="button" class="ln-drop" data-act="drop" data-value="{_e(t.id)}" aria-label="Delete this conversation">×</button></li>'
        for t in threads
    )
    return f"<nav class='ln-threads'><button type='button' class='ln-new' data-act='new' data-value='-'>+ New conversation</button><ul>{rows}</ul></nav>"


def _e(value: object) -> str:
    return html.escape(str(value), quote=True)
