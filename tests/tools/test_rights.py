"""What may be shown of lyrics, and how makers are credited."""

from __future__ import annotations

import pytest

from index.track import Credit, Rights
from tests.tools.making import track
from tools.rights import ai_words, attribution, displayable, training_words, transcribable


@pytest.mark.parametrize(
    ("display", "licence", "shown", "policy"),
    [
        ("none", None, 0, "none"),
        ("none", "CC0-1.0", 0, "none"),
        ("excerpt", None, 2, "excerpt"),
        ("excerpt", "CC0-1.0", 2, "excerpt"),
        ("full", None, 2, "excerpt"),
        ("full", "", 2, "excerpt"),
        ("full", "CC0-1.0", 5, "full"),
    ],
)
def test_policy(display: str, licence: str | None, shown: int, policy: str) -> None:
    result = displayable(track(display=display, licence=licence))
    assert (len(result.lines), result.display) == (shown, policy)
    assert result.reason
    if policy == "full":
        assert licence and licence in result.reason


def test_an_excerpt_counts_lines_with_words_only() -> None:
    assert [line.text for line in displayable(track()).lines] == ["one morning line", "two evening lines"]


def test_a_track_without_a_sheet_shows_nothing() -> None:
    assert displayable(track(lyrics=None, display="full", licence="CC0-1.0")).lines == ()


def test_a_credit_line_holds_what_is_declared_and_nothing_else() -> None:
    credits = (Credit(role="composer", name="Bo Lind"), Credit(role="label", name="Quay"))
    full = track(
        album="Steam", year=1999, isrc="SEXXX9900001", rights=Rights(licence="CC BY 4.0", credits=credits), lyrics=None
    )
    assert (
        attribution(full)
        == "“Kettle” by Ada Finch. Steam. 1999. composer: Bo Lind; label: Quay. ISRC SEXXX9900001. CC BY 4.0"
    )
    assert attribution(track(title=None, artists=())) == "“x1”"


def test_ai_status_comes_with_its_source_and_unknown_stays_unknown() -> None:
    assert "no declaration" in ai_words(track())
    declared = track(rights=Rights(ai_status="declared_ai", ai_source="tag CONTAINSAI"))
    assert ai_words(declared) == "declared as made with AI (tag CONTAINSAI)"
    assert "by people" in ai_words(track(rights=Rights(ai_status="declared_human")))


@pytest.mark.parametrize(
    ("display", "licence", "vocals", "why"),
    [
        ("full", "CC BY", None, None),
        ("full", None, None, "without a licence"),
        ("excerpt", "CC BY", None, "two lines at most"),
        ("none", "CC BY", None, "does not allow"),
        ("full", "CC BY", "instrumental", "declared instrumental"),
    ],
)
def test_words_are_written_down_only_where_full_display_is_licensed(
    display: str, licence: str | None, vocals: str | None, why: str | None
) -> None:
    reason = transcribable(track(display=display, licence=licence, vocals=vocals))
    assert reason is None if why is None else why in str(reason)


def test_what_is_declared_on_learning_machines() -> None:
    assert training_words(track()) == "nothing is declared on AI training"
    forbidden = track().model_copy(
        update={"rights": Rights(training="forbidden", training_source="column ai_training")}
    )
    assert training_words(forbidden) == "AI training is declared forbidden (column ai_training)"
