"""Musical concepts in text: which are named, where, and whether they are wanted or ruled out.

The vocabulary is data (`vocabulary.toml`). A mention is the longest run of words that the vocabulary knows;
a mention is negated when a negator governs it: `no`, `without`, `lacks` and the like reach forward over a
list ("no drums or bass") until a clause ends.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from itertools import groupby, pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.everyday import EVERYDAY
from index.words import Word, stem, words

_TABLES = ("broader", "near", "suits", "opposite", "spoken")
# Negation, by its reach. A list of words after a negator stays negated until a clause break or a turn.
_NEGATORS = {stem(word) for word in (
    "no", "not", "without", "never", "non", "lack", "lacking", "except", "minus", "nor", "neither", "avoid", "skip", "exclude", "excluding", "drop",
    "hate", "dislike", "remove", "quita", "quitar", "enleve", "enlever", "togli", "entferne", "don't", "dont", "doesn't", "doesnt", "isn't", "isnt", "can't", "stop", "sin", "ohne", "sans", "senza", "sem", "kein", "keine", "keinen", "utan", "pas",
    "absence", "absent", "less", "fewer", "enough", "devoid", "ditch", "lose", "nothing", "none",
    "nicht", "nichts", "nie", "niemals", "weder", "keiner", "keines", "keinem", "keinerlei", "weniger", "ausser",  # German
    "jamais", "aucun", "aucune", "moins", "trop", "sauf", "rien",  # French
    "nada", "nunca", "jamas", "ningun", "ninguna", "ninguno", "menos", "demasiado", "demasiada", "excepto", "tampoco",  # Spanish
    "niente", "nessun", "nessuna", "nessuno", "meno", "troppo", "troppa", "tranne",  # Italian
    "nao", "nenhum", "nenhuma", "demais", "exceto",  # Portuguese
    "inte", "ingen", "inga", "inget", "aldrig", "mindre", "forutom",  # Swedish
)}  # fmt: skip
_SAYS_NO = _NEGATORS | {"nobody"}  # first words of phrases that rule out by themselves
_RULING_OUT = {stem(w) for w in ("no", "nothing", "without", "avoid", "skip", "exclude", "ohne", "kein", "keine", "keinen", "keinerlei", "nichts", "sans", "sin", "senza", "niente", "sem", "utan", "ingen", "inga", "inget")}  # fmt: skip
_NO_MATTER = {"med", "mit", "avec", "con", "com", "idea", "sense", "problem", "way", "worry", "matter", "need", "doubt", "rush", "point", "special", "wrong", "fit", "longer", "clue", "chance", "thank", "question", "reason", "rest", "limit", "preference", "vergleich", "ende", "doute", "duda"}  # fmt: skip
_TOO = {"too", "zu", "overly"}  # before how something sounds: it should not
_ENOUGH = {"enough", "genug", "assez", "suficiente", "abbastanza", "bastante"}  # "not sad enough" wants more of it
_HOW = {"mood", "tempo", "texture"}
_HEARD = {"instrument", "voice", "genre", "mood", "texture"}
_PHRASE_NEGATORS = (
    ("leave", "out"), ("rule", "out"), ("get", "rid"), ("stay", "away"), ("keep", "out"), ("take", "out"), ("anything", "but"), ("cut", "the"), ("cut", "out"),
    ("fed", "up"), ("too", "much"), ("too", "many"), ("zu", "viel"), ("zu", "viele"), ("other", "than"), ("rather", "than"), ("instead", "of"), ("apart", "from"), ("steer", "clear"), ("hold", "the"), ("go", "easy"), ("nothing", "but"), ("can't", "stand"), ("cannot", "stand"), ("can't", "bear"), ("allergic", "to"), ("spare", "me"), ("do", "without"), ("no", "more"), ("bored", "of"), ("sick", "of"), ("tired", "of"), ("you", "keep"),
)  # fmt: skip
_NOT_NEGATING = {
    ("nothing", "but"),
    ("not", "only"),
    ("no", "problem"),
    ("not", "just"),
    ("don't", "mind"),
    ("no", "doubt"),
    ("can't", "stop"),
    ("can't", "wait"),
}
_TURNS = {
    "but",
    "just",
    "with",
    "only",
    "want",
    "give",
    "play",
    "like",
    "prefer",
    "add",
    "although",
    "though",
    "however",
    "pero",
    "aber",
    "sondern",
    "mais",
    "plutot",
    "sino",
    "ma",
    "bensi",
    "men",
    "while",
    "is",
    "are",
    "has",
    "have",
    "featuring",
    "feature",
    "i'd",
    "make",
    "more",
}
_OR = ("or", "nor", "oder", "noch", "ou", "ni", "o", "eller")
_LISTING = {"no", *_OR}
_WINDOW = 6
_TELLING = 6  # letters of a word that is known by its shape
_REMEMBERED = 65_536  # words whose shape was looked at
_SHORTEST, _LONG = 4, 9  # letters of a word that may hold one slip, and of one that may hold two


@dataclass(frozen=True)
class Mention:
    """A concept named in a text: its words are text[start:end]."""

    concept: str
    start: int
    end: int
    negated: bool


@dataclass(frozen=True)
class Vocabulary:
    """Concepts with their kind, and the words and relations that lead to them."""

    kinds: dict[str, str]
    phrases: dict[tuple[str, ...], str]
    broader: dict[str, list[str]]
    near: dict[str, list[str]]
    suits: dict[str, list[str]]  # by situation, how music for it sounds
    opposite: dict[str, list[str]]
    spoken: dict[str, str]  # scenes after "for" or "about" and genres of several tracks, where that is not their name
    sung: frozenset[str] = frozenset()  # what the words of a song can tell of
    heads: dict[str, int] = field(
        default_factory=dict
    )  # by a first word, how many words the longest phrase has that begins so
    by_shape: dict[str, str | None] = field(
        default_factory=dict
    )  # the concept of a word by its shape, where it was met

    def words_of(self, concept: str) -> frozenset[str]:
        """The stems of all words that stand for a concept: "women", "female", "girl"."""
        return frozenset(word for phrase, named in self.phrases.items() if named == concept for word in phrase)

    def narrower(self, concept: str) -> set[str]:
        """The concept and everything that is one of it."""
        return {concept} | {c for c, above in self.broader.items() if concept in above}

    def kind(self, concept: str) -> str:
        """`instrument`, `voice`, `genre`, `mood`, `texture`, `tempo`, `era`, `situation` or `narrative`; raises KeyError."""
        return self.kinds[concept]

    def had(self, concept: str) -> str | None:
        """ "a key change": a texture that music has as it is said, with its article; None for one that it is, and for all else."""
        return self.spoken.get(concept) if self.kinds.get(concept) == "texture" else None

    def name(self, text: str) -> str | None:
        """The concept that a word or phrase stands for, or None."""
        return self.phrases.get(tuple(w.stem for w in words(text)))

    def mentions(self, text: str, known: Callable[[str], bool] | None = None) -> list[Mention]:
        """Every concept named in the text, longest match first, in order of place. With `known`, which tells the words of a
        language, a word that is none is read as the word of the vocabulary that it is a slip away from."""
        tokens = words(text)
        if known:
            tokens = [replace(w, stem=self._respelt(w.stem, known)) for w in tokens]
        governed = _negated_words(tokens, text)
        stems = tuple(w.stem for w in tokens)
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            length, concept = self._longest(stems, at)
            if concept:
                excess = self.kinds[concept] in _HOW and _is_too_much(tokens, at, text)
                ruled_out = at in governed and not _says_no_itself(tokens, at, length)
                found.append(Mention(concept, tokens[at].start, tokens[at + length - 1].end, ruled_out or excess))
            at += length
        return found

    def words_ruled_out(self, text: str) -> list[Word]:
        """Words that stand for no concept and are ruled out: the one after "no", "nothing", "without" and the like."""
        found = [
            word
            for before, word in pairwise(words(text))
            if before.stem in _RULING_OUT
            and text[before.end : word.start].isspace()
            and word.stem not in EVERYDAY
            and word.stem not in _NO_MATTER
        ]
        named = [(m.start, m.end) for m in self.mentions(text)] if found else []
        return [w for w in found if not any(w.start < end and start < w.end for start, end in named)]

    def _longest(self, stems: tuple[str, ...], at: int) -> tuple[int, str | None]:
        """The longest phrase of the vocabulary that starts at a word, in words, and its concept."""
        word = stems[at]
        for length in range(min(self.heads.get(word, 0), len(stems) - at), 0, -1):
            concept = self.phrases.get(stems[at : at + length])
            if concept:
                return length, concept
        if word not in self.by_shape:
            if len(self.by_shape) >= _REMEMBERED:
                self.by_shape.clear()
            forms = ((form,) for form in _uninflected(word))
            self.by_shape[word] = next((self.phrases[form] for form in forms if form in self.phrases), None)
        return 1, self.by_shape[word]

    def _respelt(self, word: str, known: Callable[[str], bool]) -> str:
        """A word with one letter wrong, missing, too many or in its neighbour's place, as it was meant."""
        if (
            len(word) < _SHORTEST
            or self.kinds.get(self.phrases.get((word,), "")) in _HEARD
            or word in _spellings()
            or any(f in _spellings() for f in _uninflected(word))
            or known(word)
        ):
            return word
        most = 1 if len(word) < _LONG else 2
        near = process.extract(word, _spellings(), scorer=OSA.distance, score_cutoff=most, limit=None)
        alike = [(distance, w) for w, distance, _ in near if w[0] == word[0] and known(w)]
        usual = process.extractOne(word, _usual(), scorer=OSA.distance, score_cutoff=most) if alike else None
        return (
            word if not alike or (usual and usual[1] <= min(alike)[0]) else min(alike)[1]
        )  # "somthing" soothes nobody


