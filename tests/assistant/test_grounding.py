"""What may be said: supported claims pass, invented ones are cut, however the text arrives."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from assistant.grounding import NOTHING_LEFT, Checker, Evidence, unsupported
from index.entities import EntityIndex

NAMES = EntityIndex.of(
    [
        ("3", "Patience", ['Nas & Damian "Jr. Gong" Marley'], None),
        ("1", "Blue Ferry", ["The Quay Street Nine"], "Second Line"),
        ("2", "Iron Choir", ["Grave Meridian"], None),
    ]
)
SEEN: list[Any] = [
    {"handle": "T1", "title": "Blue Ferry", "artists": ["The Quay Street Nine"], "year": 1968, "tempo_bpm": 71.6, "key": "C# minor", "meter": "7/8"},
    {"lines": [{"time": "1:05", "text": "The lamps along the harbour wall"}, {"text": "Oh hold on"}], "loudness_lufs": -14.26, "plays": 12345, "on": True, "off": None},
    {"caption": "A slow, sad blues with muted trumpet.", "sections": ["A 0:00–0:32"]},
    "I want something in a minor key from T3",
    {"title": "Patience", "artists": ['Nas & Damian "Jr. Gong" Marley']},
]  # fmt: skip


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    made = Evidence(NAMES)
    made.add(SEEN)
    return made


@pytest.mark.parametrize(
    "sentence",
    [
        "T1 “Blue Ferry” by The Quay Street Nine (1968) is slow.",
        "It runs at 72 BPM.", "It runs at 71.6 BPM.", "It runs at 72BPM.", "Precisely 71.60 BPM.",
        "It is in C# minor.", "It is in C♯ minor.", "It is in Db minor.", "It is in D-flat Minor.", "It is in C sharp minor.",
        "It is in 7/8.",
        "Loudness is -14.3 LUFS.", "Loudness is −14.3 LUFS.", "Loudness is -14,3 LUFS.",
        "It lifts at 0:32.", "At 1:05 she sings “The lamps along the harbour wall”.", "At 1:06 it starts.",
        '> "The lamps along the harbour wall"', "> [1:05] The lamps along the harbour wall", "> oh hold on",
        "“the lamps … harbour wall” is the line.", "She sings “The lamps along", 'She sings "The lamps along the harbour', 'along the harbour wall" she sings.',
        "Here are 5 tracks, 2 of them slow.", "3. T1 is the third.", "It was played 12,345 times.", "A “lazy night” feeling.",
        '1. T1 “Patience” by Nas & Damian "Jr.', 'Gong" Marley: Nas & Damian "Jr.', 'Gong" Marley is known for hip hop.',
        "It sits between 71.6-72 BPM.", "A TR-808 and an m3u8 file evening-2.m3u8.", "",
    ],
)  # fmt: skip
def test_supported(sentence: str, evidence: Evidence) -> None:
    assert unsupported(sentence, evidence) is None


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("T2 is better.", "T2"),
        ("It runs at 96 BPM.", "96"), ("It runs at 96BPM.", "96"), ("It runs at 71.2 BPM.", "71.2"), ("A range of 72-96 BPM.", "96"), ("A range of 72–96 BPM.", "96"),
        ("It runs at 12 BPM.", "12"), ("About 15% of it.", "15"), ("It has 15 percent bass.", "15"),
        ("Loudness is 14.3 LUFS.", "14.3"), ("Loudness is -9 LUFS.", "-9"),
        ("It is from 1971.", "1971"), ("It was played 12,346 times.", "12,346"),
        ("It is in C minor.", "C minor"), ("It is in C# major.", "C# major"), ("It is in A minor.", "A minor"), ("It is in D Minor.", "D Minor"), ("It is in E-flat major.", "E-flat major"),
        ("It is in 5/4.", "5/4"),
        ("It lifts at 2:32.", "2:32"),
        ("She sings “the ships along the harbour wall”.", "the ships along the harbour wall"), ('She sings "the ships along the wall".', "the ships along the wall"),
        ("> an invented line", "an invented line"), ("> hold off", "hold off"),
        ("She sings “An invented line of hers", "An invented line of hers"), ("that nobody ever wrote” she sings.", "that nobody ever wrote"),
        ('She sings "an invented line of hers', "an invented line of hers"), ("Sie singt „eine ganz andere Zeile“.", "eine ganz andere Zeile"), ("Elle chante «une autre ligne encore».", "une autre ligne encore"),
        ("Try “Iron Choir” instead.", "Iron Choir"), ("Try Grave Meridian instead.", "Grave Meridian"), ("Second Line follows with Iron Choir.", "Iron Choir"),
    ],
)  # fmt: skip
def test_invented(sentence: str, claim: str, evidence: Evidence) -> None:
    found = unsupported(sentence, evidence)
    assert found and found.strip(" .") == claim


def checked(pieces: list[str], evidence: Evidence) -> tuple[str, str, list[str]]:
    checker = Checker(evidence)
    shown = "".join([*(checker.feed(p) for p in pieces), checker.finish()])
    return shown, checker.said, [c.sentence for c in checker.cuts]


def test_only_the_sentence_with_the_claim_goes(evidence: Evidence) -> None:
    shown, said, cuts = checked(
        ["It is slow. It runs at 96 BPM. It is sad.\nT9 too.\n\n1. **T1** “Blue Ferry” (1968): fine."], evidence
    )
    assert shown == said == "It is slow. It is sad.\n1. **T1** “Blue Ferry” (1968): fine."
    assert cuts == ["It runs at 96 BPM.", "T9 too."]


def test_a_list_keeps_its_rows_and_loses_whole_ones(evidence: Evidence) -> None:
    text = "Two:\n\n1. **T1** “Blue Ferry”: slow.\n2. **T7** “Blue Ferry” (1999): sad.\n10. T1 again."
    assert checked([text], evidence)[0] == "Two:\n\n1. **T1** “Blue Ferry”: slow.\n10. T1 again."
    assert checked(["Good. It has 96 beats.\n\nT1 stays."], evidence)[0] == "Good. \n\nT1 stays."


def test_when_nothing_is_left_a_plain_word_is_said(evidence: Evidence) -> None:
    assert checked(["It runs at 96 BPM."], evidence) == (NOTHING_LEFT, NOTHING_LEFT, ["It runs at 96 BPM."])
    assert checked([""], evidence) == ("", "", [])


PIECES = st.lists(
    st.sampled_from(
        ["It is slow", "72 BPM", "96 BPM", " T1", " T8", ". ", ".", "!", "\n", "\n\n", " ", "  ", "“Blue Ferry”", "“Iron", " Choir”", '"', "> ", "1. ", "12. ", "(1968)", "(", "Ünder", "a"]
    ),
    max_size=25,
)  # fmt: skip


@given(PIECES, st.lists(st.integers(0, 200), max_size=30))
@settings(max_examples=300, deadline=None)
def test_chunks_do_not_matter(parts: list[str], places: list[int]) -> None:
    evidence = Evidence(NAMES)
    evidence.add(SEEN)
    text = "".join(parts)
    ends = sorted({0, len(text), *(p for p in places if p < len(text))})
    chunks = [text[a:b] for a, b in pairwise(ends)]
    assert checked(chunks, evidence) == checked([text], evidence) == checked(list(text), evidence)


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    evidence = Evidence(NAMES)
    evidence.add(text)
    checked([text], evidence)


@given(st.floats(-60, 400, allow_nan=False), st.integers(0, 2))
def test_a_number_is_supported_at_any_rounding(value: float, decimals: int) -> None:
    evidence = Evidence(NAMES)
    evidence.add({"x": value})
    assert evidence.has_number(round(value, decimals), decimals)
    assert not evidence.has_number(round(value, decimals) + 1.1, decimals)


def test_a_whole_profile_supports_no_number() -> None:
    made = Evidence(NAMES)
    made.add(
        {"kind": "analysis", "measured": {"tempo_bpm": 96.0}, "profile": {"beats_s": [n / 7 for n in range(2000)]}}
    )
    assert unsupported("It runs at 96 BPM.", made) is None
    assert unsupported("It runs at 141 BPM.", made) is not None
