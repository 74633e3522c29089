"""HTML of result cards: cover, player, rights, evidence, and what a listener can do with a track. All text is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from index.catalogue import Catalogue
from index.profile import clock
from index.track import Track
from tools.conversation import Conversation
from tools.rights import ai_words, attribution
from ui.page.art import cover, part_name, waveform

Card = dict[str, Any]
BADGES = {
    "declared_ai": ("ai", "AI, declared"),
    "declared_human": ("human", "human-made, declared"),
    "unknown": ("unknown", "AI unknown"),
}
_TURNS = ("calmer", "faster", "slower", "brighter", "darker", "older", "newer")
_MOST_FACES = 2048
_MOMENT = re.compile(r"(\d{1,3}):([0-5]\d)")


@dataclass(frozen=True)
class Face:
    """A track as a card shows it, apart from the conversation; `wave` is empty where there is nothing to play."""

    cover: str
    wave: str
    parts: tuple[tuple[str, float], ...]
    badge: str
    credit: str
    sources: tuple[tuple[str, str], ...]


class Faces:
    """Looks of tracks, drawn anew only when they have changed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._drawn: dict[str, tuple[object, Face]] = {}

    def of(self, identity: str) -> Face | None:
        """The face of a track; None for one that is no longer here."""
        track = self._catalogue.track(identity)
        if track is None:
            self._drawn.pop(identity, None)
            return None
        looks, drawn = _looks(track), self._drawn.get(identity)
        if drawn is None or drawn[0] != looks:
            if len(self._drawn) >= _MOST_FACES:
                self._drawn.clear()
            drawn = self._drawn[identity] = (looks, _face(track))
        return drawn[1]


def _looks(track: Track) -> tuple[object, ...]:
    """What a face is drawn from and may change while the page is open."""
    profile = track.profile
    heard = (profile.key, profile.tempo.bpm, [s.name for s in profile.sections]) if profile else ()
    return track.rights, attribution(track), track.origins, heard


def _face(track: Track) -> Face:
    kind, words = BADGES[track.rights.ai_status]
    profile = track.profile
    return Face(
        cover(track),
        waveform(profile) if profile and track.audio else "",
        tuple((part_name(s), s.start_s) for s in profile.sections) if profile else (),
        f'<span class="ln-badge ln-{kind}" title="{e(ai_words(track))}">{words}</span>',
        attribution(track),
        tuple(sorted((name, f"{o.kind}: {o.detail}") for name, o in track.origins.items())),
    )


def results(cards: Sequence[Card], conversation: Conversation, faces: Faces) -> str:
    """The tracks of the last answer, without those that are not wanted again."""
    wanted = [c for c in cards if str(c["id"]) not in conversation.disliked]
    drawn = "".join(_card(c, conversation, face) for c in wanted if (face := faces.of(str(c["id"]))))
    if not drawn:
        return '<div class="ln-empty">Tracks will appear here, with a player and the reason why each is shown.</div>'
    return f'<div class="ln-cards">{drawn}</div>'


def shelf(tracks: Sequence[Track], faces: Faces) -> str:
    """Something to begin with: tracks of the catalogue that are unlike each other."""
    tiles = "".join(_tile(track, face) for track in tracks if (face := faces.of(track.id)))
    return f'<h2 class="ln-h">From the shelves</h2><div class="ln-shelf">{tiles}</div>' if tiles else results([], Conversation(), faces)  # fmt: skip


def _tile(track: Track, face: Face) -> str:
    player = ""
    if face.wave:
        player = f'<div class="ln-player" data-url="audio/{quote(track.id, safe="")}" data-length="{track.duration_s or 0:.1f}" data-title="{e(track.name)}" data-by="{e(track.by)}"><button type="button" class="ln-play" aria-label="Play {e(track.name)}"></button></div>'
    return f'<article class="ln-tile ln-card" aria-label="{e(track.name)}">{face.cover}{player}<b>{e(track.name)}</b><small>{e(track.by)}</small>{button("near", track.id, "More like this")}</article>'


