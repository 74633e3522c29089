"""What was said is what was meant: intents, wishes, bans, names, references and comparisons, in several languages."""

from __future__ import annotations

import pytest

from assistant.embedded.understand import Reader
from assistant.embedded.understanding import Understanding
from tests.assistant.said import TABLE, Said
from tests.assistant.states import NOTHING, after

STATES = {"new": NOTHING, "shown": after(), "file": {**NOTHING, "files": ["F1: demo.wav"]}}


def names(text: str) -> set[str]:
    return {w for w in text.split(", ") if w}


def mistakes(said: Said, u: Understanding) -> list[str]:
    """Where the understanding differs from what was meant."""
    expected = (said.intent,) if isinstance(said.intent, str) else said.intent
    found = []
    if u.intent.intent not in expected:
        found.append(f"intent {u.intent.intent}")
    for name in ("want", "avoid"):
        meant = getattr(said, name)
        if meant is not None and set(getattr(u, name)) != names(meant):
            found.append(f"{name} {getattr(u, name)}")
    if said.artists is not None and u.artists != said.artists:
        found.append(f"artists {u.artists}")
    if said.refs is not None and u.refs.handles != said.refs:
        found.append(f"refs {u.refs.handles}")
    if said.compare is not None and {c.dimension for c in u.compare} != names(said.compare):
        found.append(f"compare {u.compare}")
    found += [f"{k} {u.fields.get(k)}" for k, v in said.fields.items() if u.fields.get(k) != v]
    return found


@pytest.mark.parametrize(("state", "said"), TABLE, ids=[said.text for _, said in TABLE])
def test_understood(state: str, said: Said, reader: Reader) -> None:
    assert mistakes(said, reader.understand(said.text, STATES[state])) == []


def test_the_table_is_large_enough() -> None:
    assert len(TABLE) >= 95
    assert len({said.text for _, said in TABLE}) == len(TABLE)


def test_a_banned_artist_is_a_ban_and_no_wish(reader: Reader) -> None:
    for text in (
        "skip anything by Grave Meridian",
        "I've had enough of Grave Meridian",
        "no more Grave Meridian please",
    ):
        u = reader.understand(text, after())
        assert (u.artists, u.avoid_artists) == ((), ("Grave Meridian",)), text


def test_vocals_are_fine_lifts_a_ban(reader: Reader) -> None:
    for text in ("vocals are fine", "actually I don't mind vocals", "singing is okay too"):
        assert "vocals" in reader.understand(text, after()).allow, text


def test_the_reading_keeps_the_listeners_words(reader: Reader) -> None:
    u = reader.understand("sad songs by Mira Solvang without banjo under 90 bpm", NOTHING)
    assert u.heard == (
        ("sad", "sad"), ("Mira Solvang", "the artist Mira Solvang"), ("banjo", "without banjo"), ("under 90 bpm", "tempo max 90.0"),
    )  # fmt: skip


def test_a_new_topic_needs_substance_and_no_leaning_on_the_old(reader: Reader) -> None:
    for text, fresh in (
        ("I'm looking for happy samba", True),
        ("find me some reggae", True),
        ("do you have anything by Volt Parade?", True),
        ("do you also have something with harp?", False),
        ("with strings", False),
        ("slower", False),
        ("I want more piano", False),
        ("show me more", False),
    ):
        assert reader.understand(text, after()).fresh_topic is fresh, text
    assert not reader.understand("I'm looking for happy samba", NOTHING).fresh_topic


@pytest.mark.parametrize(
    ("text", "count"),
    [("two waltzes", 2), ("12 jazz tracks", 12), ("a three chord rock song", None), ("90 bpm reggae", None), ("80s pop", None), ("one waltz", None), ("5/4 jazz", None)],
)  # fmt: skip
def test_a_number_before_a_kind_of_music_counts_tracks(reader: Reader, text: str, count: int | None) -> None:
    assert reader.understand(text, NOTHING).fields.get("count") == count