@cache
def _usual() -> tuple[str, ...]:
    """Long words that carry no wish, as they are compared."""
    return tuple(sorted(w for w in EVERYDAY if len(w) >= _TELLING))


def _uninflected(word: str) -> Iterator[str]:
    """Base forms of an inflected German, Swedish, French, Spanish or Italian adjective ("ruhiges", "sorgligt", "tranquila", "joyeuse"), and the
    first part of a German or Swedish compound of music."""
    if word in EVERYDAY:
        return
    for end in ("musik", "music", "lieder", "lied", "songs", "song", "stucke", "visor"):
        if word.endswith(end) and len(word) > len(end) + 2:
            yield from (word.removesuffix(end), word.removesuffix("s" + end))  # "Klaviermusik", "Liebeslied"
    if len(word) > 5 and word.endswith(("est", "ier")):  # "the happiest", "sadder" says "sad" by its shape
        base = word[:-3].removesuffix("i")
        yield from (base + "y", base, base[:-1] if base[-1:] == base[-2:-1] else base)
    if len(word) > 5:
        yield from (
            word.removesuffix(end) for end in ("ere", "es", "er", "en", "em", "e", "s", "t") if word.endswith(end)
        )
        if word.endswith(("ora", "oras", "ores")):
            yield re.sub(r"(?:a|as|es)$", "", word)  # "soñadora"
        if word.endswith(("os", "as")):
            yield re.sub(r"(?:os|as)$", "o", word)
        if word.endswith("euse"):
            yield word[:-4] + "eux"
    if len(word) > 4 and word.endswith("a"):
        yield word[:-1] + "o"  # "épica"
    if len(word) > 4 and word.endswith("i"):
        yield from (word[:-1] + "e", word[:-1] + "o")  # "tristi"


