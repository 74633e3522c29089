"""Simulated listeners: they never give the track away, they stop when they have it, and a catalogue that answers is found out."""

from __future__ import annotations

import pytest

from assistant.events import Reply
from assistant.reply import Assistant
from assistant.served import ServedModel
from eval_dialogs.listener import PERSONAS, Goal, Hunt, Listener, Outcome, Persona, goals, hunt
from eval_dialogs.model_listener import ModelListener
from index.catalogue import Catalogue
from index.words import plain
from tests.assistant.served import serving


def test_goals_can_be_found_and_are_drawn_by_their_seed(catalogue: Catalogue) -> None:
    found = goals(catalogue, 10, 3)
    assert found == goals(catalogue, 10, 3) != goals(catalogue, 10, 4)
    assert len(found) == 10 and all(len(g.concepts) >= 3 for g in found)
    assert "w15" not in {g.track for g in goals(catalogue, 100, 1)}  # declared as made with AI: never shown unasked


@pytest.mark.parametrize("persona", PERSONAS)
def test_most_tracks_are_found_and_none_is_named(assistant: Assistant, persona: Persona) -> None:
    hunts = []
    for n, goal in enumerate(goals(assistant.catalogue, 15, 1)):
        hunts.append(hunt(assistant, Listener(goal, assistant.catalogue, persona), goal, f"h{n}", persona))
    outcome = Outcome(tuple(hunts))
    assert outcome.met >= 0.8 and (outcome.turns or 99) <= 3
    for h in hunts:
        track = assistant.catalogue.track(h.goal.track)
        assert track and not any(plain(track.name) in plain(w) or plain(track.by) in plain(w) for w in h.said)
        assert len(h.said) == h.turns <= 10 and len(set(h.said)) == len(h.said)


def test_the_same_seed_says_the_same(assistant: Assistant) -> None:
    goal = goals(assistant.catalogue, 1, 5)[0]
    one, two = (hunt(assistant, Listener(goal, assistant.catalogue, "vague", 2), goal, t, "vague") for t in ("a", "b"))
    assert one == two


def test_what_is_wrong_with_what_was_shown_is_said(catalogue: Catalogue) -> None:
    goal = Goal("w16", "Slow Orbit", ("ambient", "relaxing", "synth"), 60.0, 2019)
    listener = Listener(goal, catalogue)
    assert listener.say(None)
    loud = {"id": "w09", "title": "Iron Choir", "tempo_bpm": 200.0, "year": 1980}
    said = [listener.say(Reply("", shown=[loud])) for _ in range(8)]
    words = " | ".join(s for s in said if s)
    assert "slower" in words and "newer" in words and "without" in words
    assert said[-1] is None or len(set(said)) == len(said)


def test_outcomes() -> None:
    goal = Goal("x", "X", ("a",))
    hunts = (
        Hunt(goal, "brisk", True, 1, ("a",)),
        Hunt(goal, "brisk", True, 3, ("a",)),
        Hunt(goal, "brisk", False, 10, ()),
    )
    assert (Outcome(hunts).met, Outcome(hunts).turns) == (pytest.approx(2 / 3), 2)
    assert (Outcome(()).met, Outcome(()).turns) == (0.0, None)


def test_a_model_plays_the_listener(assistant: Assistant) -> None:
    goal = goals(assistant.catalogue, 1, 1)[0]
    lines = [
        {"reasoning": "Begin.", "content": "<think>hm</think>Something sad."},
        {"content": "With accordion?"},
        {"content": "DONE."},
    ]
    with serving(lines) as script:
        model = ServedModel(model="tiny", base_url=script.url, api_key="x")  # type: ignore[arg-type]
        held = hunt(
            assistant, ModelListener(model, Goal("none", "", goal.concepts)), Goal("none", "", ()), "m", "brisk"
        )
    assert held.said == ("Something sad.", "With accordion?") and not held.met
    prompt = script.requests[0]["messages"][0]["content"]
    assert goal.concepts[0] in prompt and goal.title not in prompt
    assert [m["role"] for m in script.requests[1]["messages"]] == ["system", "user", "assistant", "user"]
