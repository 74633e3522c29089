"""The figures of `tests.benchmarks.lyrics` hold on the demo catalogue: ours before both of its parts."""

from __future__ import annotations

from contextlib import closing

import pytest

from assistant.settings import load
from index.catalogue import Catalogue
from tests.benchmarks.lyrics import bm25, figures, ours, questions, whole


@pytest.mark.bench
def test_fusion_is_ahead_of_its_parts() -> None:
    with closing(Catalogue(load().demo_index)) as catalogue:
        tracks = catalogue.store.tracks(catalogue.store.with_lyrics())
        asked = questions(tracks)
        assert len(asked) == 68
        mine, words, sheets = (
            float(figures(asked, rank).split()[-1])
            for rank in (ours(catalogue, tracks), bm25(tracks), whole(catalogue, tracks))
        )
    assert mine > 0.8 > sheets > words