def _says_no_itself(tokens: list[Word], at: int, length: int) -> bool:
    """ "no piano and no vocals": the second "no" belongs to a phrase that stands for instrumental music, and the first does not
    reach over it; "not without vocals" does."""
    doubled = bool(at) and tokens[at - 1].stem in _NEGATORS
    return length > 1 and tokens[at].stem in _SAYS_NO and not doubled


def _is_too_much(tokens: list[Word], at: int, text: str) -> bool:
    """ "too sad", "zu laut"; but in "with a harp too, sad and slow" it stands for itself."""
    before = tokens[at - 1] if at else None
    return before is not None and before.stem in _TOO and text[before.end : tokens[at].start].isspace()


def _negated_words(tokens: list[Word], text: str) -> set[int]:
    """Indices of the words that a negator governs."""
    governed: set[int] = set()
    for at, word in enumerate(tokens):
        after = tokens[at + 1].stem if at + 1 < len(tokens) else ""
        pair = (word.stem, after)
        if word.stem in {"free", "less"} and at and text[tokens[at - 1].end : word.start] == "-":
            governed.add(at - 1)  # "drum-free", "beat-less"
            continue
        if pair in _NOT_NEGATING or not (word.stem in _NEGATORS or pair in _PHRASE_NEGATORS):
            continue
        if word.stem not in _ENOUGH and _ENOUGH & {w.stem for w in tokens[at + 1 : at + 4]}:
            continue
        if word.stem in _ENOUGH and at and tokens[at - 1].stem in _NEGATORS:
            continue
        first = at + (2 if pair in _PHRASE_NEGATORS else 1)
        governed.update(_reach(tokens, text, first))
    return governed


