"""Musical concepts that measurement bears out: tempo words, chords and their progressions, changes of key, meters, and what the form does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.profile import Chord, EventKind, Profile, clock
from index.spelling import shift
from index.store import Evidence

TEMPO = "measured tempo"
_SURE = 0.5  # confidence from which something is likelier than not
_EVENTS: dict[EventKind, tuple[str, str]] = {
    "build-up": ("crescendo", "a build-up"),
    "drop": ("beat drop", "a drop"),
    "break": ("breakdown", "a break"),
    "fade-out": ("fade-out", "a fade-out"),
}
_SHIFTS = {
    1: "key change up a semitone", 2: "key change up a whole tone", -2: "key change down a whole tone", -1: "key change down a semitone",
}  # fmt: skip
_TURNS = {("minor", "major"): "minor to major", ("major", "minor"): "major to minor"}
_SEVENTHS = ("7", "maj7", "min7", "hdim7", "9", "maj9", "min9")
_FULL_OF = 0.4  # of the time; sevenths that are told apart are right in most tracks from here on
_ODD = ("5", "7", "11", "13")  # beats of a bar

# Chord progressions by the names that musicians have for them. A loop may begin anywhere; a run stands in a progression as it is; of
# the three chords any order will do. What is the same in the relative minor stands beside it.
_LOOPS = {
    "I-V-vi-IV": ("I-V-vi-IV", "i-VI-III-VII"),
    "I-vi-IV-V": ("I-vi-IV-V", "I-vi-ii-V"),
    "andalusian cadence": ("i-VII-VI-V", "i-VII-VI-VII"),
    "canon progression": ("I-V-vi-iii-IV-I-IV-V",),
}
_RUNS = {
    "ii-V-I": ("ii-V-I", "ii-V-i"),
    "circle of fifths": ("vi-ii-V", "iii-vi-ii", "i-iv-VII-III", "III-VI-ii"),
    "minor plagal cadence": ("IV-iv-I",),
}
_THREE = {"I-IV-V": ({"I", "IV", "V"}, {"i", "iv", "v"}, {"i", "iv", "V"})}

PROGRESSIONS = frozenset((*_LOOPS, *_RUNS, *_THREE))


def is_heard(field: str) -> bool:
    """Whether evidence of such a field was heard in the sound and is told with its time; a tempo is told as a number."""
    return field.startswith("measured ") and field != TEMPO


def heard(profile: Profile) -> Iterator[Evidence]:
    """The concepts that a track's sound has, each with what was measured and, if it has one, the time of its first coming."""
    yield from _tempo(profile)
    yield from _meter(profile)
    yield from _keys(profile)
    yield from _chords(profile)
    yield from _events(profile)
    yield from _progressions(profile)


def _evidence(concept: str, of: str, words: str) -> Evidence:
    return Evidence(concept, f"measured {of}", None, None, words)


def _tempo(profile: Profile) -> Iterator[Evidence]:
    """Slow to 76 BPM (adagio), fast from 140 (allegro)."""
    bpm = profile.tempo.sure_bpm
    if bpm is not None and (
        word := "slow" if bpm <= 76 else "fast" if bpm >= 140 else "medium tempo" if 84 <= bpm <= 116 else ""
    ):
        yield Evidence(word, TEMPO, None, None, f"{bpm:.0f} BPM")


def _meter(profile: Profile) -> Iterator[Evidence]:
    if profile.meter and profile.meter.split("/")[0] in _ODD:
        yield _evidence("odd meter", "meter", profile.meter)


def _keys(profile: Profile) -> Iterator[Evidence]:
    """Changes of key by what the signature moves, since a key and its relative are taken for each other at times."""
    sure = [key for key in profile.keys if key.confidence >= _SURE]
    changes = [(a, b) for a, b in pairwise(sure) if a.name != b.name]
    found: dict[str, Evidence] = {}
    for before, key in changes:
        words = f"a change to {key.name} at {clock(key.start_s)}"
        moved = _SHIFTS.get(shift((before.tonic, before.mode), (key.tonic, key.mode)))
        for name in ("key change", *([moved] if moved else [])):
            found.setdefault(name, _evidence(name, "key", words))
    # with another tonic it may be a change of key whose one side was taken for its relative
    if changes and sure[0].tonic == sure[-1].tonic and (sure[0].mode, sure[-1].mode) in _TURNS:
        words = f"from {sure[0].name} to {sure[-1].name}, from {clock(sure[-1].start_s)}"
        name = _TURNS[sure[0].mode, sure[-1].mode]
        found[name] = _evidence(name, "key", words)
    yield from found.values()


def _chords(profile: Profile) -> Iterator[Evidence]:
    """Sevenths that fill a track, and a major chord at the end of a piece in minor."""
    sounding = [c for c in profile.chords if c.label != "N"]
    lengths = {
        full: sum(c.end_s - c.start_s for c in sounding if not full or _quality(c) in _SEVENTHS)
        for full in (True, False)
    }
    if lengths[False] and lengths[True] >= _FULL_OF * lengths[False]:
        yield _evidence("seventh chords", "chords", f"sevenths {lengths[True] / lengths[False]:.0%} of the time")
    key = profile.keys[-1] if profile.keys else profile.key
    if sounding and key and key.mode == "minor" and key.confidence >= _SURE:
        last = sounding[-1]
        if last.label.split("/")[0] == f"{key.tonic}:maj" and last.confidence >= _SURE:
            yield _evidence(
                "picardy third", "chords", f"{key.name} that ends on a major chord at {clock(last.start_s)}"
            )


def _quality(chord: Chord) -> str:
    return chord.label.split("/")[0].partition(":")[2]


def _events(profile: Profile) -> Iterator[Evidence]:
    for kind, (concept, told) in _EVENTS.items():
        first = next((e for e in profile.events if e.kind == kind and e.confidence >= _SURE), None)
        if first:
            yield _evidence(concept, "form", f"{told} from {clock(first.start_s)}")


def _progressions(profile: Profile) -> Iterator[Evidence]:
    found: dict[str, Evidence] = {}
    for each in profile.harmony.progressions:
        chords = each.degrees.replace("°", "").replace("+", "").split("-")
        for name in _names(chords):
            words = f"{each.degrees} from {clock(each.starts_s[0])}"
            found.setdefault(name, _evidence(name, "chords", words))
    yield from found.values()


def _names(chords: Sequence[str]) -> Iterator[str]:
    """What a progression is called."""
    whole = "-".join(chords)
    turned = {"-".join((*chords[at:], *chords[:at])) for at in range(len(chords))}
    yield from (name for name, loops in _LOOPS.items() if turned & set(loops))
    yield from (name for name, runs in _RUNS.items() if any(f"-{run}-" in f"-{whole}-" for run in runs))
    yield from (name for name, three in _THREE.items() if set(chords) in three)
