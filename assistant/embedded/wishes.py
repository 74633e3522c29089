"""A search's arguments as one would say them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

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
# genres that need no “music” behind them
_NOUNS = {
    "ballad",
    "film score",
    "waltz",
    "march",
    "opera",
    "musical",
    "chanson",
    "blues",
    "jazz",
    "rock",
    "folk",
    "metal",
    "pop",
    "techno",
    "reggae",
    "soul",
    "funk",
    "disco",
    "punk",
    "country",
    "gospel",
    "samba",
    "bossa nova",
    "hip hop",
    "trap",
    "house",
    "trance",
}


def wish_words(args: dict[str, Any], absent: Sequence[str]) -> str:
    """The wish as one would say it: " for slow, sad folk with strings and a choir, without drums"."""
    of_kind: dict[str, list[str]] = {}
    for concept in args.get("want", []):
        of_kind.setdefault(_PLACE.get(vocabulary().kinds.get(concept, "mood"), "how"), []).append(concept)
    known = [args["familiarity"].replace(" ", "-")] if args.get("familiarity") else []
    wordless = ["instrumental"] if _wordless(args) else []
    how = ", ".join(dict.fromkeys((*known, *of_kind.get("how", []), *wordless)))
    kind = " and ".join(c if c in _NOUNS else f"{c} music" for c in of_kind.get("what", [])[:2])
    heard = [c for c in of_kind.get("with", []) if c != "instrumental"]
    artists = [a for a in args.get("artists", []) if a not in absent]
    parts = [
        " ".join(p for p in (how, kind or "music") if p) if how or kind or heard else "",
        f"with {listed(heard[:4])}" if heard else "",
        f"for {listed(of_kind['for'][:2])}" if "for" in of_kind else "",
        f"about {listed(of_kind['about'][:2])}" if "about" in of_kind else "",
        f"from the {listed(of_kind['era'][:2])}" if "era" in of_kind else "",
        f"by {listed(artists)}" if artists else "",
        f"like {listed([*args.get('like', []), *args.get('artists_like', [])][:4])}"
        if args.get("like") or args.get("artists_like")
        else "",
    ]
    words = " ".join(p for p in parts if p)
    words = f"music {words}" if words.startswith(("like ", "about ")) or re.match("for .* by ", words) else words
    bans = [b for b in args.get("avoid", []) if not (b == "vocals" and _wordless(args))]
    how_bans = [b for b in bans if _PLACE.get(vocabulary().kinds.get(b, "")) == "how"]
    other = [b for b in bans if b not in how_bans]
    ruled_out = ", ".join(
        p
        for p in (
            f"not {listed(how_bans[:3], 'or')}" if how_bans else "",
            f"without {listed(other[:3], 'or')}" if other else "",
        )
        if p
    )
    if not words:
        return f" for music {'that is ' if how_bans else ''}{ruled_out}" if bans else ""
    return f" for {re.sub(r'^(?:by|for) ', '', words)}" + (f", {ruled_out}" if bans else "")


def _wordless(args: dict[str, Any]) -> bool:
    return args.get("vocals") == "instrumental" or "instrumental" in args.get("want", [])


def listed(words: Sequence[str], joint: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {joint} ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def limit_words(limits: Sequence[str]) -> str:
    """Limits as one would say them: "from 1970 or later and from 1979 or earlier" is "from 1970 to 1979"."""
    said = listed(limits)
    said = re.sub(r"from (\d+) or later(?: and|,) from (\d+) or earlier", r"from \1 to \2", said)
    said = re.sub(r"from (\d+) to \1\b", r"from \1", said)
    return re.sub(r"at least ([\d.]+) BPM(?: and|,) at most ([\d.]+) BPM", r"\1 to \2 BPM", said)
