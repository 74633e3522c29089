"""A search's arguments as one would say them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.embedded.own import mentioned, own_words
from index.bans import by_kind
from index.concepts import vocabulary

_PLACE = {
    "mood": "how",
    "tempo": "how",
    "texture": "how",
    "genre": "what",
    "instrument": "with",
    "voice": "with",
    "situation": "for",
    "narrative": "about",
    "era": "era",
}

_DECADE = re.compile(r"\d{4}s")


def wish_words(args: dict[str, Any], absent: Sequence[str]) -> str:
    """The wish as one would say it: "slow, sad folk with strings and a choir, without drums"; empty where there is none."""
    of_kind: dict[str, list[str]] = {}
    for concept in args.get("want", []):
        of_kind.setdefault(_place(concept), []).append(concept)
    own = own_words(args)
    known = [args["familiarity"].replace(" ", "-")] if args.get("familiarity") else []
    wordless = ["instrumental"] if _wordless(args) else []
    how = ", ".join(dict.fromkeys((*known, *(own.get(c, c) for c in of_kind.get("how", [])), *wordless)))
    kind = " and ".join(vocabulary().spoken.get(c, f"{c} music") for c in of_kind.get("what", [])[:2])
    sounds = [c for c in of_kind.get("with", []) if c != "instrumental" and not _is_said_closer(c, of_kind["with"])]
    heard = [vocabulary().had(c) or c for c in sounds]
    artists = [a for a in args.get("artists", []) if a not in absent]
    like = listed([*args.get("like", []), *args.get("artists_like", [])][:4])
    behind = [
        f"with {listed(heard[:4])}" if heard else "",
        *_scenes([*of_kind.get("for", []), *of_kind.get("about", [])], own),
        f"from the {listed(of_kind['era'][:2])}" if "era" in of_kind else "",
        f"by {listed(artists)}" if artists else "",
        f"like {like}" if like else "",
    ]
    bans = [b for b in args.get("avoid", []) if not (b == "vocals" and _wordless(args))]
    how_bans = [b for b in bans if b in vocabulary().kinds and _place(b) == "how"]
    years, meters, others = by_kind(b for b in bans if b not in how_bans and not _between(b, args))
    other = [vocabulary().had(b) or b for b in others]
    wishes = [p for p in behind if p]
    no = "not" if how or kind or wishes or other else "that is not"
    ruled_out = ", ".join(
        said
        for said, names in (
            (f"{'not' if how or wishes else 'that is not'} {listed(how_bans[:6], 'or')}", how_bans),
            (f"without {listed(other[:6], 'or')}", other),
            (f"{no} from {listed(years[:4], 'or')}", years),
            (f"{no} in {listed(meters, 'or')}", meters),
        )
        if names
    )
    if not (how or kind or wishes or ruled_out):
        return ""
    words = " ".join(p for p in (how, kind or "music", *wishes) if p)
    return f"{words}{',' if how or kind or wishes else ''} {ruled_out}" if ruled_out else words


def _is_said_closer(concept: str, others: Sequence[str]) -> bool:
    """Whether another one is of its kind: "with female vocals" says that there are vocals."""
    return any(other != concept and other in vocabulary().narrower(concept) for other in others)


def _place(concept: str) -> str:
    """Where a concept stands in a sentence."""
    return "with" if vocabulary().had(concept) else _PLACE.get(vocabulary().kinds.get(concept, "mood"), "how")


def _between(ban: str, args: dict[str, Any]) -> bool:
    """Whether a ban is the decade between two that were asked for, which says itself: "from the 60s or 80s"."""
    first, last = args.get("year_min"), args.get("year_max")
    return bool(_DECADE.fullmatch(ban)) and first is not None and last is not None and first < int(ban[:4]) < last - 9


def _scenes(concepts: Sequence[str], own: Mapping[str, str]) -> list[str]:
    """What music is for or about, as the listener put it or as one would: "for your sister's wedding", "about the moon"."""
    said = list(dict.fromkeys(own[c] for c in concepts if c in own))[:2]
    for preposition in ("for", "about"):
        unsaid = [c for c in concepts if c not in own and _PLACE[vocabulary().kinds[c]] == preposition]
        said += [f"{preposition} {listed([vocabulary().spoken.get(c, c) for c in unsaid[:2]])}"] if unsaid else []
    return said


def _wordless(args: dict[str, Any]) -> bool:
    return args.get("vocals") == "instrumental" or "instrumental" in args.get("want", [])


def mentions(wishes: Sequence[str], args: dict[str, Any]) -> str:
    """What a track does that meets one of the wishes: "mentions “sad” or “slow”", "has a key change"."""
    had = all_had(wishes)
    return f"has {listed(had, 'or')}" if had else f"mentions {listed(mentioned(wishes, args), 'or')}"


def all_had(wishes: Sequence[str]) -> list[str]:
    """The wishes with their articles, if all are what music has: "a key change"; else none."""
    had = [form for wish in wishes if (form := vocabulary().had(wish))]
    return had if len(had) == len(wishes) else []


def listed(words: Sequence[str], joint: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {joint} ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def limit_words(limits: Sequence[str]) -> str:
    """Limits as one would say them: "from 1970 or later and from 1979 or earlier" is "from 1970 to 1979"."""
    said = listed(limits)
    said = re.sub(r"from (\d+) or later(?: and|,) from (\d+) or earlier", r"from \1 to \2", said)
    said = re.sub(r"from (\d+) to \1\b", r"from \1", said)
    return re.sub(r"at least ([\d.]+) BPM(?: and|,) at most ([\d.]+) BPM", r"\1 to \2 BPM", said)
