"""One track of each: of each decade, of each artist."""

from __future__ import annotations

from collections.abc import Sequence

from index.query import Each
from index.store import Store

_VALUES: dict[Each, str] = {
    "decade": "year / 10", "year": "year", "language": "lower(language)", "key": "tonic || ' ' || mode", "meter": "meter",
    "artist": "lower(nullif(json_extract(json, '$.artists'), '[]'))", "album": "lower(json_extract(json, '$.album'))",
    "genre": "lower(json_extract(json, '$.genres[0]'))",
}  # fmt: skip
_JOINT: dict[Each, str] = {
    "decade": "from", "year": "from", "album": "from", "artist": "by", "language": "in", "key": "in", "meter": "in", "genre": "of",
}  # fmt: skip


def each_words(each: Each) -> str:
    """ "one from each decade"."""
    return f"one {_JOINT[each]} each {each}"


def one_of_each(store: Store, each: Each, ids: Sequence[str]) -> set[str]:
    """Of tracks in an order the first with each value. Those of which it is not known are left out; where it is known of none, all
    stay, since none is known to be like another."""
    value = {str(i): v for i, v in store.rows(f"SELECT id, {_VALUES[each]} FROM tracks")}
    first = {value[i]: i for i in reversed(ids) if value.get(i)}
    return set(first.values()) if first else set(ids)