def _card(card: Card, conversation: Conversation, face: Face) -> str:
    identity, handle = str(card["id"]), str(card["handle"])
    liked = identity in conversation.liked
    return f"""<article class="ln-card" data-track="{e(identity)}" aria-label="{e(card["title"])}">
{face.cover}<div class="ln-body"><h3><span class="ln-handle">{e(handle)}</span> {e(card["title"])}</h3>
<p class="ln-by">{e(", ".join(card.get("artists", [])))} {face.badge}</p><p class="ln-facts">{e(" · ".join(_facts(card)))}</p>
<p class="ln-tags">{"".join(f"<span class='ln-tag'>{e(t)}</span>" for t in _tags(card))}</p>
{_player(card, face)}{_evidence(card, face)}
<div class="ln-acts">{button("like", identity, "♥ Liked" if liked else "♡ Like", liked)}{button("dislike", identity, "✕ Never again")}{button("tray", identity, "+ Playlist")}{button("why", handle, "Why?")}
<details class="ln-more"><summary>More like this</summary>{button("more", handle, "just like it")}{"".join(button("turn", f"{handle} {word}", f"but {word}") for word in _TURNS)}</details></div></div></article>"""


def _facts(card: Card) -> Iterator[str]:
    if card.get("year"):
        yield str(card["year"])
    if card.get("duration_s"):
        yield clock(card["duration_s"])
    if card.get("tempo_bpm"):
        yield f"{card['tempo_bpm']:.0f} BPM"
    yield from (str(card[name]) for name in ("key", "meter") if card.get(name))


def _tags(card: Card) -> list[str]:
    return [*card.get("genres", [])[:2], *card.get("moods", [])[:2]]


def _player(card: Card, face: Face) -> str:
    """A button and a waveform; the sound itself is the page's one player."""
    if not face.wave:
        return ""
    url, length = f"audio/{quote(str(card['id']), safe='')}", float(card.get("duration_s") or 0)
    title, by = e(card["title"]), e(", ".join(card.get("artists", [])))
    parts = "".join(
        f'<button type="button" class="ln-part" data-seek="{start:.1f}" title="{e(name)}, {clock(start)}">{e(name)}</button>'
        for name, start in face.parts[:9]
    )
    return (
        f'<div class="ln-player" data-url="{url}" data-length="{length:.1f}" data-title="{title}" data-by="{by}"><button type="button" class="ln-play" aria-label="Play {title}"></button>'
        f'<div class="ln-wave" role="slider" tabindex="0" aria-label="Position in {title}" aria-valuemin="0" aria-valuemax="{length:.0f}" aria-valuenow="0">{face.wave}</div></div>'
        + (f'<div class="ln-parts">{parts}</div>' if len(face.parts) > 1 else "")
    )


def _evidence(card: Card, face: Face) -> str:
    """One line, which opens to all of it, with its sources and credits."""
    proofs = card.get("evidence", [])
    first = _proof(proofs[0]) if proofs else "close in meaning to what you asked for"
    rows = "".join(f"<li>{_proof(p)}</li>" for p in proofs[1:])
    sources = "".join(f"<li>{e(name)}: {e(where)}</li>" for name, where in face.sources)
    caption = f"<p>{e(card['caption'])}</p>" if card.get("caption") else ""
    return f"""<details class="ln-evidence"><summary>{first}</summary><ul>{rows}</ul>{caption}
<p class="ln-credit"><span>{e(face.credit)}. AI: {e(card["ai"])}.</span> <button type="button" class="ln-act" data-copy="{e(face.credit)}">Copy credit</button></p>
<details><summary>Where each field is from</summary><ul>{sources}</ul></details></details>"""


def _proof(proof: dict[str, Any]) -> str:
    """What is said, of what, and where; a time in the track can be jumped to."""
    place = str(proof.get("place") or "")
    moment = _MOMENT.search(place)
    at = f' <button type="button" class="ln-seek" data-seek="{int(moment[1]) * 60 + int(moment[2])}">▶ {e(moment.group())}</button>' if moment else ""  # fmt: skip
    wish = f"suits {proof['situation']}" if proof.get("situation") else proof.get("concept")
    concept = f" · {e(wish)}" if wish else ""
    where = f" · {e(place)}" if place and not moment else ""
    if proof.get("kind") == "verse":  # its own words only where rights allow the line
        said = f"<q>{e(proof['line'])}</q>" if proof.get("line") else e(proof["words"])
        return f"{said} <span>{e(place.partition(',')[0])}</span>{at}"
    return f"<q>{e(proof['words'])}</q> <span>{e(proof['field'])}{concept}{where}</span>{at}"


def button(act: str, value: str, label: str, on: bool = False) -> str:
    """A button whose click becomes an act."""
    return f'<button type="button" class="ln-act{" ln-on" if on else ""}" data-act="{act}" data-value="{e(value)}" aria-pressed="{str(on).lower()}">{label}</button>'


def e(value: object) -> str:
    """Text for HTML, also within quotation marks."""
    return html.escape(str(value), quote=True)
