"""Whether the words of a song are explicit: what is declared, else what its lyric sheet says.

Noticed are words of a list (`explicit.txt`), which is no judgement of what a song means. A sheet without any is called
clean; a track without a sheet is not called anything.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from index.track import Explicit, Lyrics
from index.words import fold, plain

# iTunes' advisory: 1 and 4 explicit, 2 cleaned, 0 neither.
_DECLARED: dict[str, Explicit] = {
    **dict.fromkeys(("1", "4", "yes", "true", "explicit"), "explicit"),
    **dict.fromkeys(("0", "2", "no", "false", "clean", "none"), "clean"),
}  # fmt: skip


def declared(text: str) -> Explicit | None:
    """What a tag or column says; None when it says something else."""
    return _DECLARED.get(text.strip().lower())


def noticed(lyrics: Lyrics) -> Explicit:
    """What the words of a sheet say."""
    whole, beginnings = _words()
    said = {word for line in lyrics.lines for word in plain(line.text).split()}
    return "explicit" if said & whole or any(word.startswith(beginnings) for word in said) else "clean"


@cache
def _words() -> tuple[frozenset[str], tuple[str, ...]]:
    rows = resources.files("index").joinpath("explicit.txt").read_text("utf-8").splitlines()
    words = [fold(word) for row in rows if not row.startswith("#") for word in row.split()]
    return frozenset(w for w in words if not w.endswith("*")), tuple(w[:-1] for w in words if w.endswith("*"))
