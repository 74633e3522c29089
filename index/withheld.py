"""How many tracks a search left out as declared AI, where a listener should hear of it."""

from __future__ import annotations

from collections.abc import Sequence

from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.filters import Constraint, allowed
from index.naming import Names
from index.query import Query

_LOOK = 50  # tracks at once: nearly always the first of them are enough


def withheld(catalogue: Catalogue, query: Query, names: Names, unmet: Sequence[Constraint], banned: set[str]) -> int:
    """How many tracks by artists asked for, within limits that no other track meets, or that name all that is wanted where few others
    do, are declared as made with AI, where such tracks are left out; `banned` are ids that the query rules out."""
    if query.include_ai or query.only_ai:
        return 0
    if unmet:
        return len(catalogue.store.declared_ai([*(allowed(catalogue.store, unmet, True) or ())]))
    if not query.artists:
        return _fitting(catalogue, query, banned)
    asked = {i for i, sure in names.tracks.items() if sure >= 1}
    return len(catalogue.store.declared_ai([*(asked - names.titled)]))


def _fitting(catalogue: Catalogue, query: Query, banned: set[str]) -> int:
    """How many of those declared as made with AI name every wish, where fewer others do than are shown."""
    if not query.want or any(want not in vocabulary().kinds for want in query.want):
        return 0
    naming = (catalogue.table.naming(vocabulary().narrower(want)) for want in query.want)
    every = sorted(set.intersection(*naming) - banned)
    ai = others = 0
    for first in range(0, len(every), _LOOK):
        some = every[first : first + _LOOK]
        made = len(catalogue.store.declared_ai(some))
        ai, others = ai + made, others + len(some) - made
        if others >= query.count:
            return 0
    return ai
