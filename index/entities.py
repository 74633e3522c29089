"""Names of this catalogue in a text: artists, titles and albums, also misspelt, partial or run together.

Exact names are found by lookup, the rest by edit distance (rapidfuzz). A name that is also an everyday word
needs support: a cue before it ("by", "from the artist"), quotes, or a second word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

from index.concepts import vocabulary
from index.everyday import EVERYDAY
from index.words import fold, plain, stem, words

Kind = Literal["artist", "title", "album"]

_CUES = {
    "by",
    "from",
    "artist",
    "band",
    "singer",
    "like",
    "of",
    "song",
    "track",
    "album",
    "called",
    "titled",
    "named",
    "some",
    "play",
    "add",
    "more",
    "love",
    "about",
    "into",
    "and",
    "any",
    "de",
    "von",
    "par",
    "group",
}
_ARTIST_CUES = {"by", "artist", "band", "singer", "group", "von", "par"}
_NO_NAMES_AFTER = {
    "in",
    "on",
    "at",
    "a",
    "an",
    "my",
    "your",
    "into",
    "through",
    "being",
    "the",
}  # in small letters: "stuck in traffic"
_TITLE_CUES = {"song", "track", "called", "titled", "named"}
_SPLIT = re.compile(r"\s*(?:,|;|&|/|\bfeat\.?|\bft\.?|\bfeaturing\b|\bwith\b|\bx\b|\band\b|\bvs\.?)\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[\(\[].*?[\)\]]\s*|\s+-\s+.*$")
GREETING = re.compile(
    r"\W*(?:(?:hi|hello|hey|howdy|thanks|thank you|(?:good )?(?:morning|afternoon|evening)(?=\W*[!,.])|good (?:morning|afternoon|evening|day|night))\b(?: there| all| everyone| again| so much| a lot)?\W+)+",
    re.IGNORECASE,
)
# letters written as signs ("A$AP", "P!nk")
_STYLED = re.compile(r"(?<=\w)[$!](?=\w)")
_LETTER = {"$": "s", "!": "i"}
_JOINERS = {"and", "y", "und", "et"}
_ARTICLES = {"the", "die", "los", "les"}
# words that name nobody by a part or by a slip: "Friday night songs", "Read me the list"
_OF_A_CALENDAR = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "weekend"}  # fmt: skip
_LANDS = {"america", "germany", "france", "spain", "italy", "portugal", "sweden", "norway", "denmark", "finland", "england", "britain", "scotland", "ireland", "wales", "brazil", "mexico", "cuba", "jamaica", "argentina", "chile", "peru", "africa", "nigeria", "ghana", "egypt", "turkey", "greece", "russia", "poland", "india", "china", "korea", "australia", "canada", "french", "german", "spanish", "italian", "swedish", "english", "american", "british"}  # fmt: skip
_NO_PART = _OF_A_CALENDAR | _LANDS | {"read", "repeat", "covers", "cover", "either", "neither", "compare", "count", "explain", "close", "finish", "begin", "continue", "swap", "undo", "reverse", "shuffle", "rename", "name", "spell", "guess", "write", "total", "average", "half", "twice", "once"}  # fmt: skip
_FUZZY = 84.0
_PERHAPS = 70.0
_LONGEST = 6
_MISHEARD = 83.0  # one letter of six
_FAR_MORE = 4  # times as many tracks
_AFTER_NAMES = {"by", "from", "of"}  # cues that a misspelt surname can stand after


def name_key(name: str) -> str:
    """How names are compared: plain words without a leading article and without "and"."""
    own = [w for w in plain(_STYLED.sub(lambda m: _LETTER[m.group()], name)).split() if w not in _JOINERS]
    led = len(own) > 1 and own[0] in _ARTICLES and own[1] not in _ARTICLES  # "The The" stays whole
    return " ".join(own[1:] if led else own)


def single_names(artist: str) -> list[str]:
    """The names in a credit of several artists ("A, B feat. C")."""
    return [name for name in _SPLIT.split(artist) if name]


def _nameish(word: str) -> bool:
    return word[:1].isupper() and fold(word) not in EVERYDAY and not vocabulary().name(word)


def is_usual(words: Iterable[str]) -> bool:
    """Whether a name is made of everyday words and words for music only, so that it need not be meant as one."""
    return all(w in EVERYDAY or vocabulary().name(w) for w in words)


@dataclass(frozen=True)
class Entity:
    """A name found in a text at [start, end); `score` is 1 for an exact match."""

    kind: Kind
    name: str
    start: int
    end: int
    score: float


@dataclass
class EntityIndex:
    """Names of a catalogue and the tracks they lead to."""

    artists: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    titles: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    albums: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    display: dict[str, str] = field(default_factory=dict)
    makers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # who is credited and no artist
    parts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    compact: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        rows: Iterable[tuple[str, str | None, Iterable[str], str | None]],
        credits: Iterable[tuple[str, str]] = (),
    ) -> EntityIndex:
        """From (track id, title, artists, album) rows, and (track id, name) of those who wrote, produced and published."""
        index = cls()
        for identity, title, artists, album in rows:
            for artist in artists:
                for name in {artist, *_SPLIT.split(artist)}:
                    if (
                        name == artist or not {*name_key(name).split()} <= EVERYDAY
                    ):  # "Of Monsters and Men" are no "Men"
                        index._add(index.artists, name, identity)
            if title:
                index._add(index.titles, title, identity)
                index._add(index.titles, _BRACKETS.sub("", title), identity)
            if album:
                index._add(index.albums, album, identity)
        for identity, name in credits:
            if name_key(name) not in index.artists:
                index._add(index.makers, name, identity)
        for name in index.artists:
            index.compact.setdefault(name.replace(" ", ""), name)
            if len(single_names(index.display[name])) > 1:
                continue
            for part in name.split():
                if len(part) >= 4 and part not in EVERYDAY:
                    index.parts[part].add(name)
        return index

    def _add(self, table: dict[str, set[str]], name: str, identity: str) -> None:
        key = name_key(name)
        if key:
            table[key].add(identity)
            self.display.setdefault(key, name.strip())

    def link(self, text: str) -> list[Entity]:
        """Names in the text, longest and surest first; matches do not overlap."""
        tokens = words(text)
        greeting = GREETING.match(text)
        taken = {n for n, token in enumerate(tokens) if greeting and token.end <= greeting.end()}
        found: list[Entity] = []
        for finder in (self._exact, self._near, self._part):
            for length in range(min(_LONGEST, len(tokens)), 0, -1):
                for at in range(len(tokens) - length + 1):
                    joined = {tokens[at].stem, tokens[at + length - 1].stem} & _JOINERS
                    if taken & set(range(at, at + length)) or (length > 1 and joined):
                        continue
                    span = text[tokens[at].start : tokens[at + length - 1].end]
                    cue = fold(text[tokens[at - 1].start : tokens[at - 1].end]) if at else ""
                    quoted = bool(re.search(r"[\"“«‘']$", text[: tokens[at].start])) and bool(
                        re.match(r"[\"”»’']", text[tokens[at + length - 1].end :])
                    )
                    beside = [
                        text[t.start : t.end]
                        for t in (*tokens[max(at - 1, 0) : at], *tokens[at + length : at + length + 1])
                    ]
                    if length == 1 and span.islower() and cue in _NO_NAMES_AFTER and not quoted:
                        continue
                    partial = finder == self._part or (finder == self._near and length == 1)
                    if partial and span[:1].isupper() and any(_nameish(w) for w in beside):
                        continue  # "Gabby Barrett" is nobody's "Nessa Barrett"
                    hit = finder(span, cue, quoted)
                    if hit:
                        taken |= set(range(at, at + length))
                        found.append(Entity(hit[0], hit[1], tokens[at].start, tokens[at + length - 1].end, hit[2]))
        return sorted(found, key=lambda e: e.start)

    def find(self, kind: Kind, name: str) -> tuple[str, set[str]] | None:
        """The catalogue's spelling of a name and its tracks; None when nothing comes close."""
        table = {"artist": self.artists, "title": self.titles, "album": self.albums}[kind]
        key = name_key(name)
        if key not in table and kind == "artist":
            key = self.compact.get(key.replace(" ", ""), key)
        if key not in table and kind == "artist" and key in self.makers:
            table = self.makers
        if key not in table:
            best = process.extractOne(key, table.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY)
            if not best:
                return None
            key = best[0]
        return self.display[key], table[key]

    def is_title(self, said: str) -> bool:
        """Whether words are a title of the catalogue, written as one: in capitals or of several words."""
        return name_key(said) in self.titles and (" " in said.strip() or said[:1].isupper())

    def nearest(self, name: str) -> str | None:
        """The artist, title or album that an unknown name may have been meant for; None when nothing is near."""
        key = name_key(name)
        found = [
            process.extractOne(key, table.keys(), scorer=fuzz.ratio, score_cutoff=_PERHAPS)
            for table in (self.artists, self.titles, self.albums)
        ]
        best = max((f for f in found if f), key=lambda f: f[1], default=None)
        return self.display[best[0]] if best else None

    # -- finders: (span, word before, in quotes) -> kind, name, score ---------------------------------------------

    def _exact(self, span: str, cue: str, quoted: bool) -> tuple[Kind, str, float] | None:
        key = name_key(span)
        several = " " in key
        weak = all(w in EVERYDAY | _OF_A_CALENDAR or w.isdecimal() or vocabulary().name(w) for w in key.split()) or (
            several and vocabulary().name(key) is not None
        )
        run = key.replace(" ", "")
        together = len(run) >= 8 or not any(w in EVERYDAY for w in key.split())  # "flor a" is no Flora
        name = key if key in self.artists else self.compact.get(run, "") if together else ""
        surely = (
            several and len(run) >= 10 and cue in _CUES and not vocabulary().mentions(span)
        )  # "I like back street boys"
        cased = several and bool(cue) and all(w[:1].isupper() for w in span.split())  # "no Beach Boys songs"
        if len(name) > 1 and (quoted or cue in _ARTIST_CUES or not weak or surely or cased):
            return "artist", self.display[name], 1.0
        if key in self.makers and span[:1].isupper() and (several or quoted or cue in _ARTIST_CUES | {"label"}):
            return "artist", self.display[key], 1.0
        written = bool(cue) and all(w[:1].isupper() for w in span.split())  # as a name, and not only as a first word
        if (
            key in self.titles
            and not (not quoted and cue not in _TITLE_CUES and self._artist_and_kind(span))
            and (
                quoted
                or cue in _TITLE_CUES
                or (several and (written or not weak) and len(key) > 6)
                or (written and not weak and len(key) > 4)
            )
        ):
            return "title", self.display[key], 1.0
        if key in self.albums and (quoted or cue == "album" or (several and not weak and len(key.split()) > 2)):
            return "album", self.display[key], 1.0
        return None

    def _artist_and_kind(self, span: str) -> bool:
        """ "Rolling Stones blues": an artist's whole name and what is wanted of them, whatever title reads the same."""
        own = words(span)
        return any(
            name_key(span[: own[at].start]) in self.artists
            and span[: own[at].start].count(" ") > 1
            and vocabulary().name(span[own[at].start :]) is not None
            for at in range(2, len(own))
        )

    def _near(self, span: str, cue: str, quoted: bool) -> tuple[Kind, str, float] | None:
        key = name_key(span)
        own = key.split()
        usual = (
            (EVERYDAY | _NO_PART) & {own[0], own[-1], *(stem(w) for w in span.split())} if own else EVERYDAY
        )  # "today's", too
        if len(key) < 5 or usual or vocabulary().mentions(span):
            return None
        run = key.replace(" ", "")
        cutoff = _FUZZY if len(own) > 1 or cue in _CUES or (len(run) > 6 and span[:1].isupper()) else 88.0
        best = process.extractOne(run, self.compact.keys(), scorer=fuzz.ratio, score_cutoff=cutoff)
        if best and abs(len(best[0]) - len(run)) <= 3:
            return "artist", self.display[self._likeliest(self.compact[best[0]])], best[1] / 100
        if len(own) > 2 or quoted or (len(own) == 2 and cue and all(w[:1].isupper() for w in span.split())):
            title = process.extractOne(key, self.titles.keys(), scorer=fuzz.ratio, score_cutoff=88.0)
            if title:
                return "title", self.display[title[0]], title[1] / 100
        return None

    def _part(self, span: str, cue: str, quoted: bool) -> tuple[Kind, str, float] | None:
        """One word of a longer artist's name ("Clapton", "Claptn's"), or its beginning ("Led Zep")."""
        owned = re.search(r"['’]s?$", span)
        key = name_key(span[: owned.start()] if owned else span)
        own = key.split()
        supported = cue in _CUES or span[:1].isupper()
        if not own or not supported or any(w in EVERYDAY | _NO_PART for w in own) or vocabulary().mentions(span):
            return None
        if len(own) == 1:
            names = self.parts.get(key) or (self._misspelt(key) if owned or cue in _AFTER_NAMES else set())
        elif len(key) >= 6:
            names = {n for n in self.parts.get(own[0], ()) if n.startswith(key)} | {
                n for n in self.artists if len(own[0]) < 4 and n.startswith(key)
            }
        else:
            return None
        if not names or len(names) > 12:
            return None
        best = max(sorted(names), key=lambda n: len(self.artists[n]))
        return "artist", self.display[best], 0.7

    def _likeliest(self, meant: str) -> str:
        """Who is meant by a misspelt name: somebody with far more tracks whose name begins with it, if there is one."""
        longer = [n for n in self.parts.get(meant, ()) if n.startswith(f"{meant} ")]
        best = max(sorted(longer), key=lambda n: len(self.artists[n]), default=meant)
        return best if len(self.artists[best]) > _FAR_MORE * len(self.artists[meant]) else meant

    def _misspelt(self, word: str) -> set[str]:
        """Artists with a word in their name that differs from this one by a letter or so, and not by a plural."""
        if len(word) < 6:
            return set()
        near = process.extractOne(word, self.parts.keys(), scorer=fuzz.ratio, score_cutoff=_MISHEARD)
        meant = near[0] if near else ""
        alike = meant[:1] == word[0] and abs(len(meant) - len(word)) <= 1 and stem(meant) != stem(word)
        return self.parts[meant] if alike else set()
