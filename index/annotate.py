"""What a track's own words say, as concepts with the places that prove it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import resources

from index.concepts import vocabulary
from index.heard import heard
from index.known import known_for
from index.store import Evidence
from index.track import Track

_WORDS = ("vocabulary.toml", "everyday.txt", "artists.txt", "heard.py")


@cache
def wording() -> str:
    """A digest of the words that evidence is found with; another one means that stored evidence is out of date."""
    data = b"".join(resources.files("index").joinpath(name).read_bytes() for name in _WORDS)
    return sha256(data).hexdigest()[:16]


def evidence_of(track: Track) -> tuple[Evidence, ...]:
    """Concepts of a track with their evidence: caption and description spans, then declared tags, measurements and
    what its artists are known for."""
    found = [
        *_in_text(track.caption, "caption"),
        *_in_text(track.description, "description"),
        *_in_tags(track),
    ]
    if track.vocals:
        concept = "instrumental" if track.vocals == "instrumental" else "vocals"
        found.append(Evidence(concept, "vocals", None, None, track.vocals))
    if track.lyrics:
        words = "\n".join(line.text for line in track.lyrics.lines)
        told = (e for e in _in_text(words, "lyrics") if e.concept in vocabulary().sung)
        found += [Evidence(e.concept, e.field, None, None, e.words) for e in told]
    found += heard(track.profile) if track.profile else ()
    found += [Evidence(concept, "artist", None, None, name) for name in track.artists for concept in known_for(name)]
    return (*found, *_in_text(track.title, "title"), *_in_text(track.album, "album"))


def _in_text(text: str | None, field: str) -> list[Evidence]:
    mentions = vocabulary().mentions(text) if text else []
    return [
        Evidence(m.concept, field, m.start, m.end, text[m.start : m.end]) for m in mentions if text and not m.negated
    ]


def _in_tags(track: Track) -> list[Evidence]:
    found = []
    for field, tags in (("genres", track.genres), ("moods", track.moods), ("instruments", track.instruments)):
        for tag in tags:
            whole = vocabulary().name(tag)
            names = [whole] if whole else [m.concept for m in vocabulary().mentions(tag) if not m.negated]
            found += [Evidence(name, field, None, None, tag) for name in names]
    return found
