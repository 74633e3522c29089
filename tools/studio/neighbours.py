"""The tracks of a catalogue that sound nearest to one's own, with what is shared and what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from index.catalogue import Catalogue
from index.profile import Profile
from index.sound import sound_of
from index.track import Track
from tools.captions import sound_words
from tools.studio.registers import is_sung

_NEAR_BPM, _FAR_BPM = 4.0, 12.0
_BRIGHTER = 1.35  # ratio of brightness from which one sounds brighter than the other
_LOUDER_LU = 3.0


@dataclass(frozen=True)
class Neighbour:
    """A track, how alike it sounds (0 to 1), and in words what both have and what only one has."""

    track: Track
    likeness: float
    shared: tuple[str, ...]
    differs: tuple[str, ...]


def nearest(
    catalogue: Catalogue, profile: Profile, count: int = 6, but: Collection[str] = (), vocals: str | None = None
) -> list[Neighbour]:
    """The nearest tracks that may be shown, best first; declared AI is left out, as everywhere, and those of `but`.

    `vocals` is what is declared of one's own track."""
    catalogue = catalogue.snapshot()
    hidden = {*catalogue.ledger.blocked(), *but}
    ids = [i for i in catalogue.store.ids() if i not in hidden]
    likeness = catalogue.sounds.likeness_to(sound_of(profile), ids)
    found: list[Neighbour] = []
    for identity, value in sorted(zip(ids, likeness, strict=True), key=lambda pair: -pair[1]):
        track = catalogue.track(identity)
        if track and track.profile and track.rights.ai_status != "declared_ai" and value > 0:
            differs = [*_differs(profile, track.profile)]
            sung = is_sung(track.vocals, track.profile)
            if sung != is_sung(vocals, profile):
                differs.append("sung" if sung else "without a voice")
            found.append(Neighbour(track, float(value), tuple(_shared(profile, track.profile)), tuple(differs)))
        if len(found) == count:
            break
    return found


def _shared(mine: Profile, other: Profile) -> Iterator[str]:
    if mine.fingerprint and mine.fingerprint == other.fingerprint:
        yield "the same recording, by its sound"
    if mine.tempo.sure_bpm and other.tempo.sure_bpm and abs(mine.tempo.sure_bpm - other.tempo.sure_bpm) <= _NEAR_BPM:
        yield f"tempo ({other.tempo.sure_bpm:.0f} BPM)"
    if mine.key and other.key and (mine.key.tonic, mine.key.mode) == (other.key.tonic, other.key.mode):
        yield f"key ({other.key.name})"
    elif mine.key and other.key and mine.key.mode == other.key.mode:
        yield mine.key.mode
    if mine.meter and mine.meter == other.meter:
        yield f"meter ({mine.meter})"
    yield from (word for word in sound_words(mine) if word in sound_words(other))


def _differs(mine: Profile, other: Profile) -> Iterator[str]:
    """As seen from one's own track: what the other one is."""
    if mine.tempo.sure_bpm and other.tempo.sure_bpm and abs(mine.tempo.sure_bpm - other.tempo.sure_bpm) > _FAR_BPM:
        yield f"{'faster' if other.tempo.sure_bpm > mine.tempo.sure_bpm else 'slower'} ({other.tempo.sure_bpm:.0f} BPM)"
    if mine.key and other.key and mine.key.mode != other.key.mode:
        yield f"in {other.key.mode}"
    if mine.timbre.brightness_hz and other.timbre.brightness_hz:
        ratio = other.timbre.brightness_hz / mine.timbre.brightness_hz
        if ratio > _BRIGHTER or ratio < 1 / _BRIGHTER:
            yield "brighter" if ratio > 1 else "darker"
    if mine.loudness.integrated_lufs is not None and other.loudness.integrated_lufs is not None:
        gap = other.loudness.integrated_lufs - mine.loudness.integrated_lufs
        if abs(gap) > _LOUDER_LU:
            yield f"{'louder' if gap > 0 else 'quieter'} by {abs(gap):.0f} LU"
