"""Titles and artists that make each other plain: "Hurt by Johnny Cash", "Radioactive but not by Imagine Dragons", "who sings Jolene?",
and well-known artists who are not here, whatever a word of their name reads like ("Pearl Jam" is no Nia Pearl).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.concepts import vocabulary
from index.entities import Entity, EntityIndex, is_usual, name_key
from index.known import is_well_known
from index.words import words

_TITLE = re.compile(r"(?P<words>[\w'’.!?&,-]+(?: [\w'’.!?&,-]+){0,6})[”\"']?,? (?:by|from) (?:the )?$", re.IGNORECASE)  # fmt: skip
_BY = re.compile(r"[”\"']?,? (?:by|from) (?:the )?", re.IGNORECASE)
_BUT_NOT = re.compile(r"[”\"']?,?(?: but)? not$", re.IGNORECASE)
_NO_TITLES = {
    "song", "songs", "music", "track", "tracks", "something", "anything", "everything", "nothing", "more", "stuff", "album", "albums", "one", "ones", "that", "it", "this",
    "is", "written", "sung", "made", "produced", "cover", "covers", "tune", "tunes", "hit", "hits", "piece", "pieces", "work", "works", "version", "live",
}  # fmt: skip
_WHO = re.compile(
    r"^\W*(?:(?:and|so|ok|hey)\W+)*who (?:sings|sang|wrote|made|plays|played|performs|performed|recorded) (?:the song |the track )?[“\"]?(?P<name>[A-ZÀ-Þ][\w'’.-]*(?: [\w'’.-]+){0,5}?)[”\"]?(?: by)?\s*\?*\W*$"
)
_OF_WORDS = (2, 5)  # words of a well-known name that is looked for


def with_makers(entities: EntityIndex, text: str, found: Sequence[Entity]) -> list[Entity]:
    """What was `found`, and what is plain from how names stand beside each other; where two claim the same words, that wins."""
    famous = list(_famous(entities, text))
    found = [*_apart(found, famous), *famous]
    titles = [title for artist in found if artist.kind == "artist" for title in _title_of(entities, text, artist)]
    found = [*_apart(found, titles), *titles]
    asked = [] if found else list(_asked_for(text))
    return sorted([*found, *asked], key=lambda e: e.start)


def with_who_by(text: str, entities: Sequence[Entity]) -> list[tuple[Entity, Entity]]:
    """The titles of a text that are said to be by somebody, each with the artist right behind it."""
    titles, artists = ([e for e in entities if e.kind == kind] for kind in ("title", "artist"))
    return [(t, a) for t in titles for a in artists if a.start > t.end and _BY.fullmatch(text[t.end : a.start])]


def _apart(found: Sequence[Entity], others: Sequence[Entity]) -> list[Entity]:
    return [e for e in found if not any(e.start < o.end and o.start < e.end for o in others)]


def _famous(entities: EntityIndex, text: str) -> Iterator[Entity]:
    """Well-known artists of several names that this catalogue does not have; in small letters only where the whole turn is."""
    tokens = words(text)
    small = text == text.lower()
    fewest, most = _OF_WORDS
    end = 0
    for at in range(len(tokens)):
        for size in range(most, fewest - 1, -1):
            if at + size > len(tokens) or tokens[at].start < end or tokens[at].stem == "the":
                continue
            said = text[tokens[at].start : tokens[at + size - 1].end]
            own = name_key(said).split()
            capital = said[:1].isupper() and said.split()[-1][:1].isupper()
            if (
                (capital or (small and not is_usual(own)))
                and len(own) > 1
                and is_well_known(said)
                and " ".join(own) not in entities.artists
            ):
                end = tokens[at + size - 1].end
                yield Entity("artist", said if capital else said.title(), tokens[at].start, end, 1.0)
                break


def _title_of(entities: EntityIndex, text: str, artist: Entity) -> Iterator[Entity]:
    """The title in front of "by" and an artist: the longest that this catalogue has, of several words or by that very artist."""
    said = _TITLE.search(text[: artist.start])
    if not said:
        return
    theirs = entities.artists.get(name_key(artist.name), set())
    starts = [said.start("words") + m.start() for m in re.finditer(r"[^\s“\"']\S*", said["words"])]
    end = said.start("words") + len(_BUT_NOT.sub("", said["words"]))
    for start in starts:
        name = text[start:end]
        key = name_key(name)
        own = bool(theirs & entities.titles.get(key, set()))
        usual = is_usual(key.split())
        if key in entities.titles and key not in _NO_TITLES and (own or not usual) and (own or name[:1].isupper()):
            yield Entity("title", entities.display[key], start, end, 1.0)
            return


def _asked_for(text: str) -> Iterator[Entity]:
    """ "Who sings Mr. Brightside?": a title that is not known here, with all of the question, which asks for no singing."""
    if (asked := _WHO.match(text)) and not vocabulary().name(asked["name"]):
        yield Entity("title", asked["name"], asked.start(), asked.end("name"), 1.0)
