"""Whether a value is as a dialog wants it, in words when it is not."""

from __future__ import annotations

import re
from typing import Any

from eval_dialogs.schema import Match, Value


def mismatch(value: Any, wanted: Value) -> str | None:
    """What was expected, when `value` is not so; None when it is. A plain list means a subset, a plain value itself."""
    if not isinstance(wanted, Match):
        wanted = Match(subset=wanted) if isinstance(wanted, list) else Match(exact=wanted)
    return next((expected for expected, holds in _conditions(value, wanted) if not holds), None)


def part(value: Any, path: str) -> Any:
    """What stands at a way such as `shown.0.title`; raises `LookupError` where there is nothing."""
    for step in path.split("."):
        if isinstance(value, list) and step.lstrip("-").isdecimal():
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value[step]
        else:
            raise LookupError(path)
    return value


def _conditions(value: Any, wanted: Match) -> list[tuple[str, bool]]:
    given = wanted.model_fields_set
    have = {_plain(v) for v in value} if isinstance(value, list | tuple) else {_plain(value)}
    number = isinstance(value, int | float) and not isinstance(value, bool)
    rows: list[tuple[str, bool]] = []
    if "exact" in given:
        rows.append((repr(wanted.exact), _plain(value) == _plain(wanted.exact)))
    if wanted.subset is not None:
        rows.append((f"with {wanted.subset}", {_plain(v) for v in wanted.subset} <= have))
    if wanted.excludes is not None:
        rows.append((f"without {wanted.excludes}", not {_plain(v) for v in wanted.excludes} & have))
    if wanted.regex is not None:
        rows.append((f"/{wanted.regex}/", bool(re.search(wanted.regex, str(value or ""), re.IGNORECASE))))
    if wanted.min is not None:
        rows.append((f"at least {wanted.min:g}", number and value >= wanted.min))
    if wanted.max is not None:
        rows.append((f"at most {wanted.max:g}", number and value <= wanted.max))
    length = len(value) if isinstance(value, list | tuple | str | dict) else 0
    if wanted.min_length is not None:
        rows.append((f"{wanted.min_length} long at least", length >= wanted.min_length))
    if wanted.max_length is not None:
        rows.append((f"{wanted.max_length} long at most", length <= wanted.max_length))
    if wanted.given is not None:
        rows.append(("a value" if wanted.given else "no value", (value not in (None, [], "")) == wanted.given))
    return rows


def _plain(value: Any) -> Any:
    """Texts without case; lists and mappings as something that can be compared; yes and no are no numbers."""
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, list | tuple):
        return tuple(_plain(v) for v in value)
    if isinstance(value, dict):
        return tuple(sorted((k, _plain(v)) for k, v in value.items()))
    return value
