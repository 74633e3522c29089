"""The structured answer: found in any wrapping, validated, and refused in words that a model can act on."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.listener.structured import Heard, Part, Unusable, parse

FULL = {
    "genres": ["Jazz", "bossa nova"],
    "instruments": ["piano", "double bass"],
    "vocals": "female lead",
    "moods": ["calm"],
    "themes": ["the sea"],
    "language": "Portuguese",
    "structure": [{"name": "intro", "start": 0}, {"name": "verse", "start": 14.5}],
}


@pytest.mark.parametrize(
    "wrapped",
    [
        "{}",
        "```json\n{}\n```",
        "Here you are: {} Enjoy!",
        "```\n{}\n```\nThat was {{it}}.",
        "{{not json}} {}",
        "{{}} {}",
    ],
)
def test_the_object_is_found_in_any_wrapping(wrapped: str) -> None:
    heard = parse(
        wrapped.replace("{{", "\0")
        .replace("}}", "\1")
        .replace("{}", json.dumps(FULL))
        .replace("\0", "{")
        .replace("\1", "}")
    )
    assert heard.genres == ["Jazz", "bossa nova"] and heard.language == "Portuguese"
    assert heard.structure == [Part(name="intro", start_s=0), Part(name="verse", start_s=14.5)]


def test_loose_forms_are_understood() -> None:
    heard = parse(
        '{"Genres": "Jazz, jazz; Bossa Nova.", "instruments": null, "vocals": ["female lead", "choir"], "moods": ["calm", " ", "none"], '
        '"language": "N/A", "structure": ["[0:00] Intro", {"section": "Verse 1", "time": "0:14 - 0:40"}, {"part": "Outro"}, "Bridge"], "tempo": 120}'
    )
    assert heard.genres == ["Jazz", "Bossa Nova"] and heard.instruments == [] and heard.moods == ["calm"]
    assert heard.vocals == "female lead, choir" and heard.language is None
    assert [(p.name, p.start_s) for p in heard.structure] == [
        ("Intro", 0),
        ("Verse 1", 14),
        ("Outro", None),
        ("Bridge", None),
    ]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", "no JSON object"),
        ("It is jazz.", "no JSON object"),
        ('{"genres": [', "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ("{}", "holds anything"),
        ('{"tempo": 120}', "holds anything"),
        ('{"genres": [1, 2]}', "genres"),
        ('{"structure": [{"start": 3}]}', "structure.0.name"),
        ('{"structure": [{"name": "a", "start": -4}]}', "greater than or equal"),
        ('{"vocals": {"lead": true}}', "vocals"),
        ("{" * 50_000, "no JSON object"),
    ],
)
def test_what_cannot_be_used_says_why(answer: str, why: str) -> None:
    with pytest.raises(Unusable, match=why):
        parse(answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "start", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Heard.model_fields, "other"]), JSON))
def test_any_object_is_either_valid_or_refused(value: dict[str, object]) -> None:
    try:
        heard = parse(json.dumps(value))
    except Unusable as refused:
        assert str(refused)
    else:
        assert parse(heard.model_dump_json()) == heard
        assert not heard.says_nothing
