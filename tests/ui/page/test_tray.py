"""The playlist: links that hold the whole of it, files, and links that somebody made up."""

from __future__ import annotations

import base64
import csv
import io
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.threads import Threads, Tray
from index.catalogue import Catalogue
from index.track import Track
from ui.page.tray import MOST, files, from_token, token

IDS = st.lists(st.text(min_size=1, max_size=20), max_size=20, unique=True)


@given(st.text(min_size=1, max_size=100), IDS)
def test_a_link_brings_the_same_list(name: str, ids: list[str]) -> None:
    assert from_token(token(Tray(name, tuple(ids)))) == Tray(name, tuple(ids))


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode()


@pytest.mark.parametrize(
    "text",
    ["", "x", "%%%", "A" * 30_000, packed({"a": 1}), packed([]), packed([1, "a"]), packed(["a", 1]), packed("x" * 2_000_000)],
)  # fmt: skip
def test_a_link_that_is_none(text: str) -> None:
    assert from_token(text) is None


def test_a_link_with_too_much() -> None:
    found = from_token(packed(["n" * 300, *map(str, range(900))]))
    assert found and len(found.name) == 100 and len(found.tracks) == MOST


def test_files(catalogue: Catalogue) -> None:
    tracks = [t.model_copy(update={"audio": "/secret/place.wav"}) for t in catalogue.store.tracks(["w01", "w06"])]
    tray = Tray("Evening / =1", ("w01", "w06"))
    for kind, ending in (("m3u8", "m3u8"), ("jspf", "jspf"), ("csv", "csv")):
        name, text = files(kind, tray, tracks, "http://127.0.0.1:7860/")
        assert name == f"Evening 1.{ending}" and "Blue Ferry" in text and "/secret" not in text
        assert kind == "csv" or "http://127.0.0.1:7860/audio/w01" in text


def test_a_spreadsheet_takes_no_title_for_a_formula() -> None:
    _, text = files("csv", Tray(), [Track(id="x", title='=HYPERLINK("http://evil")')], "")
    assert list(csv.reader(io.StringIO(text)))[1][0] == '\'=HYPERLINK("http://evil")'


def test_everybody_has_a_list_of_their_own() -> None:
    threads = Threads(None)
    assert threads.tray("a", "index") == Tray()
    threads.keep_tray("a", "index", Tray("Mine", ("w01", "w06")))
    assert threads.tray("a", "index").tracks == ("w01", "w06") and threads.tray("b", "index") == Tray()
    assert threads.tray("a", "other index") == Tray()
    threads.forget_track("w01", ["Harbour Lamps"])
    assert threads.tray("a", "index") == Tray("Mine", ("w06",))
    threads.close()
