"""Answers about one track from its details: the fact that was asked for, or the whole; and why it was shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from assistant.embedded.sung import verse_words
from assistant.embedded.whether import WHETHER, whether
from index.profile import LIKELIER
from index.words import fold

Card = dict[str, Any]


def _name(card: Card) -> str:
    by = f" by {', '.join(card['artists'])}" if card.get("artists") else ""
    return f"{card['handle']} “{card['title']}”{by}"


def _origin(card: Card, field: str) -> str:
    known = card.get("origins", {}).get(field)
    return f" ({known})" if known else ""


def _measured(card: Card, field: str) -> Any:
    return (card.get("measured") or {}).get(field)


def _tempo(card: Card) -> str:
    bpm = _measured(card, "tempo_bpm")
    sure = (_measured(card, "tempo_confidence") or 1.0) >= LIKELIER
    doubt = "" if sure else "; a listener may well tap twice or half as fast"
    return f"Its tempo is {bpm:.0f} BPM, measured{doubt}." if bpm else "No tempo was measured for it."


def _key(card: Card) -> str:
    changes = _measured(card, "keys")
    moves = f" It moves: {', '.join(changes)}." if changes else ""
    key = _measured(card, "key")
    return f"It is in {key}, measured.{moves}" if key else "No key was measured for it."


def _who(card: Card) -> str:
    return f"{card['credit']}." if card.get("credit") else "Its makers are not declared."


def _when(card: Card) -> str:
    return f"It is from {card['year']}{_origin(card, 'year')}." if card.get("year") else "Its year is not declared."


def _long(card: Card) -> str:
    length = _measured(card, "duration")
    seconds = card.get("duration_s")
    return (
        f"It lasts {length}."
        if length
        else f"It lasts {seconds:.0f} seconds."
        if seconds
        else "Its length is not known."
    )


def _plays(card: Card) -> str:
    return (
        f"It has {', '.join(card['instruments'])}{_origin(card, 'instruments')}."
        if card.get("instruments")
        else "Its instruments are not declared."
    )


def _form(card: Card) -> str:
    sections = _measured(card, "sections")
    return f"Its form is {', '.join(sections)}." if sections else "Its form was not measured."


def _chords(card: Card) -> str:
    chords = _measured(card, "chords")
    return f"The chords that sound longest are {', '.join(chords)}." if chords else "Its chords were not measured."


def _progressions(card: Card) -> str:
    found = _measured(card, "progressions")
    return (
        f"The progressions that come back are {', '.join(found)}." if found else "No progression was heard coming back."
    )


def _events(card: Card) -> str:
    found = _measured(card, "events")
    return f"It has a {', a '.join(found)}." if found else "No build-up, drop, break or fade was heard in it."


def _voices(card: Card) -> str:
    found = _measured(card, "voices")
    return f"A voice was heard at {', '.join(found)}." if found else "No voice was heard in it by measurement."


def _swing(card: Card) -> str:
    share = _measured(card, "swing")
    return (
        f"It swings: the first of two eighth notes takes {share:.2f} of the beat."
        if share
        else "No swing was measured."
    )


def _story(card: Card) -> str:
    said = card.get("description") or card.get("caption")
    return (
        f"“{said}”{_origin(card, 'description' if card.get('description') else 'caption')}"
        if said
        else "Nothing is said about it."
    )


_ASKED: tuple[tuple[str, Callable[[Card], str]], ...] = (
    (r"\b(?:tempo|bpm|how fast|speed)\b", _tempo),
    (r"\b(?:key|modulat\w+|major|minor)\b", _key),
    (r"\b(?:who|credits?|wrote|composed|composer|producer|label|isrc|licen[cs]e|rights)\b", _who),
    (r"\b(?:when|year|how old|released)\b", _when),
    (r"\b(?:how long|length|duration)\b", _long),
    (r"\b(?:instruments?|plays|played)\b", _plays),
    (r"\b(?:form|structure|sections?)\b", _form),
    (r"\bchords?\b", _chords),
    (r"\bprogressions?\b", _progressions),
    (r"\b(?:drops?|build-?ups?|breaks?|fades?)\b", _events),
    (r"\b(?:sing(?:s|ing)?|voices?|vocals?)\b", _voices),
    (r"\bsw(?:ing|ings|ung)\b", _swing),
    (
        r"\b(?:ai|machine|human|robot)\b",
        lambda card: (
            f"It is {card['ai']}." if card["ai"].startswith("declared") else "Nothing is declared about AI in it."
        ),
    ),
    (
        r"\b(?:album|record)\b",
        lambda card: (
            f"It is on {card['album']}{_origin(card, 'album')}." if card.get("album") else "Its album is not declared."
        ),
    ),
    (r"\b(?:about|story|mean\w*)\b", _story),
)


def details(card: Card, request: str) -> str:
    """What was asked about a track, or everything worth telling when nothing in particular was."""
    folded = fold(request)
    asked = [
        answer(card)
        for pattern, answer in _ASKED
        if re.search(pattern, folded) and not re.search(r"\btell me (?:more )?about\b", folded)
    ]
    if asked:
        return f"{_name(card)}: {' '.join(asked)}"
    yes_or_no = whether(card, request) if WHETHER.search(folded) else ""
    if yes_or_no:
        return f"{_name(card)}: {yes_or_no}"
    measured = [
        f"{_measured(card, 'tempo_bpm'):.0f} BPM" if _measured(card, "tempo_bpm") else "",
        _measured(card, "key") or "",
        _measured(card, "meter") or "",
        _measured(card, "duration") or "",
    ]
    facts = [
        f"{_name(card)}{', from ' + card['album'] if card.get('album') else ''}{' (' + str(card['year']) + ')' if card.get('year') else ''}.",
        _story(card),
        f"Measured: {', '.join(m for m in measured if m)}." if any(measured) else "",
        _plays(card) if card.get("instruments") else "",
        f"It {_measured(card, 'arc')}." if _measured(card, "arc") else "",
        f"Credits: {card['credit']}. AI: {card['ai']}.",
    ]
    return " ".join(f for f in facts if f)


def why(card: Card) -> str:
    """The evidence on which a track was shown, each piece with its place."""
    proofs = card.get("evidence", [])
    rows = [_proof(p, card) for p in proofs]
    if not rows:
        said = card.get("caption") or card.get("description")
        return (
            f"{_name(card)} is here because its words are close in meaning to your request, not because of a single fact. "
            + (f"They say: “{said}”" if said else "Its entry says no more than its name.")
        )
    tempo = _measured(card, "tempo_bpm")
    heard = (
        f" Measured: {', '.join(x for x in (f'{tempo:.0f} BPM' if tempo else '', _measured(card, 'key') or '') if x)}."
        if tempo or _measured(card, "key")
        else ""
    )
    return f"{_name(card)} is here because {'; '.join(rows)}.{heard}"


def _proof(proof: dict[str, Any], card: Card) -> str:
    concept = proof.get("concept")
    wish = f" (you asked for {concept})" if concept and fold(concept) != fold(proof["words"]) else ""
    place = f" ({proof['place']})" if proof.get("place") else ""
    if proof["kind"] == "verse":
        return verse_words(proof)
    if proof["kind"] == "shared":
        return f"it shares {concept} with what it should resemble"
    if proof["kind"] == "known":
        return f"{proof['words']} is known for {concept} (general knowledge, not this catalogue's word)"
    if proof["kind"] == "renown":
        return f"it is {proof['words']}" if proof["words"].startswith("one of") else str(proof["words"])
    if proof["kind"] == "name":
        return f"it is credited to {proof['words']}"
    if proof["kind"] == "measured":
        return f"it measures {proof['words']}{wish}"
    if proof["kind"] == "tag":
        return (
            f"its {proof['field']} {'mention' if proof['field'] == 'lyrics' else 'say'} “{proof['words']}”{place}{wish}"
            if proof["field"].endswith("s")
            else f"its {proof['field']} is {proof['words']}{wish}"
        )
    return f"its {proof['field']} says “{proof['words']}”{wish}"
