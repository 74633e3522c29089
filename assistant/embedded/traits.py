"""What tracks can be compared by: the words that ask for more or less of it, its value on a card, and how the value is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.embedded.measured import sure_bpm
from assistant.embedded.parts import longest
from index.profile import clock

Card = dict[str, Any]


@dataclass(frozen=True)
class Trait:
    """Patterns of folded words that ask for `more` or `less` of it, what the one that has it is called among two and among several,
    how a value is said, and what it is called."""

    more: str
    less: str
    more_words: tuple[str, str]
    less_words: tuple[str, str]
    value: Callable[[Card], float | None]
    say: Callable[[float], str]
    name: str
    of: str = ""  # what the value is of, said once


def _measured(name: str) -> Callable[[Card], float | None]:
    def value(card: Card) -> float | None:
        known = (card.get("measured") or {}).get(name)
        return None if known is None else float(known)

    return value


def _percent(value: float) -> str:
    return f"{value:.0f} %"


def _adjective(more: str, less: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """ "bright", "dark": the brighter and the brightest, the darker and the darkest."""
    return (f"{more}er", f"the {more}est"), (f"{less}er", f"the {less}est")


def _much(what: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """ "bass": the one with more, the most, less and the least of it."""
    return (f"the one with more {what}", f"the one with the most {what}"), (f"the one with less {what}", f"the one with the least {what}")  # fmt: skip


def _most(what: str) -> tuple[str, str]:
    """Patterns for the most and the least of what a noun or an adjective names, or those that mean it."""
    return (
        rf"(?:more|most|much|heavier|heaviest|stronger|strongest|bigger|biggest|higher|highest|deeper|deepest|greater|greatest)\b[^,;?]*\b(?:{what})\b",
        rf"(?:less|least|fewer|fewest|weaker|weakest|lower|lowest|smaller|smallest|little)\b[^,;?]*\b(?:{what})\b",
    )


_BASS = _most(r"bass(?:[- ]heavy)?|low(?:[- ]end|s| frequencies)|sub[- ]?bass")
_AIR = _most(r"treble|highs|high frequencies|top[- ]end|air|sparkle")
_MIDS = _most(r"mids|mid[- ]?range|middle frequencies")
_WIDE = _most(r"stereo|width")
_DYNAMIC = _most(r"dynamics?|dynamic range")
_STRUCK = _most(r"percussi(?:ve|on)|drums?")
_ECHO = _most(r"reverb(?:erant|eration)?|echo(?:es)?|wet")
_SUNG = _most(r"singing|vocals?|voices?")
_NOTES = _most(r"notes|busy|going on|happening|happens")

TRAITS = (
    Trait(r"fast|quick|tempo|bpm", r"slow|(?:lower|lowest|least|smallest) (?:tempo|bpm)", *_adjective("fast", "slow"), lambda c: sure_bpm(c.get("measured") or {}), lambda v: f"{v:.0f} BPM", "tempo"),
    Trait(r"(?<!rings on )(?<!rings on the )(?:longe|length)", r"shorte", *_adjective("long", "short"), lambda c: float(c["duration_s"]) if c.get("duration_s") else None, clock, "length"),
    Trait(r"newe|recent|young|lates", r"olde|earlie", *_adjective("new", "old"), lambda c: c.get("year"), lambda v: f"{v:.0f}", "year"),
    Trait(r"loud", r"quiet|soft", *_adjective("loud", "quiet"), _measured("loudness_lufs"), lambda v: f"{v:.1f} LUFS", "loudness"),
    Trait(r"(?:more )?energ|wild|intens|livel|driving", r"calm|relax|gentl|mellow", ("more energetic", "the most energetic"), ("calmer", "the calmest"), _measured("energy"), lambda v: f"{v:.2f} of 1", "energy"),
    Trait(r"bright", r"dark", *_adjective("bright", "dark"), _measured("brightness_hz"), lambda v: f"{v:.0f} Hz", "brightness", "of brightness"),
    Trait(rf"bassi|boomi|{_BASS[0]}", _BASS[1], *_much("bass"), _measured("bass_percent"), _percent, "bass", "of the energy"),
    Trait(_MIDS[0], _MIDS[1], *_much("midrange"), _measured("mid_percent"), _percent, "midrange", "of the energy"),
    Trait(_AIR[0], _AIR[1], *_much("treble"), _measured("air_percent"), _percent, "treble", "of the energy"),
    Trait(rf"wide(?:r|st)\b(?!.*dynamic)|{_WIDE[0]}", rf"narrow(?:er|est)|{_WIDE[1]}", ("wider", "the widest"), ("narrower", "the narrowest"), _measured("stereo_width"), lambda v: f"{v:.2f}", "stereo width", "of stereo width"),
    Trait(rf"wide(?:r|st) dynamic|{_DYNAMIC[0]}", rf"(?:more|most) (?:compressed|squashed)|flatte(?:r|st)|{_DYNAMIC[1]}", ("more dynamic", "the most dynamic"), ("flatter", "the flattest"), _measured("loudness_range_lu"), lambda v: f"{v:.1f} LU", "loudness range", "of loudness range"),
    Trait(_STRUCK[0], _STRUCK[1], ("more percussive", "the most percussive"), ("less percussive", "the least percussive"), _measured("percussive_percent"), _percent, "share of what is struck", "of the sound"),
    Trait(r"rough(?:er|est)|harsher|harshest|grittie|grating", r"smooth(?:er|est)", *_adjective("rough", "smooth"), _measured("roughness"), lambda v: f"{v:.2f}", "roughness", "of roughness, where 1 is grating"),
    Trait(rf"rings on|{_ECHO[0]}", rf"dr[yi](?:er|est)|{_ECHO[1]}", *_much("reverb"), _measured("reverberance_s"), lambda v: f"{v:.1f} s", "reverberance", "that notes ring on"),
    Trait(_SUNG[0], _SUNG[1], *_much("singing"), _measured("voice_percent"), _percent, "singing", "of the time"),
    Trait(rf"busie(?:r|st)|{_NOTES[0]}(?!.* bass| .*(?:low|treble|mids|highs))", rf"sparse(?:r|st)|emptie(?:r|st)|{_NOTES[1]}", ("busier", "the busiest"), ("sparser", "the sparsest"), _measured("onsets_per_s"), lambda v: f"{v:.1f} a second", "density", "of notes and beats"),
)  # fmt: skip


def of_part(name: str) -> Trait:
    """How long a part of the form is: the longest of its kind."""
    words = (f"the one with the longer {name}", f"the one with the longest {name}")
    other = (f"the one with the shorter {name}", f"the one with the shortest {name}")
    return Trait("", "", words, other, lambda c: longest(c.get("measured") or {}, name), lambda v: f"{v:.0f} s", f"length of the {name}")  # fmt: skip
