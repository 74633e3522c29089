"""Thirty people at once at one page: how long a turn takes, whether anybody reads another's, whether memory grows.

usage: python -m tests.benchmarks.crowd [--people N] [--turns N] [--index DIR]

Everybody talks through the page's queue (its `discover` endpoint) with a wish of their own, as fast as answers come:
more than people who read and listen would ask. The clients run on the same cores as the page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from gradio_client import Client

from assistant.settings import load
from tests.fixtures.site import Site

WISHES = ("piano", "trumpet", "violin", "accordion", "guitar", "cello", "flute", "harp", "saxophone", "clarinet")
TALK = ("something with {}", "calmer, please", "without vocals", "show me more", "why the first one?", "what do you know about my taste?")  # fmt: skip


@dataclass
class Person:
    """What one of them saw: seconds of each turn, and what they were told of their taste."""

    wish: str
    seconds: list[float] = field(default_factory=list)
    tastes: list[str] = field(default_factory=list)

    @property
    def mixed_up(self) -> bool:
        """Whether somebody else's wish turned up."""
        others = set(WISHES) - {self.wish}
        return any(self.wish not in taste or any(other in taste for other in others) for taste in self.tastes)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; exit code 1 when conversations were mixed up."""
    args = _options(argv)
    with tempfile.TemporaryDirectory() as home:
        site = Site(Path(home) / "home", args.index or load().demo_index)
        try:
            memory = [site.memory_mb()]
            rounds = max(1, args.turns // (args.people * len(TALK)))
            people = [Person(WISHES[n % len(WISHES)]) for n in range(args.people)]
            clients = [Client(site.url, verbose=False) for _ in people]
            began = time.monotonic()
            for _ in range(rounds):
                with ThreadPoolExecutor(args.people) as pool:
                    list(pool.map(_talk, people, clients))
                memory.append(site.memory_mb())
            took = time.monotonic() - began
        finally:
            site.stop()
    print(_table(people, memory, took))
    return 1 if any(p.mixed_up for p in people) else 0


def _talk(person: Person, client: Client) -> None:
    thread = ""
    for words in TALK:
        began = time.monotonic()
        answer = client.predict(words.format(person.wish), thread, api_name="/discover")
        person.seconds.append(time.monotonic() - began)
        thread = answer["thread"]
    person.tastes.append(answer["answer"])


def _table(people: Sequence[Person], memory: Sequence[float], took: float) -> str:
    seconds = np.array([s for p in people for s in p.seconds])
    mixed = sum(p.mixed_up for p in people)
    return "\n".join(
        (
            f"{len(people)} people, {seconds.size} turns in {took:.0f} s",
            f"a turn: median {np.median(seconds):.2f} s, 95th percentile {np.percentile(seconds, 95):.2f} s, longest {seconds.max():.2f} s",
            f"conversations mixed up: {mixed}",
            f"memory of the page: {', '.join(f'{m:.0f}' for m in memory)} MB (before, then after each round)",
        )
    )


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.crowd", description="thirty people at one page")
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--turns", type=int, default=540)
    parser.add_argument("--index", type=Path, help="default: the demo catalogue's")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
