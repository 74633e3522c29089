"""The parsers of text from outside hold what they promise for whatever hypothesis thinks of."""

from __future__ import annotations

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.trust import parsers

QUICK = settings(max_examples=150, deadline=None)
STAMP = st.builds("[{:02}:{:02}.{}]".format, st.integers(0, 999), st.integers(0, 99), st.integers(0, 999))
ROW = st.builds("{}{}{}".format, st.lists(STAMP, max_size=3).map("".join), st.sampled_from(["", "[offset:9999999]", "[ti:x]", "<00:01.00>"]), st.text(max_size=20))  # fmt: skip
COLUMNS = ["id", "title", "artist", "artists", "year", "duration_s", "isrc", "genres", "tags", "language", "lyrics", "lyrics_display", "ai_status", "tdm", "explicit", "machine_analysis", "vocals", "audio", "licence", "composer", "whatever"]  # fmt: skip
VALUE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2), max_leaves=4
)  # fmt: skip


@QUICK
@given(st.lists(ROW, max_size=8).map("\n".join) | st.text(max_size=300))
def test_lyric_sheets(text: str) -> None:
    parsers.lrc(text.encode("utf-8", "replace"))


@QUICK
@given(st.sampled_from(parsers.SEEDS["tags"]), st.binary(max_size=200), st.integers(0, 60))
def test_tags(seed: bytes, data: bytes, at: int) -> None:
    parsers.tags(seed[:at] + data + seed[at + len(data) :])


@QUICK
@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), VALUE, max_size=6).map(json.dumps) | st.text(max_size=60), max_size=5).map("\n".join))  # fmt: skip
def test_manifests(text: str) -> None:
    parsers.manifest(text.encode("utf-8", "replace"))


@QUICK
@given(st.text(max_size=200) | st.lists(st.lists(st.text(max_size=12), max_size=5).map(",".join)).map("\n".join))
def test_tables(text: str) -> None:
    parsers.manifest(text.encode("utf-8", "replace"), "csv")


@QUICK
@given(st.sampled_from(COLUMNS) | st.text(max_size=20), VALUE)
def test_columns(name: str, value: Any) -> None:
    parsers.column(name, value)


@pytest.mark.parametrize("target", sorted(parsers.TARGETS))
def test_the_seeds_of_the_fuzzers(target: str) -> None:
    for seed in parsers.SEEDS[target]:
        for end in range(len(seed) + 1):
            if target != "tags" or end % 4 == 0:
                parsers.TARGETS[target](seed[:end])
