"""Languages by name and code."""

from __future__ import annotations

import pytest

from index.fields import TrackFields
from index.languages import language_name


@pytest.mark.parametrize(
    ("said", "name"),
    [("de", "German"), ("ger", "German"), ("pt-BR", "Portuguese"), ("français", "French"), ("Svenska", "Swedish"), ("EN", "English"), ("Klingon", "Klingon")],
)  # fmt: skip
def test_a_language_has_one_name(said: str, name: str) -> None:
    assert language_name(said) == name


def test_a_track_speaks_of_its_language_by_name() -> None:
    fields = TrackFields()
    fields.declare("id", "t", "column id")
    fields.declare("language", "es", "tag LANGUAGE")
    assert fields.track("t").language == "Spanish"
