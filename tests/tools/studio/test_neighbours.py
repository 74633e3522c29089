"""The nearest of the catalogue: oneself first, what is shared and what differs, and never what may not be shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.ledger import Decision, Ledger
from index.track import Track
from tests.fixtures.profiles import made_profile
from tools.studio.neighbours import nearest


@pytest.fixture
def measured(tmp_path: Path, embedder: Embedder) -> Catalogue:
    rows = "\n".join(f'{{"id": "t{n}", "title": "Track {n}", "contains_ai": "{"all" if n == 3 else "none"}"}}' for n in range(5))  # fmt: skip
    (tmp_path / "rows.jsonl").write_text(rows)

    def annotate(track: Track) -> Track:
        n = int(track.id[1:])
        return track.model_copy(update={"profile": made_profile(bpm=80.0 + 20 * n, tonic="A", mode="minor" if n % 2 else "major")})  # fmt: skip

    build(tmp_path / "rows.jsonl", tmp_path / "index", annotate, embedder)
    return Catalogue(tmp_path / "index", embedder)


def test_the_nearest(measured: Catalogue) -> None:
    mine = made_profile(bpm=100.0, tonic="A", mode="minor")
    near = nearest(measured, mine)
    assert near[0].track.id == "t1" and len(near) == 4 and all(n.track.id != "t3" for n in near)
    assert near[0].likeness > near[-1].likeness
    assert "tempo (100 BPM)" in near[0].shared and "key (A minor)" in near[0].shared and not near[0].differs
    far = next(n for n in near if n.track.id == "t4")
    assert "faster (160 BPM)" in far.differs and "in major" in far.differs
    assert "without a voice" in nearest(measured, mine, vocals="female")[0].differs
    assert "without a voice" not in nearest(measured, mine, vocals="instrumental")[0].differs
    Ledger(measured.directory).add([Decision("2026-11-25T00:00:00+00:00", "x", "block", "t1", "x")])
    assert all(n.track.id != "t1" for n in nearest(measured, mine))
    assert nearest(measured, replace(mine, key=None), count=2)[0].track.id != "t1"
    measured.close()


def test_a_catalogue_without_sound(catalogue: Catalogue) -> None:
    assert nearest(catalogue, made_profile()) == []
