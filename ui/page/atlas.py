"""The map of the catalogue as HTML: a dot a track, coloured by genre; what was found last lights up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from index.atlas import Place, apart
from ui.page.cards import e

_COLOURS = 8
_SIZE = 1000


def drawn(places: Sequence[Place], hidden: Collection[str] = ()) -> str:
    """The map without tracks that are not to be shown; `page.js` lights dots up and tells what they are."""
    shown = [p for p in places if p.id not in hidden]
    genres = [g for g, _ in Counter(p.genre for p in shown if p.genre).most_common(_COLOURS)]
    radius = max(4.0, min(13.0, 260 / max(len(shown), 1) ** 0.5))
    dots = "".join(_dot(p, genres, radius) for p in apart(shown, 2 * radius / _SIZE))
    legend = "".join(f'<li><span class="ln-g{n}"></span>{e(g)}</li>' for n, g in enumerate(genres))
    return f"""<div class="ln-map"><svg viewBox="-20 -20 {_SIZE + 40} {_SIZE + 40}" role="group" aria-label="Map of the catalogue: near each other is what is described alike">{dots}</svg>
<div class="ln-map-told" aria-live="polite">Near each other is what is described alike. Choose a dot.</div><ul class="ln-legend">{legend}<li><span class="ln-gx"></span>other</li></ul></div>"""


def _dot(place: Place, genres: Sequence[str], radius: float) -> str:
    colour = genres.index(place.genre) if place.genre in genres else "x"
    return f'<circle class="ln-dot ln-g{colour}" cx="{place.x * _SIZE:.0f}" cy="{place.y * _SIZE:.0f}" r="{radius:.1f}" tabindex="0" role="button" data-dot="{e(place.id)}" aria-label="{e(place.label)}"><title>{e(place.label)}</title></circle>'
