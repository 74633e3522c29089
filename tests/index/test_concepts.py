"""Concepts in text: what is named, where, and what is ruled out."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.concepts import concept_spans, vocabulary


def wanted(text: str) -> set[str]:
    return {m.concept for m in vocabulary().mentions(text) if not m.negated}


def banned(text: str) -> set[str]:
    return {m.concept for m in vocabulary().mentions(text) if m.negated}


@pytest.mark.parametrize(
    ("text", "held", "ruled_out"),
    [
        ("no drums or bass, but a banjo", {"banjo"}, {"drums", "bass"}),
        ("nothing but strings", {"strings"}, set()),
        ("anything but metal", set(), {"metal"}),
        ("calm, without drums, piano or vocals", {"relaxing"}, {"drums", "piano", "vocals"}),
        ("no drums, piano please", {"piano"}, {"drums"}),
        ("jazz without drums, sad or slow", {"jazz", "sad", "slow"}, {"drums"}),
        ("drum-free piano", {"piano"}, {"drums"}),
        ("not only piano but violin", {"piano", "violin"}, set()),
        ("not just jazz", {"jazz"}, set()),
        ("jazz without saxophone, with a trumpet", {"jazz", "trumpet"}, {"saxophone"}),
        ("leave out anything with drums", set(), {"drums"}),
        ("neither violin nor cello", set(), {"violin", "cello"}),
        ("I don't want accordion. Piano please", {"piano"}, {"accordion"}),
        ("instead of rock give me folk", {"folk"}, {"rock"}),
        ("I would rather have flamenco", {"flamenco"}, set()),
        ("rather sad, with a harp", {"sad", "harp"}, set()),
        ("jazz rather than rock", {"jazz"}, {"rock"}),
        ("a flute and no harp", {"flute"}, {"harp"}),
        ("ohne Schlagzeug, mit Klavier", {"piano"}, {"drums"}),
        ("sin bateria, con violin", {"violin"}, {"drums"}),
        ("sans accordéon", set(), {"accordion"}),
        ("senza chitarra", set(), {"guitar"}),
        ("keine Geige", set(), {"violin"}),
        ("nicht so traurig", set(), {"sad"}),
        ("nicht traurig, sondern fröhlich", {"happy"}, {"sad"}),
        ("no drums or piano or strings or guitar", set(), {"drums", "piano", "strings", "guitar"}),
        (
            "I don't want anything with drums or piano or strings or vocals",
            set(),
            {"drums", "piano", "strings", "vocals"},
        ),
        ("weniger traurig", set(), {"sad"}),
        ("pas trop rapide", set(), {"fast"}),
        ("moins triste", set(), {"sad"}),
        ("jamais de jazz", set(), {"jazz"}),
        ("nada de jazz, pero con piano", {"piano"}, {"jazz"}),
        ("menos triste", set(), {"sad"}),
        ("niente jazz", set(), {"jazz"}),
        ("não muito triste", set(), {"sad"}),
        ("inte så sorgligt", set(), {"sad"}),
        ("inga trummor", set(), {"drums"}),
        ("that is too sad", set(), {"sad"}),
        ("zu traurig", set(), {"sad"}),
        ("trop triste", set(), {"sad"}),
        ("not too sad", set(), {"sad"}),
        ("with a harp too, sad and slow", {"harp", "sad", "slow"}, set()),
        ("some jazz too", {"jazz"}, set()),
        ("not sad enough", {"sad"}, set()),
        ("there is not enough piano", {"piano"}, set()),
        ("I have had enough piano", set(), {"piano"}),
        ("enough of the jazz", set(), {"jazz"}),
        ("the happiest, please", {"happy"}, set()),
        ("what is the saddest song", {"sad"}, set()),
        ("the dreamiest", {"dreamy"}, set()),
    ],
)
def test_negation(text: str, held: set[str], ruled_out: set[str]) -> None:
    assert (wanted(text), banned(text)) == (held, ruled_out)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing noisy", ["noisy"]),
        ("without zorbling or drums", ["zorbling"]),
        ("no zorblers, please", ["zorblers"]),
        ("ohne Gejodel", ["Gejodel"]),
        ("no drums", []),
        ("no problem", []),
        ("no, play it", []),
        ("nothing else", []),
        ("there is no need to hurry", []),
    ],
)
def test_words_without_a_concept_are_ruled_out_too(text: str, words: list[str]) -> None:
    assert [text[w.start : w.end] for w in vocabulary().words_ruled_out(text)] == words


@given(st.text(max_size=200))
def test_mentions_stand_in_the_text_in_order(text: str) -> None:
    found = vocabulary().mentions(text)
    assert all(0 <= m.start < m.end <= len(text) for m in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(m.concept in vocabulary().kinds for m in found)


def test_every_concept_is_found_by_its_own_name_and_negated_by_without() -> None:
    for concept in vocabulary().kinds:
        assert vocabulary().name(concept) == concept
        [plain] = vocabulary().mentions(concept)
        assert (plain.concept, plain.start, plain.end, plain.negated) == (concept, 0, len(concept), False)
        if concept != "vocals":
            assert banned(f"without {concept}") == {concept}
    assert wanted("without vocals") == {"instrumental"}


def test_the_longest_phrase_wins() -> None:
    assert wanted("an upright bass") == {"double bass"}
    assert wanted("electronic drums") == {"drum machine"}


def test_other_languages_and_inflections() -> None:
    assert wanted("ruhiges Klavier") >= {"piano"}
    assert wanted("guitarra acústica") == {"acoustic guitar"}
    assert wanted("una melodía soñadora") == wanted("mélodie rêveuse") == {"dreamy"}
    assert wanted("música épica") == {"epic"} and wanted("musica barocca") == {"baroque"}
    assert wanted("laute Musik") == {"energetic"} and wanted("mit Laute") == {"lute"}


@pytest.mark.parametrize(
    ("concept", "words"),
    [
        ("celtic", ("keltische Musik", "musique celtique", "música celta", "musica celtica", "keltisk musik")),
        ("eerie", ("etwas Gruseliges", "musique effrayante", "música aterradora", "musica spaventosa", "música assustadora", "läskig musik")),
        ("road trip", ("zum Autofahren", "pour conduire", "para conducir", "per guidare", "para dirigir")),
        ("clarinet", ("Klarinette", "clarinette", "clarinete", "clarinetto", "klarinett")),
        ("medieval", ("mittelalterliche Lieder", "musique médiévale", "música medieval", "medeltida musik")),
    ],
)  # fmt: skip
def test_a_concept_in_six_languages(concept: str, words: tuple[str, ...]) -> None:
    assert [wanted(said) for said in words] == [{concept}] * len(words)


def test_relations_name_known_concepts_and_broader_is_transitive() -> None:
    v = vocabulary()
    for table in (v.broader, v.near, v.opposite):
        assert {c for concept, others in table.items() for c in (concept, *others)} <= v.kinds.keys()
    for concept, above in v.broader.items():
        assert {far for near in above for far in v.broader.get(near, ())} <= set(above), concept


def test_narrower_holds_what_a_concept_covers() -> None:
    assert {"brass", "trumpet", "tuba"} <= vocabulary().narrower("brass")
    assert vocabulary().narrower("strings") >= {"violin", "fiddle", "cello"}
    assert vocabulary().narrower("banjo") == {"banjo"}


def test_concept_spans_leave_out_what_is_negated() -> None:
    spans = concept_spans("Piano, then piano again; no drums.")
    assert {c: [(m.start, m.end) for m in ms] for c, ms in spans.items()} == {"piano": [(0, 5), (12, 17)]}


def test_a_slip_of_the_pen_is_read_as_it_was_meant_where_it_is_no_word() -> None:
    english = {"piano", "saxophone", "accordion", "happy", "cello", "lute", "with", "and", "late"}
    found = vocabulary().mentions("hapy saxaphone, no acordion, a late celo and pinao", english.__contains__)
    assert [(m.concept, m.negated) for m in found] == [("happy", False), ("saxophone", False), ("accordion", True), ("cello", False), ("piano", False)]  # fmt: skip
    assert [m.concept for m in vocabulary().mentions("hapy saxaphone")] == []
