"""Answers about several tracks side by side: which is faster, which is the oldest, what they share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.embedded.forms import says
from assistant.embedded.parts import names_in
from assistant.embedded.traits import TRAITS, Card, Trait, of_part
from assistant.embedded.whether import tags
from assistant.embedded.wishes import listed
from index.concepts import vocabulary
from index.words import fold

_MOST = re.compile(
    r"(?:\bthe|\bwhich(?: one| track| song)? (?:is|was|sounds|feels)(?: the)?(?=(?: more)? \w+er\W*$)) (?:(?:most|(?P<least>least|fewest)) (?!of\b))?(?P<what>(?<=st )\w+|\w+est|\w+er(?=\W*$))\b"
)
_DIFFERING = ("tempo", "key", "meter", "energy", "year", "mood")


def contrast(cards: Sequence[Card], request: str) -> str:
    """Which of the cards has most or least of what the request asks about, with all values; or what they share."""
    folded = fold(request)
    for card in cards:  # "Slow River" asks for nothing slow
        folded = re.sub(rf"\b{re.escape(fold(str(card.get('title') or '-')))}\b", str(card["handle"]).lower(), folded)
    if re.search(r"\b(?:ai|a\.i\.|humans?|machines?|computers?|robots?)\b", folded):
        return _made(cards)
    if part := next(iter(names_in(folded)), ""):
        return _ordered(cards, of_part(part), less=bool(re.search(r"\b(?:short|brief)", folded)))
    if says("than one of them", folded):
        return _beyond(cards[0], cards[1:], folded)
    most = list(_MOST.finditer(folded))
    said, asked = [], []
    for trait, less, more in _asked(folded):
        asked += [found.span() for found in (less, more) if found]
        if less:
            said.append(_ordered(cards, trait, less=True))
        if more and (
            not less or len(most) > 1
        ):  # "is it slower or faster?" asks once, "the oldest and the newest" twice
            said.append(_ordered(cards, trait, less=False))
    said += [
        _saying(cards, named.concept, text=each["what"], least=each["least"] is not None)
        for each in most
        if not any(start < each.end() and each.start() < end for start, end in asked)
        and (named := next(iter(vocabulary().mentions(each["what"])), None))
    ]
    if said:
        return " ".join(said)
    if most:
        return _cannot()
    return f"{_apart(cards)} {_shared(cards)}" if re.search(r"\bdiffer", folded) else _shared(cards)


def _asked(folded: str) -> Iterator[tuple[Trait, re.Match[str] | None, re.Match[str] | None]]:
    """The traits that a request names, with what asks for less of each and for more."""
    for trait in TRAITS:
        less, more = (re.search(rf"\b(?:{words})", folded) for words in (trait.less, trait.more))
        if less or more:
            yield trait, less, more


def _beyond(one: Card, others: Sequence[Card], folded: str) -> str:
    """Which others have more, or less, of what is asked for than one, with all values."""
    asked = next(_asked(folded), None)
    if asked is None:
        return _cannot()
    trait, less = asked[0], bool(asked[1])
    own = trait.value(one)
    if own is None:
        return f"I cannot compare them: the {trait.name} of {one['handle']} is not known."
    known = [(value, card) for card in others if (value := trait.value(card)) is not None]
    beyond = [(v, c) for v, c in known if trait.say(v) != trait.say(own) and (v < own) == less]
    beyond.sort(key=lambda row: row[0] if less else -row[0])
    names = [f"{c['handle']} “{c['title']}” ({trait.say(v)})" for v, c in beyond]
    word = (trait.less_words if less else trait.more_words)[0]
    so = word.removeprefix("the one with ")
    verbs = ("is", "are") if so == word else ("has", "have")
    so_much = f"{trait.say(own)} {trait.of}".strip()
    who = listed(names) if names else "None of them"
    return f"{who} {verbs[len(names) > 1]} {so} than {one['handle']} “{one['title']}” ({so_much}).{_missing(others, trait)}"


def _missing(cards: Sequence[Card], trait: Trait) -> str:
    """A sentence on those of which it is not known, after a space; empty where there are none."""
    unknown = [str(c["handle"]) for c in cards if trait.value(c) is None]
    return f" The {trait.name} of {listed(unknown)} is not known." if unknown else ""


def _cannot() -> str:
    return f"I cannot tell that of them; I compare {listed([trait.name for trait in TRAITS])}."


def _apart(cards: Sequence[Card]) -> str:
    """What was measured or declared and is not the same in all, with all values."""
    told = []
    for name in _DIFFERING:
        values = [_told(card, name) for card in cards]
        if all(values) and len(set(values)) > 1:
            each = [f"{value} in {card['handle']}" for value, card in zip(values, cards, strict=True)]
            told.append(f"{name} ({listed(each)})")
    return f"They differ in {listed(told)}." if told else "Nothing that was measured of them differs."


def _told(card: Card, name: str) -> str:
    """A trait of a card, or its key, meter or moods, in words; empty where it is not known."""
    trait = next((t for t in TRAITS if t.name == name), None)
    if trait:
        value = trait.value(card)
        return "" if value is None else trait.say(value)
    return listed(card.get("moods", [])[:3]) if name == "mood" else str((card.get("measured") or {}).get(name) or "")


def _ordered(cards: Sequence[Card], trait: Trait, *, less: bool) -> str:
    values = [(value, card) for card in cards if (value := trait.value(card)) is not None]
    missing = _missing(cards, trait)
    if len(values) < 2:
        return f"I cannot compare them:{missing.replace(' The', ' the', 1)}"
    values.sort(key=lambda row: row[0] if less else -row[0])
    level: dict[str, list[Card]] = {}  # what sounds alike is level
    for value, card in values:
        level.setdefault(trait.say(value), []).append(card)
    (best, winners), *others = level.items()
    so_much = f"{best} {trait.of}".strip()
    if not others:
        return f"They are level at {so_much}.{missing}"
    word = (trait.less_words if less else trait.more_words)[len(values) > 2]
    verb = "is" if len(winners) == 1 else "are"
    word = re.sub(r"^the one\b", "the ones", word) if len(winners) > 1 else word
    names = listed([f"{c['handle']} “{c['title']}”" for c in winners])
    rest = listed([f"{said} for {listed([str(c['handle']) for c in those])}" for said, those in others])
    return f"{names} {verb} {word}: {so_much}, against {rest}.{missing}"


def _made(cards: Sequence[Card]) -> str:
    """What is declared of machines in their making, card by card; what nobody declared is said to be unknown."""
    kinds: dict[str, list[str]] = {}
    for card in cards:
        said = re.sub(r" \(.*\)$", "", card["ai"]) if card["ai"].startswith("declared") else ""
        kinds.setdefault(said, []).append(str(card["handle"]))
    told = [
        f"{listed(handles)} {'is' if len(handles) == 1 else 'are'} {said}" for said, handles in kinds.items() if said
    ]
    unknown = [f"of {listed(kinds[''])} nothing is declared about AI"] if "" in kinds else []
    sentence = "; ".join((*told, *unknown))
    return f"{sentence[0].upper()}{sentence[1:]}."


def _saying(cards: Sequence[Card], concept: str, *, text: str, least: bool) -> str:
    """Which of the cards are said to be so; how much so nobody measured."""
    meant = vocabulary().narrower(concept)
    so = [bool(meant & {*_said(card)}) or any(tags(card, meant)) for card in cards]
    chosen = [card for card, said in zip(cards, so, strict=True) if said != least]
    word = re.sub(r"i?est$", "", text) if concept not in {text, *meant} else text
    word = concept if word not in vocabulary().kinds else word
    if not chosen or len(chosen) == len(cards):
        return f"{'All' if any(so) else 'None'} of them {'are' if any(so) else 'is'} said to be {word}; how much so I cannot measure."
    names = listed([f"{c['handle']} “{c['title']}”" for c in chosen])
    verb = "is" if len(chosen) == 1 else "are"
    only = "the only one" if len(chosen) == 1 else "the ones"
    return f"{names} {verb} {only} of them {'not ' if least else ''}said to be {word}; how much so I cannot measure."


def _shared(cards: Sequence[Card]) -> str:
    each = "both" if len(cards) == 2 else "all"
    fields = (("genres", f"{each} are tagged {{}}"), ("moods", "the mood is {}"), ("instruments", f"{each} have {{}}"))
    parts = []
    for name, words in fields:
        common = [v for v in cards[0].get(name, []) if all(v in c.get(name, []) for c in cards[1:])]
        if common:
            parts.append(words.format(listed(common[:4])))
    said = [_said(card) for card in cards]
    words_too = [c for c in said[0] if all(c in other for other in said[1:]) and not any(c in p for p in parts)]
    if words_too:
        parts.append(f"the words about each name {listed(words_too[:5])}")
    names = listed([f"{c['handle']} “{c['title']}”" for c in cards])
    keys = {(c.get("measured") or {}).get("key") for c in cards}
    if len(keys) == 1 and None not in keys:
        parts.append(f"all are in {keys.pop()}")
    own = [_alone(card, cards) for card in cards]
    shared = f"{names} share this: {'; '.join(parts)}." if parts else f"{names}: nothing declared is the same in all."
    return " ".join((shared, *(o for o in own if o)))


def _said(card: Card) -> list[str]:
    """Concepts that the words about a track name."""
    text = " ".join(str(card.get(name) or "") for name in ("caption", "description"))
    return list(dict.fromkeys(m.concept for m in vocabulary().mentions(text) if not m.negated))


def _alone(card: Card, cards: Sequence[Card]) -> str:
    """What one has and the others lack."""
    others = {v for c in cards if c is not card for name in ("genres", "instruments") for v in c.get(name, [])}
    own = [v for name in ("genres", "instruments") for v in card.get(name, []) if v not in others]
    return f"Only {card['handle']} has {listed(own[:3])}." if own else ""
