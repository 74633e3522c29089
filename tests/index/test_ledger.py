"""Decisions of rights holders: they last, they count at once, and a changed line is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import UserError
from index.ledger import FILE, Decision, Ledger


def decision(act: str, track: str = "a") -> Decision:
    return Decision("2026-11-25T10:00:00+00:00", "label", act, track, "a notice")  # type: ignore[arg-type]


def test_the_last_word_about_a_track_counts(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert ledger.decisions() == [] and ledger.blocked() == {}
    ledger.add([decision("block"), decision("block", "b")])
    ledger.add([decision("unblock", "b"), decision("withdraw", "c")])
    other = Ledger(tmp_path)
    assert other.blocked().keys() == {"a", "c"} and other.withdrawn().keys() == {"c"}
    assert [d.act for d in other.decisions()] == ["block", "block", "unblock", "withdraw"]


def test_another_program_s_decision_is_seen(tmp_path: Path) -> None:
    reader = Ledger(tmp_path)
    assert not reader.blocked()
    Ledger(tmp_path).add([decision("block")])
    assert reader.blocked().keys() == {"a"}


@pytest.mark.parametrize("change", ["reason", "drop", "garbage"])
def test_a_changed_file_is_noticed(tmp_path: Path, change: str) -> None:
    Ledger(tmp_path).add([decision("block"), decision("unblock"), decision("block", "b")])
    path = tmp_path / FILE
    lines = path.read_text().splitlines()
    if change == "reason":
        lines[0] = json.dumps(json.loads(lines[0]) | {"reason": "never mind"})
    elif change == "drop":
        del lines[1]
    else:
        lines[1] = "{"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(UserError, match=f"{FILE}:2"):
        Ledger(tmp_path).blocked()
