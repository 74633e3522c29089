"""Lyrics over the turns of a thread: of each protected sheet a few words may leave, and never many that belong together.

The guard knows stretches of one answer. Here it is counted what left of a track in a conversation, in runs of three words
and more: twelve words in all, and no run that grows past six by going on where an earlier answer stopped ("lines 3 and 4",
then "5 and 6"). The lines that a track's rights let pass are free. A misspelt line of a track that the thread knows counts
as the line.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from rapidfuzz import fuzz

from index.catalogue import Catalogue
from index.track import Track
from tools.conversation import Conversation
from tools.disguises import canonical
from tools.lyric_guard import LyricGuard
from tools.rights import displayable

RUN, BUDGET = 6, 12  # words
_PIECE, _PIECE_LETTERS = 3, 8  # words and letters of a run that counts
_LIKE, _LINE, _NEAR = (
    86,
    20,
    12,
)  # per cent of a line's letters that are right; its letters at least; newest tracks looked at
_TAIL, _ENDS = 240, 800  # characters kept of this answer, and of the ends of those before
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Sheet:
    """The words of a protected sheet; those before `free` may leave."""

    words: tuple[str, ...]
    free: int
    lines: tuple[str, ...]  # letters of the protected ones
    places: dict[tuple[str, ...], tuple[int, ...]]

    @classmethod
    def of(cls, track: Track) -> Sheet:
        """The sheet of a track that has one."""
        lines = [_words(line.text) for line in track.lyrics.lines if line.text] if track.lyrics else []
        shown = sum(1 for line in displayable(track).lines if line.text)
        words = [word for line in lines for word in line]
        named = {tuple(p) for text in (track.name, track.by, track.caption or "") for p in _runs(_words(text))}
        places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, run in enumerate(_runs(words)):
            if run not in named and sum(map(len, run)) >= _PIECE_LETTERS:
                places[run].append(at)
        protected = ["".join(line) for line in lines[shown:]]
        return cls(
            tuple(words), sum(map(len, lines[:shown])), tuple(x for x in protected if len(x) >= _LINE), {run: tuple(at) for run, at in places.items()}
        )  # fmt: skip

    def found(self, words: list[str]) -> set[int]:
        """Places of protected words that a text says, in runs of three words and more."""
        starts = {at for run in _runs(words) for at in self.places.get(run, ())}
        return {at + n for at in starts for n in range(_PIECE)} - set(range(self.free))


@dataclass
class Left:
    """What left in a thread: places of protected words (from 0) by track, and the ends of the sentences that were said last."""

    places: dict[str, list[int]] = field(default_factory=dict)
    ends: str = ""

    @classmethod
    def read(cls, written: str) -> Left:
        """As `written` wrote it; nothing has left where that is empty."""
        return cls(**json.loads(written)) if written else cls()

    def written(self) -> str:
        """As a line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def joined(self, later: Left) -> Left:
        """All places of both, and what was said later."""
        whole = Left(dict(self.places), later.ends)
        for track_id, places in later.places.items():
            whole.add(track_id, places)
        return whole

    def add(self, track_id: str, places: Iterable[int]) -> None:
        """Notes which words of a sheet an answer held."""
        self.places[track_id] = sorted({*self.places.get(track_id, ()), *places})


@dataclass
class Watch:
    """Asked by the grounding check: `leak` before a text is said, `said` when it was; `left` is what the thread has to remember."""

    guard: LyricGuard
    catalogue: Catalogue
    conversation: Conversation
    left: Left = field(default_factory=Left)
    answer: str = ""
    _sheets: dict[str, Sheet] = field(default_factory=dict)

    def leak(self, text: str) -> str | None:
        """What of lyrics a text gives away that may not be shown, in a word; None for one that may be said."""
        lines = f"{self.left.ends}\n{self.answer[-_ENDS:]}".strip()
        leak = self.guard.leak(text, self.answer[-_TAIL:], lines)
        near = () if leak else self._near()
        return leak or (self._too_much(text, near) or self._misspelt(text, near) if near else None)

    def said(self, text: str) -> None:
        """Notes what was said."""
        self.answer += text
        if near := self._near():
            words = _words(text)
            for identity, sheet in near:
                if found := sheet.found(words):
                    self.left.add(identity, found)

    def finish(self) -> None:
        """The answer is whole: the ends of its sentences are kept for the turns that follow."""
        ends = [part.strip()[-40:] for part in re.split(r"[.!?\n]+", self.answer) if part.strip()]
        self.left.ends = "\n".join([self.left.ends, *ends])[-_ENDS:]
        self.answer = ""

    def _too_much(self, text: str, near: Iterable[tuple[str, Sheet]]) -> str | None:
        words = _words(text)
        for identity, sheet in near:
            new = sheet.found(words)
            out = set(self.left.places.get(identity, ()))
            if new - out and (len(new | out) > BUDGET or _longest(new | out) > RUN):
                return "more words of one song than a conversation may have"
        return None

    def _misspelt(self, text: str, near: Sequence[tuple[str, Sheet]]) -> str | None:
        letters = "".join(_words(self.answer[-80:] + text))
        for _, sheet in near[-_NEAR:] if len(letters) >= _LINE else ():
            if any(fuzz.partial_ratio(line, letters, score_cutoff=_LIKE) for line in sheet.lines if len(line) <= len(letters)):  # fmt: skip
                return "a line, misspelt"
        return None

    def _near(self) -> list[tuple[str, Sheet]]:
        """The protected sheets of tracks that this thread knows."""
        ids = [i for i in self.conversation.tracks if i in self.guard.protected]
        if new := [i for i in ids if i not in self._sheets]:
            self._sheets.update((track.id, Sheet.of(track)) for track in self.catalogue.store.tracks(new))
        return [(i, self._sheets[i]) for i in ids if i in self._sheets]


def _words(text: str) -> list[str]:
    return [word.replace("'", "").replace("’", "") for word in _WORD.findall(canonical(text))]


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + _PIECE]) for at in range(len(words) - _PIECE + 1)]


def _longest(places: set[int]) -> int:
    """The most places in a row."""
    longest = run = 0
    for at in sorted(places):
        run = run + 1 if at - 1 in places else 1
        longest = max(longest, run)
    return longest
