"""Languages by name and code."""

from __future__ import annotations

import pytest

from index.fields import TrackFields
from index.languages import identified, language_name


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


SHEETS = {
    "German": "Der Bahnhof schläft die Uhr geht vor ich höre noch dein Lachen im Ohr ein Koffer halb aus Angst gepackt das Herz schlägt schneller als der Takt",
    "French": "J'écris ton nom sur l'eau du port la vague efface et j'écris encore le vent du soir emporte ma voix et je reviens toujours vers toi sous la pluie",
    "Spanish": "La luna baja por la calle vieja y el río canta lo que nadie deja mi padre vuelve con las manos llenas de sal de sol y de penas ajenas",
    "Swedish": "Snön faller tyst på gården i natt och ljuset brinner så varmt och så matt sov du min lilla tills morgonen ler vinden den sjunger men säger ej mer",
    "English": "The lamps along the harbour wall are counting ships that never call I leave the kettle on for you and watch the water turn from blue",
}


@pytest.mark.parametrize("language", SHEETS)
def test_a_language_is_known_by_its_words(language: str) -> None:
    assert identified(SHEETS[language]) == language
    fields = TrackFields()
    fields.declare("lyrics", SHEETS[language], "sidecar")
    track = fields.track("x")
    assert track.language == language and track.origins["language"].kind == "modelled"


def test_few_words_say_no_language_and_what_is_declared_counts() -> None:
    assert identified("la la la") is None
    fields = TrackFields()
    fields.declare("lyrics", SHEETS["German"], "sidecar")
    fields.declare("language", "Plattdeutsch", "tag LANGUAGE")
    assert fields.track("x").language == "Plattdeutsch"