def _reach(tokens: list[Word], text: str, first: int) -> range:
    """The words from `first` on that one negator governs; a list of concepts is governed as a whole."""
    last = first
    skippable = {
        "with",
        "like",
        "is",
        "are",
        "has",
        "have",
        "want",
        "make",
        "more",
    }  # "leave out anything with drums"
    counted = 0
    while last < len(tokens) and counted < _WINDOW:
        gap = text[tokens[last - 1].end : tokens[last].start] if last else ""
        if last > first and re.search(r"[.;:!?()\n]|\s[-–—]\s", gap):
            break
        if (
            last > first
            and "," in gap
            and tokens[last].stem not in _LISTING
            and not _is_listed(text, tokens, first, last)
        ):
            break
        if tokens[last].stem in _TURNS and not (tokens[last].stem in skippable and last - first <= 2):
            break
        # "anything with drums or piano or strings or vocals" is one list, however long
        counted += tokens[last].stem not in {*_OR, *skippable, "any", "anything"}
        last += 1
    return range(first, last)


def _is_listed(text: str, tokens: list[Word], first: int, at: int) -> bool:
    """Whether a comma goes on with a list that ends in "or" and is of one kind: "without drums, piano or vocals"."""
    rest = re.match(rf"([^.;:!?()]{{2,60}}?)\s+(?:{'|'.join(_OR)})\s+\w", text[tokens[at].start :], re.IGNORECASE)
    if not rest:
        return False
    before = text[tokens[first].start : tokens[at - 1].end]
    named = [vocabulary().name(item) for item in (*before.split(","), *rest[1].split(","))]
    kinds = {vocabulary().kinds[c].replace("voice", "instrument") if c else None for c in named}
    return len(kinds) == 1 and None not in kinds


@cache
def _spellings() -> frozenset[str]:
    """Words for how music sounds that are long enough to be known again when one letter is wrong."""
    kinds = vocabulary().kinds
    return frozenset(
        w for phrase, c in vocabulary().phrases.items() if kinds[c] in _HEARD for w in phrase if len(w) > _SHORTEST
    )


@cache
def vocabulary() -> Vocabulary:
    """The bundled vocabulary, read once."""
    data = tomllib.loads(resources.files("index").joinpath("vocabulary.toml").read_text("utf-8"))
    relations = {name: data.pop(name) for name in _TABLES}
    scenes = data.pop("sung")["scenes"]
    kinds = {concept: kind for kind, entries in data.items() for concept in entries}
    phrases: dict[tuple[str, ...], str] = {}
    for entries in data.values():
        for concept, synonyms in entries.items():
            for phrase in (concept, *synonyms):
                phrases.setdefault(tuple(stem(w.stem) for w in words(phrase)), concept)
    sung = frozenset((*scenes, *data["narrative"]))
    heads: dict[str, int] = {}
    for phrase in phrases:
        heads[phrase[0]] = max(heads.get(phrase[0], 0), len(phrase))
    return Vocabulary(kinds, phrases, **relations, sung=sung, heads=heads)


def concept_spans(text: str) -> dict[str, list[Mention]]:
    """Mentions that hold (are not negated), grouped by concept."""
    held = sorted((m for m in vocabulary().mentions(text) if not m.negated), key=lambda m: (m.concept, m.start))
    return {concept: list(group) for concept, group in groupby(held, key=lambda m: m.concept)}
