"""The figures of a run.

pass^k is the chance that a dialog passes k times out of k. It is estimated without bias from n attempts of which c
passed as C(c, k) / C(n, k), and averaged over dialogs (Yao et al., tau-bench, arXiv:2406.12045). Attempts that ended
in an error say nothing about the answers and are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from eval_dialogs.results import DialogResult, Score


def pass_hat(n: int, c: int, k: int) -> float:
    """The share of the ways to choose k of n attempts in which all k passed; raises ValueError unless c, k <= n."""
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"pass^{k} of {c} in {n} attempts")
    return comb(c, k) / comb(n, k)


def score(dialogs: Sequence[DialogResult]) -> Score:
    """All figures. pass^k goes up to the smallest number of attempts that any counted dialog has."""
    count = {
        outcome: sum(d.outcome == outcome for d in dialogs) for outcome in ("passed", "failed", "error", "skipped")
    }
    tried = [(n, c) for n, c in map(tries, dialogs) if n]
    most = min((n for n, _ in tried), default=0)
    repeated = [d for d in dialogs if tries(d)[0] > 1]
    return Score(
        passed=count["passed"],
        failed=count["failed"],
        errors=count["error"],
        skipped=count["skipped"],
        pass_hat={k: sum(pass_hat(n, c, k) for n, c in tried) / len(tried) for k in range(1, most + 1)},
        flaky=sum(d.flaky for d in repeated) / len(repeated) if repeated else None,
    )


def tries(dialog: DialogResult) -> tuple[int, int]:
    """How many attempts there are without error, and how many of them passed."""
    told = [attempt.outcome for attempt in dialog.attempts if attempt.outcome != "error"]
    return len(told), told.count("passed")
