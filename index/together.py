"""Which wishes go together: a track that has words for all of them is needed for that."""

from __future__ import annotations

from collections.abc import Sequence

from index.catalogue import Catalogue
from index.ranking import strength

_NEAR = 0.3  # what often goes with a wish meets a new one, since the old ones would hide it
_SAID = 0.5  # of the plainest mention: what a wish often goes with does not meet it


def let_go(catalogue: Catalogue, old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Of `old` wishes those that no track meets beside the `new` ones, the newest kept first; none where nothing meets the new
    ones themselves, as where there are no words but names."""
    table = catalogue.table
    meets = None
    for concept in new:
        said = strength(table, concept) >= _NEAR
        meets = said if meets is None else meets & said
    if meets is None or not meets.any():
        return []
    gone = []
    for concept in reversed(old):
        both = meets & (strength(table, concept) >= _SAID)
        if both.any():
            meets = both
        else:
            gone.append(concept)
    return gone
