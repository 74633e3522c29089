"""Whether an answer is true of the catalogue: looked up anew, without the product's own evidence or its checker.

Track by track: a tempo, key, year or length beside a track has to be that track's, not some track's; a quotation of
four words or more has to stand in the catalogue's text of a track that the conversation knows, in what a tool
returned, or in what the listener said. What a sentence says without naming a track may come from any tool's result.
Not looked up: adjectives, times within a track, and numbers without a unit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.events import Reply
from index.catalogue import Catalogue
from index.profile import clock
from index.spelling import relative, with_sharps
from index.track import Track
from index.words import plain
from tools.conversation import Conversation

_HANDLE = re.compile(r"\bT(\d+)\b")
_QUOTED = re.compile(r"“([^”]+)”|«([^»]+)»|„([^“”]+)[“”]")
_TEMPO = re.compile(r"\b(\d{2,3}(?:\.\d+)?) ?BPM\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\brelative (?:key|major|minor)(?: key)? (?:is|would be) $")
_KEY = re.compile(r"\b[A-G](?:#|♯|b|♭)? (?:major|minor)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?! ?(?:BPM|Hz|tracks))")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-Þ“*\d])|\n+|;\s(?=\**T\d)")
_LEAST_WORDS = 4


@dataclass(frozen=True)
class Heard:
    """A turn and those before it, as far as an answer may lean on them; `users` are the listener's words."""

    replies: tuple[Reply, ...]
    users: tuple[str, ...]
    conversation: Conversation
    catalogue: Catalogue

    def text(self) -> str:
        """All that tools were asked and returned, and that the listener said."""
        made = [[reply.artifacts, [step.args for step in reply.tools], reply.shown] for reply in self.replies]
        return "\n".join((json.dumps(made, ensure_ascii=False), *self.users))


def untrue(heard: Heard) -> Iterator[tuple[str, str]]:
    """What the last answer says and nothing bears out: what should be there, and the sentence."""
    known = [t for i in heard.conversation.tracks if (t := heard.catalogue.track(i))]
    told = heard.text()
    texts = [plain(told), *(plain(_words_of(track)) for track in known)]
    for sentence in _SENTENCES.split(heard.replies[-1].text):
        named = _named(sentence, known, heard.conversation)
        for claim in (*_lost(sentence, heard), *_misquoted(sentence, texts)):
            yield claim, sentence
        for what, claim, true in _measures(sentence, named, heard.catalogue):
            if not true and not (_said(claim, heard.users) or (not named and claim in told)):
                yield f"{what} of {', '.join(t.name for t in named) or 'something that a tool returned'}", sentence


def _named(sentence: str, known: list[Track], conversation: Conversation) -> list[Track]:
    """The tracks that a sentence is about: by handle or by title."""
    ids = {conversation.tracks[int(n) - 1] for n in _HANDLE.findall(sentence) if 0 < int(n) <= len(conversation.tracks)}
    quoted = {plain(words) for words in _quotations(sentence)}
    return [t for t in known if t.id in ids or plain(t.name) in quoted]


def _lost(sentence: str, heard: Heard) -> Iterator[str]:
    """Handles that nothing was shown under; of one that the listener made up it may be said that it is not there."""
    beyond = (n for n in _HANDLE.findall(sentence) if int(n) > len(heard.conversation.tracks))
    yield from (f"no T{n}: it was never shown" for n in beyond if not _said(f"T{n}", heard.users))


def _quotations(sentence: str) -> Iterator[str]:
    yield from (next(filter(None, found.groups())) for found in _QUOTED.finditer(sentence))


def _misquoted(sentence: str, texts: list[str]) -> Iterator[str]:
    for words in _quotations(sentence):
        pieces = [plain(piece) for piece in re.split(r"…|\.\.\.", words)]
        if len(plain(words).split()) >= _LEAST_WORDS and not all(any(p in t for t in texts) for p in pieces):
            yield "a quotation that stands somewhere"


def _measures(sentence: str, named: list[Track], catalogue: Catalogue) -> Iterator[tuple[str, str, bool]]:
    """What is claimed, in which words, and whether it is true of a track that the sentence names."""
    of = [catalogue.store.measured(track.id) for track in named]
    for found in _TEMPO.finditer(sentence):
        bpm = float(found[1])
        yield "the tempo", found[1], any(abs(m["tempo_bpm"] - bpm) <= 0.5 for m in of if m.get("tempo_bpm"))
    for found in _KEY.finditer(sentence):
        keys = {key for track, m in zip(named, of, strict=True) for key in _keys(track, m)}
        if _RELATIVE.search(sentence[: found.start()]):
            keys = {_relative(key) for key in keys}
        yield "the key", found.group(), _key(found.group()) in keys
    for found in _YEAR.finditer(sentence):
        dated = any(str(track.year) == found.group() or found.group() in _words_of(track) for track in named)
        yield "the year", found.group(), dated


def _keys(track: Track, measured: dict[str, Any]) -> set[str]:
    """The keys that a track is in, also for a while."""
    spans = track.profile.keys if track.profile else ()
    return {_key(name) for name in (measured.get("key"), *(span.name for span in spans)) if name}


def _relative(key: str) -> str:
    tonic, _, mode = key.partition(" ")
    return " ".join(relative(tonic, "minor" if mode == "minor" else "major"))


def _key(words: str) -> str:
    tonic, mode = words.split()
    return f"{with_sharps(tonic)} {mode}"


def _said(claim: str, users: tuple[str, ...]) -> bool:
    return any(claim.casefold() in user.casefold() for user in users)


def _words_of(track: Track) -> str:
    """All text of a track."""
    lyrics = " ".join(line.text for line in track.lyrics.lines) if track.lyrics else ""
    rest = json.dumps(track.model_dump(mode="json", exclude={"lyrics", "profile"}), ensure_ascii=False)
    length = clock(track.duration_s) if track.duration_s else ""
    return f"{track.name} {track.by} {rest} {length} {lyrics}"
