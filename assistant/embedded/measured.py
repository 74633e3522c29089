"""What was measured in a sound, told as it was asked for: only what the question is about, or, without one, all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from assistant.embedded.parts import places_of_parts, told_of_parts
from assistant.embedded.wishes import listed
from assistant.events import Reply
from index.profile import LIKELIER
from index.track import Track
from index.words import fold
from tools.summary import summary

_ELSEWHERE = re.compile(r"^\W*(?:and )?(?:who|when|where was|is it by|what (?:mood|genre|style|year|album|label))\b")
Measured = dict[str, Any]
Told = Callable[[Measured], Iterator[str]]


def measured(body: dict[str, Any], request: str) -> str:
    """An answer of sentences; what the question names, in its order of importance, else the whole account."""
    m = body["measured"]
    told = answers(m, request)
    if told:
        return f"{body['name']}: {told}"
    if _ELSEWHERE.search(fold(request)):
        return f"Of {body['name']} I know what can be measured, and that is not: ask me for its tempo, key, form, chords, sound or course."
    notes = (f"({note})" for note in m.get("notes") or [])
    return " ".join((f"I measured {body['name']}: {_facts(m)}.", *_whole(m), *notes))


def sure_bpm(m: Measured) -> float | None:
    """The tempo where it is likelier than not: one that may well be another says nothing of who is faster."""
    return m.get("tempo_bpm") if (m.get("tempo_confidence") or 1.0) >= LIKELIER else None


def answers(m: Measured, question: str) -> str:
    """What was measured of what a question names; empty when it names nothing of the kind."""
    asked = fold(question)
    if told_first := told_of_parts(m, asked):
        return told_first
    topics = [tell for pattern, tell in _TOPICS if re.search(rf"\b(?:{pattern})", asked)]
    told = (sentence for tell in topics for sentence in tell(m))
    return places_of_parts(m, asked) or " ".join(dict.fromkeys(told))


def about_sound(track: Track, question: str) -> Reply:
    """An answer about one track and no other, from what was measured in it and corrected since; `track` has a profile."""
    assert track.profile is not None
    body = {"name": track.name, "measured": summary(track.profile)}
    return Reply(measured(body, question), artifacts=[{"kind": "analysis", **body}])


def _facts(m: Measured) -> str:
    facts = (
        f"{m['duration']} long",
        f"{m['tempo_bpm']:.0f} BPM" if m.get("tempo_bpm") else "no steady pulse found",
        m.get("meter") and f"in {m['meter']}",
        m["key"] if m.get("key") else "no key I would vouch for",
    )
    return ", ".join(f for f in facts if f)


def _whole(m: Measured) -> Iterator[str]:
    for tell in (_keys, _form, _chords, _course, _sound, _loudness):
        yield from tell(m)


def _keys(m: Measured) -> Iterator[str]:
    if m.get("keys"):
        yield f"It changes key: {_first(m['keys'], 4)}."


def _moves(m: Measured) -> Iterator[str]:
    yield next(_keys(m), "No change of key was heard in it.")


def _key(m: Measured) -> Iterator[str]:
    yield f"The key is {m['key']}." if m.get("key") else "I found no key that I would vouch for."
    yield from _keys(m)


def _tempo(m: Measured) -> Iterator[str]:
    if not m.get("tempo_bpm"):
        yield "I found no steady pulse."
        return
    course = f", {m['tempo_course']}" if m.get("tempo_course") else ""
    meter = f", in {m['meter']}" if m.get("meter") else ""
    yield f"It runs at {m['tempo_bpm']:.0f} BPM{course}{meter}."


def _form(m: Measured) -> Iterator[str]:
    if m.get("sections"):
        yield f"Form: {_first(m['sections'], 8)}."


def _chords(m: Measured) -> Iterator[str]:
    if m.get("chords"):
        yield f"The chords that sound longest are {', '.join(m['chords'])}."


def _progressions(m: Measured) -> Iterator[str]:
    if m.get("progressions"):
        yield f"It comes back to {listed(m['progressions'][:3])}."


def _course(m: Measured) -> Iterator[str]:
    if m.get("arc"):
        yield f"It {m['arc']}."


def _events(m: Measured) -> Iterator[str]:
    if m.get("events"):
        yield f"There is a {listed(m['events'][:4])}."


def _sound(m: Measured) -> Iterator[str]:
    if m.get("sound"):
        yield f"The sound is {listed(m['sound'])}."


def _loudness(m: Measured) -> Iterator[str]:
    if m.get("loudness_lufs") is not None:
        yield f"Loudness {m['loudness_lufs']:.1f} LUFS, true peak {m['true_peak_dbtp']:.1f} dBTP."


def _range(m: Measured) -> Iterator[str]:
    if m.get("loudness_range_lu") is not None:
        yield f"Its loudness ranges over {m['loudness_range_lu']:.1f} LU."


def _balance(m: Measured) -> Iterator[str]:
    if m.get("bass_percent") is not None:
        yield f"Of its energy {m['bass_percent']:.0f} % is bass, {m['mid_percent']:.0f} % midrange and {m['air_percent']:.0f} % treble."


def _brightness(m: Measured) -> Iterator[str]:
    if m.get("brightness_hz") is not None:
        yield f"Its spectrum is centred on {m['brightness_hz']:.0f} Hz."


def _width(m: Measured) -> Iterator[str]:
    if m.get("stereo_width") is not None:
        yield f"Its stereo width is {m['stereo_width']:.2f}, where 0 is mono."


def _room(m: Measured) -> Iterator[str]:
    known = m.get("reverberance_s")
    yield "No note stops for long enough to tell its room." if known is None else f"Notes ring on for {known:.1f} s."


def _surface(m: Measured) -> Iterator[str]:
    known = m.get("roughness")
    yield (
        "I cannot tell how rough it is."
        if known is None
        else f"Its roughness is {known:.2f}, from 0 smooth to 1 grating."
    )


def _density(m: Measured) -> Iterator[str]:
    if m.get("onsets_per_s") is not None:
        yield f"It has {m['onsets_per_s']:.1f} notes and beats a second; {m['percussive_percent']:.0f} % of the sound is struck."


def _length(m: Measured) -> Iterator[str]:
    yield f"It lasts {m['duration']}."


def _instruments(m: Measured) -> Iterator[str]:
    yield (
        f"I hear {listed(m['instruments'])}." if m.get("instruments") else "I can name no instrument in it for certain."
    )


def _voices(m: Measured) -> Iterator[str]:
    yield f"A voice is heard at {_first(m['voices'], 8)}." if m.get("voices") else "I heard no voice."


def _several(*tells: Told) -> Told:
    return lambda m: (sentence for tell in tells for sentence in tell(m))


def _no_judge(m: Measured) -> Iterator[str]:
    yield "I measure a track; whether it is good, and what would make it better, I do not judge."


def _beside(m: Measured) -> Iterator[str]:
    yield "The tracks of the catalogue that sound nearest stand beside it, with what they share and where they differ."


_GROWS = r"(?:get|gets|grow|grows|become|becomes|turn|turns) (?:\w+ )?(?:loud|quiet|soft|big|wild|calm|fast|slow|intens|full)\w*|build\w* up"
COURSE = re.compile(rf"\b(?:{_GROWS}|lifts?|builds?|calms? down|slows? down|speeds? up)\b")

# words of a question, folded, and what answers it
_TOPICS: tuple[tuple[str, Told], ...] = (
    (r"improve|(?:is|does|do) (?:it|this|you) .{0,20}(?:good|bad|any good|like it)|opinion|what do you think|wrong with|feedback", _no_judge),
    (r"(?:songs?|tracks?|artists?|anything|what).{0,40}\b(?:like it|like this|like mine|similar|sounds? alike)", _beside),
    (r"(?:does it have|has it|is there|are there|do you hear|can you hear)\b.{0,30}\b(?:drums?|guitars?|pianos?|strings?|bass|brass|synths?|flutes?|organ|percussion|choir)", _instruments),
    (r"how long|length|lasts\b|duration|how many minutes|wie lang", _length),
    (r"instruments?\b|instrumente|played on|which drums|any (?:drums|guitar|piano|strings)", _instruments),
    (r"(?:loudest|quietest|fullest|calmest) (?:moment|part|place|point)", _several(_course, _events)),
    (_GROWS, _several(_course, _events)),
    (r"lifts?\b|builds?\b|build-?ups?|peaks?\b|climax|drops?\b|rises?\b|falls?\b|energy|arc\b|course|unfold|quietest|calmest|fullest|hohepunkt|spannung", _several(_course, _events)),
    (r"in \d+/\d+|tempo|bpm|how fast|how slow|speed|pulse|beat\b|meter\b|metre\b|time signature|takt", _tempo),
    (r"chang\w* (?:of |the |its )?keys?\b|keys? chang|modulat", _moves),
    (r"(?<!change )(?<!changes )keys?\b(?! chang)|tonality|scale\b|tonart|tonalit", _key),
    (r"chords?\b|harmon|progressions?\b|akkorde", _several(_chords, _progressions)),
    (r"forms?\b|structure|sections?\b|parts?\b|chorus|verses?\b|bridge|intro\b|outro\b|aufbau|refrain", _form),
    (r"loud(?!e)|lufs|master|mix\b|mixed|dynamic|clip|laut", _several(_loudness, _range)),
    (r"\bbass(?:y|iness)?\b|boomy|treble|mid-?range|low[- ]end|spectral|balance", _balance),
    (r"stereo|\bwide\b|width|narrow", _width),
    (r"reverb|echo|\bdry\b|\bwet\b", _room),
    (r"rough|smooth|gritty|harsh|grating", _surface),
    (r"percussi|busy|sparse|dense|density|notes", _density),
    (r"how (?:bright|dark)", _several(_brightness, _sound)),
    (r"sounds? like|sound\b|texture|timbre|tone\b|bright|dark\b|klang", _sound),
    (r"voices?\b|vocals?\b|sings?\b|singing|sung\b|stimme", _voices),
    (r"remix|sampl|loops?\b|keep\b|reuse|edit points?", _several(_tempo, _key, _progressions, _form, _voices)),
)  # fmt: skip


def _first(items: Sequence[str], most: int) -> str:
    """A long list cut short, with what is left out counted."""
    rest = len(items) - most
    return ", ".join(items[:most]) + (f" and {rest} more" if rest > 0 else "")
