"""Answers about one track from its details: the fact that was asked for, or the whole; and why it was shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from assistant.embedded.forms import says
from assistant.embedded.measured import COURSE, answers, sure_bpm
from assistant.embedded.parts import told_of_parts
from assistant.embedded.sung import verse_words
from assistant.embedded.whether import whether
from assistant.embedded.wishes import listed
from index.heard import is_heard
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
    doubt = "" if sure_bpm(card.get("measured") or {}) else "; a listener may well tap twice or half as fast"
    return f"Its tempo is {bpm:.0f} BPM, measured{doubt}." if bpm else "No tempo was measured for it."


def _key(card: Card) -> str:
    changes = _measured(card, "keys")
    moves = f" It moves: {', '.join(changes)}." if changes else ""
    key = _measured(card, "key")
    return f"It is in {key}, measured.{moves}" if key else "No key was measured for it."


def _relative(card: Card) -> str:
    """The relative key, which has the same notes."""
    key, other = _measured(card, "key"), _measured(card, "relative_key")
    if not (key and other):
        return "No key was measured for it, so I cannot name its relative."
    return f"It is in {key}, measured; the relative key is {other}."


def _no_modes(card: Card) -> str:
    key = _measured(card, "key")
    return f"I tell major from minor and no other modes apart.{f' It is in {key}, measured.' if key else ''}"


_ROLES = (
    (r"wr(?:ote|itten|iter)|compos\w+|songwriter", ("composer", "lyricist", "writer", "author"), "writer"),
    (r"produc\w+", ("producer",), "producer"),
    (r"label", ("label",), "label"),
    (r"publish\w+", ("publisher",), "publisher"),
)


def _who(card: Card, asked: str) -> str:
    """Who wrote, produced, published, sings or plays, where the question says which; else all who are credited."""
    credits = card.get("credits") or []
    told = []
    for words, roles, title in _ROLES:
        if re.search(rf"\b(?:{words})\b", asked):
            named = [f"{c['name']} ({c['role']})" for c in credits if c["role"] in roles]
            told.append(f"{', '.join(named)}." if named else f"Its {title} is not declared.")
    if told:
        return " ".join(told)
    artists = ", ".join(card.get("artists", []))
    if artists and re.search(
        r"\bwho(?:['’]?s| is| are) (?:it|this|that|they|t ?\d+|the \w+(?: (?:one|song|track))?)(?: by)?\W*$", asked
    ):
        return f"It is by {artists}."
    if re.search(r"\b(?:sing\w*|vocalist|voice)\b", asked):
        return _singer(card, artists)
    if re.search(r"\b(?:play\w*|band|artist|perform\w*|drummer|guitarist)\b", asked) and artists:
        single = "" if re.search(r"\b(?:band|artist)\b", asked) else " No single players are credited."
        return f"It is by {artists}.{single}"
    if re.search(r"\bmade\b", asked) and artists:
        return f"It is by {artists}."
    made = "; ".join(f"{c['role']}: {c['name']}" for c in credits)
    return (
        f"{made}."
        if made
        else f"It is by {artists}; nobody else is credited."
        if artists
        else "Its makers are not declared."
    )


def _singer(card: Card, artists: str) -> str:
    if card.get("vocals") == "instrumental":
        return "Nobody sings; it is declared instrumental."
    kind = {"female": "A female voice", "male": "A male voice"}.get(str(card.get("vocals")), "A voice")
    declared = f" {kind} is declared{_origin(card, 'vocals')}." if card.get("vocals") else ""
    return (
        f"It is by {artists}; no single singer is credited.{declared}"
        if artists
        else f"Its singer is not credited.{declared}"
    )


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


def _mood(card: Card) -> str:
    return f"Its mood is {', '.join(card['moods'])}{_origin(card, 'moods')}." if card.get("moods") else _story(card)


def _genre(card: Card) -> str:
    genres = card.get("genres")
    return f"Its genre is {', '.join(genres)}{_origin(card, 'genres')}." if genres else "Its genre is not declared."


def _album(card: Card) -> str:
    return f"It is on {card['album']}{_origin(card, 'album')}." if card.get("album") else "Its album is not declared."


def _use(card: Card) -> str:
    """What is declared of its rights; what one may do with it is for its owners to say."""
    licence = f"Its licence is declared as “{card['licence']}”." if card.get("licence") else "No licence is declared."
    owners = [c["name"] for c in card.get("credits", []) if c["role"] == "label"]
    whom = f" Ask {listed(owners)}" if owners else " Ask its makers"
    learning = card.get("ai_training")
    training = f" {learning[0].upper()}{learning[1:]}." if learning else ""
    return f"{licence}{training}{whom} before you use it: I know what is declared here, and that is no permission."


def _ai(card: Card) -> str:
    return f"It is {card['ai']}." if card["ai"].startswith("declared") else "Nothing is declared about AI in it."


def _words(card: Card) -> str:
    if card.get("vocals") == "instrumental":
        return "It is declared instrumental, so there are no words to mind."
    said = card.get("explicit")
    return f"Its words: {said}." if said else "Nothing is declared or was noticed about explicit words in it."


def _heard(name: str, say: Callable[[Any], str], none: str) -> Callable[[Card], str]:
    """The answer to what was measured under a name: `say` of its value, or `none` where there is no value."""
    return lambda card: say(value) if (value := _measured(card, name)) else none


_form = _heard("sections", lambda v: f"Its form is {', '.join(v)}.", "Its form was not measured.")
_chords = _heard(
    "chords", lambda v: f"The chords that sound longest are {', '.join(v)}.", "Its chords were not measured."
)
_progressions = _heard(
    "progressions",
    lambda v: f"The progressions that come back are {', '.join(v)}.",
    "No progression was heard coming back.",
)
_meter = _heard("meter", lambda v: f"It is in {v}, measured.", "No meter was measured for it.")
_modulates = _heard("keys", lambda v: f"It changes key: {', '.join(v)}.", "No change of key was heard in it.")
_course = _heard("arc", lambda v: f"It {v}.", "Its course was not measured.")
_events = _heard("events", lambda v: f"It has a {', a '.join(v)}.", "No build-up, drop, break or fade was heard in it.")
_swing = _heard("swing", lambda v: f"It swings: the first of two eighth notes takes {v:.2f} of the beat.", "No swing was measured.")  # fmt: skip


def _enters(card: Card) -> str:
    """When something is heard first: of voices this is measured, of single instruments it is not."""
    voices = _measured(card, "voices")
    heard = f" A voice was heard at {', '.join(voices)}." if voices else ""
    return f"When a single instrument comes in is not measured.{heard}"


def _title(card: Card) -> str:
    by = f", by {', '.join(card['artists'])}" if card.get("artists") else ""
    return f"It is called “{card['title']}”{by}."


def _voices(card: Card) -> str:
    found, declared = _measured(card, "voices"), card.get("vocals")
    said = {"vocal": "It is sung", "instrumental": "Nobody sings"}.get(declared or "")
    heard = f"a voice was heard at {', '.join(found)}" if found else "no voice was heard in it by measurement"
    return f"{said}{_origin(card, 'vocals')}; {heard}." if said else f"{heard[0].upper()}{heard[1:]}."


def _story(card: Card) -> str:
    own = (card.get("extra") or {}).get("comment")
    if own:
        return f"“{own}” (its makers' own words)"
    said = card.get("description") or card.get("caption")
    return (
        f"“{said}”{_origin(card, 'description' if card.get('description') else 'caption')}"
        if said
        else "Nothing is said about it."
    )


_USE = r"\b(?:whom? (?:do|should|must|can|could|would|shall) (?:i|we) (?:ask|contact|call|talk to|write to|turn to)|licen[cs]e[ds]?|copyright|rights|who owns|ai training|train(?:ed|ing)? (?:on|an? |ai\b|models?)|(?:for|on) training\b|its contract|(?:be |it )used|(?:can|could|may) i (?:\w+ ){0,2}(?:use|sample|sync|remix|share|moneti[sz]e|edit|shorten|cut|loop|adapt|print|perform|cover|broadcast))\b"
_WHO = r"\b(?:who|whos|who['’]s|credits?|wrote|composed|composer|producer|produced|label|publish\w+)\b"
_ASKED: tuple[tuple[str, Callable[[Card], str]], ...] = (
    (r"\b(?:called|titled|named|(?:its|the) (?:title|name))\b", _title),
    (
        r"^(?!.*\b(?:vocals?|voices?|sing\w*|vocalist|choir|words?|rapping)\b).*\b(?:enters?|comes? in|starts? playing|joins? in|sets? in)\b",
        _enters,
    ),
    (r"\brelative (?:key|major|minor)\b", _relative),
    (r"\b(?:dorian|phrygian|lydian|mixolydian|locrian|aeolian|ionian|modal|church modes?)\b", _no_modes),
    (r"\b(?:tempo|bpm|how fast|speed)\b", _tempo),
    (
        r"\bwhat(?:['’]?s| is) (?:it|this|that|t ?\d+) in\W*$|(?<!change )(?<!changes )(?<!relative )\b(?:key(?! chang)|major|minor)\b(?! chang)",
        _key,
    ),
    (r"\b(?:meter|metre|time signature|in (?:two|three|four|five|six|seven))\b", _meter),
    (r"\bmodulat\w+|\bkeys? chang\w+|\bchang\w+ (?:of )?keys?\b", _modulates),
    (
        r"\b(?:climax|peaks?|develops?|unfolds?|(?:what|what['’]s) (?:happens?|happening|goes on|going on)\b|(?:loud|quiet)er\b(?!.*\bthan\b))",
        _course,
    ),
    (
        r"\bwhen\b(?!.*\b(?:vocals?|voices?|sing\w*|vocalist|words?|choir|rapping|climax|peaks?|lifts?|drops?|chorus|develops?)\b)|\b(?:year|how old|released)\b",
        _when,
    ),
    (r"\b(?:how (?:long|many (?:minutes|seconds))|length|duration|(?:is|was) .{0,30}\b(?:long|short))\b", _long),
    (r"\b(?:instruments?|plays|played)\b", _plays),
    (r"\b(?:form|structure|sections?)\b", _form),
    (r"\bchords?\b", _chords),
    (r"\bprogressions?\b", _progressions),
    (r"\b(?:drops?|build-?ups?|breaks?|fades?)\b", _events),
    (
        r"\b(?:sing(?:s|ing|ers?)?|voices?|vocals?|vocalist|rapping)\b|\b(?:words?|choir) (?:\w+ )?(?:starts?|begins?|enters?|comes? in)\b",
        _voices,
    ),
    (r"\bsw(?:ing|ings|ung)\b", _swing),
    (r"\b(?:ai|machines?|humans?|robots?|computers?)\b", _ai),
    (r"\bisrc\b", lambda card: f"Its ISRC is {card['isrc']}." if card.get("isrc") else "No ISRC is declared."),
    (r"\b(?:country|nationality)\b", lambda card: "Its country is not declared."),
    (r"\bmoods?\b", _mood),
    (r"\bgenres?\b", _genre),
    (r"\b(?:album|record)\b", _album),
    (r"(?<!how )(?<!what )\babout\b|\b(?:story|mean\w*)\b", _story),
)
_BESIDE_WHO = {_tempo, _key, _when, _long, _mood, _genre, _album, _ai}  # "who sings it?" asks for no voices


def details(card: Card, request: str) -> str:
    """What was asked about a track, or everything worth telling when nothing in particular was."""
    request = request.replace(card["title"], "it")  # its words ask for nothing
    folded = fold(request)
    general = re.search(r"\btell me (?:more )?about\b", folded)
    if re.search(_USE, folded):
        return f"{_name(card)}: {_use(card)}"
    if re.search(r"\b(?:kids|children|family|explicit|swear\w*|clean)\b", folded):
        return f"{_name(card)}: {_words(card)}"
    if parts := told_of_parts(card.get("measured") or {}, folded):
        return f"{_name(card)}: {parts}"
    who = [_who(card, folded)] if re.search(_WHO, folded) and not general else []
    asked = who + [
        answer(card)
        for pattern, answer in _ASKED
        if re.search(pattern, folded) and not general and not (who and answer not in _BESIDE_WHO)
    ]
    if asked:
        asked = asked[:1] if re.search(r"\b(?:enter|come in)\b", folded) else asked  # no year
        return f"{_name(card)}: {' '.join(asked)}"
    of_course = card.get("measured") and COURSE.search(folded)  # "does it build up?" asks for no word
    yes_or_no = whether(card, request) if says("whether", request) and not of_course else ""
    measurements = card.get("measured")
    heard = answers(measurements, request) if measurements and not (general or yes_or_no) else ""
    if yes_or_no or heard:
        return f"{_name(card)}: {yes_or_no or heard}"
    measured = [
        f"{bpm:.0f} BPM" if (bpm := sure_bpm(measurements or {})) else "",
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
    tempo = sure_bpm(card.get("measured") or {})
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
    heard = is_heard(proof["field"])
    if proof["kind"] == "suits":
        return (
            f"{proof['words']} was heard in it, which suits {proof['situation']}"
            if heard
            else f"its {proof['field']} says “{proof['words']}”, which suits {proof['situation']}"
        )
    if proof["kind"] == "name":
        return f"it is credited to {proof['words']}"
    if proof["kind"] == "measured":
        return f"{proof['words']} was heard in it{wish}" if heard else f"it measures {proof['words']}{wish}"
    if proof["kind"] == "tag":
        return (
            f"its {proof['field']} {'mention' if proof['field'] == 'lyrics' else 'say'} “{proof['words']}”{place}{wish}"
            if proof["field"].endswith("s")
            else f"its {proof['field']} is {proof['words']}{wish}"
        )
    return f"its {proof['field']} says “{proof['words']}”{wish}"
