"""The list that stands: the playlist that was written, or what is on the screen; its name, how much it is, how it goes."""

from __future__ import annotations

import re
from typing import Any

from index.profile import clock
from index.words import fold
from tools.playlist import together

LIST = r"(?:(?:the|my|that|this|our) (?:play ?)?list|it|there)"
_NAMED = re.compile(rf"\b(?:to|on|in|into|onto|from|off|of) {LIST}\b|\b(?:play ?list|the list)\b")
LETTERS = 3  # letters of a name that is looked for in a turn
_NAMING = re.compile(
    r"\b(?:called|named|titled|namens|llamada|chiamata|chamada|appelée|som heter|(?:call|name) (?:it|this|that|them|these)|as(?! a (?:play)?list))\s+[\"“'‘]?(?P<name>\w[^\"”'’.,!?]{0,60}?)(?=[\"”'’.,!?]|\s+(?:from|with|out of|of the|using|please|and (?:save|keep|export)|avec|con|mit|com|med)\b|$)",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"\b(?:play ?lists?|lists?|mix(?:tape)?|lista|listan?|liste|save|export|keep (?:this|that|them|these|those))\b"
)
_CALLED = re.compile(r"^\W*(?:(?:ok(?:ay)?|and|now|then|great)\W+)*(?:call|name) (?:it|this|that|the (?:play ?)?list) [“\"']?(?P<name>\w[^”\"'.,!?]{0,60})", re.IGNORECASE)  # fmt: skip
AS_WRITTEN, STAYS = "as I wrote it last:", "it stays as it is."
_A_LIST = re.compile(r"\b(?:play ?list|mix(?:tape)?|set ?list|a (?:list|set) of|(?:una|uma|une|eine|en) list[ae]?)\b")
_LENGTH = r"(?:running time|length|duration|time)"
_HOW_LONG = re.compile(
    rf"\bhow long (?:is|will|does|are)\b.*\b(?:it|that|this|they|all|list|set|together)\b|\b(?:total|whole|overall) {_LENGTH}\b|\brunning time\b"
)
_ALTOGETHER = re.compile(
    rf"\b(?:how long|(?:total|whole|overall|combined) {_LENGTH}|running time)\b.*\b(?:(?:all )?together|altogether|in (?:total|all)|all of (?:it|them|these|those)|(?:it|this|that) all|the whole (?:thing|lot|list|set|show|programme|program))\b"
    rf"|^\W*(?:and |what(?:['’]?s| is) )?(?:the )?(?:total|whole|overall|combined) {_LENGTH}\W*$"
)
_HOW_MANY = re.compile(
    r"^\W*(?:(?:and|so|ok)\W+)*how many (?:(?:songs|tracks|pieces|ones) )?(?:is|are) (?:it|that|this|these|those|they|there on (?:the|this) (?:list|screen))(?: (?:now|in total|all together|altogether))?\W*$"
)
_READ_BACK = re.compile(
    r"^\W*(?:(?:ok|so|now|and|please|can you|could you)\W+)*(?:list|show|read|give|tell)(?: me| us)? (?:it|them|that|these|those|(?:the|this|that|my) (?:whole )?(?:play ?)?list|everything)(?: all| back)?(?: to me| to us)?(?: (?:again|once more|one more time|please|now|in full))*\W*$",
    re.IGNORECASE,
)


def pending(state: dict[str, Any]) -> dict[str, Any] | None:
    """A list on the screen that was asked for as one, by its whole length or in an order, and is not written yet."""
    query = state["query"] or {}
    asked = any(query.get(name) for name in ("total_s", "steps", "each")) or _A_LIST.search(fold(query.get("text", "")))
    return on_screen(state) if asked else None


def on_screen(state: dict[str, Any]) -> dict[str, Any] | None:
    """What is on the screen, as a list without a name; what it was before, if it was changed in place."""
    shown, earlier = state["shown"], state.get("earlier") or []
    seconds = {t["handle"]: t.get("seconds") for t in state["tracks"]}
    gone = [t for t in earlier if t not in shown]
    listed = {"name": None, "tracks": shown, "before": earlier, "gone": gone}
    return {**listed, "seconds": together(map(seconds.get, shown))} if shown else None


def is_talked_of(text: str, state: dict[str, Any]) -> bool:
    """Whether the playlist that was written is meant: right after it, where it is named, or where it is what is on the screen."""
    written = state.get("playlist")
    if not written:
        return False
    shown = {*written["tracks"]} == {*state["shown"]}
    return bool(state.get("listing") or shown or _NAMED.search(fold(text)))


def named_as(text: str, state: dict[str, Any]) -> str:
    """The name that a list on the screen is given, which so is to be written; empty where none is."""
    said = _CALLED.match(text) if pending(state) and not state.get("listing") else None
    return said["name"].strip() if said else ""


def list_name(text: str) -> tuple[str, int, int] | None:
    """The name that a list is to have, and where it stands: "a playlist called Evening with 1 and 3"."""
    found = _NAMING.search(text)
    return (found["name"].strip(), *found.span("name")) if found and _LISTS.search(fold(text)) else None


def unnamed(text: str, state: dict[str, Any]) -> str:
    """The text with "the playlist" for the name of the one that was written: "add Sombra to Mood Swing"."""
    name = (state.get("playlist") or {}).get("name") or ""
    if len(name) < LETTERS or fold(name) in {"list", "playlist"}:
        return text
    return re.sub(rf"\b(to|on|in|of|off|into|onto|from|sort|shuffle|reverse|has|does) [“\"']?{re.escape(name)}\b[”\"']?", r"\1 the playlist", text, flags=re.IGNORECASE)  # fmt: skip


def how_long(text: str, state: dict[str, Any]) -> str | None:
    """The answer to "how long is it?" of a list on the screen that is not written yet, and to "how long are they all together?" and
    "how many are these?" of whatever is there; None where that is not asked."""
    folded = fold(text)
    shown = on_screen(state) if not state.get("listing") else None
    if not shown or (len(shown["tracks"]) == 1 and not pending(state)):
        return None
    lasts = f"ogether they last {clock(shown['seconds'])}." if shown["seconds"] else ""
    if _HOW_MANY.search(folded):
        return f"{len(shown['tracks'])} tracks{f'; t{lasts}' if lasts else '.'}"
    of_the_list = _HOW_LONG.search(folded) and pending(state) and not state.get("focus")
    if not (of_the_list or _ALTOGETHER.search(folded)):
        return None
    return f"T{lasts}" if lasts else "Not all of these have a known length."


def asks_of_list(text: str, state: dict[str, Any]) -> bool:
    """ "How long is it?" of the playlist, right after it was written or told of, or of "the playlist" by name; what is in it."""
    if not state.get("playlist"):
        return False
    folded = fold(unnamed(text, state))
    named = re.search(
        r"\b(?:how (?:long|many(?: songs| tracks)?) (?:is|are|will|does|has)|what(?:['’]?s| is) the (?:(?:total|whole) )?(?:length|duration|running time))\b",
        folded,
    )
    which = re.search(
        r"\b(?:play ?list|the list|together|in total|total (?:length|duration|running time))\b", folded
    ) or (state.get("listing") and re.search(r"\b(?:it|that|all|total|whole)\b", folded))
    own = re.escape(fold(state["playlist"]["name"]))
    it = r"it\W*$" if state.get("listing") else r"it now\b"
    within = re.search(
        rf"\b(?:what(?:['’]?s| is| are)?|show me|which)\b.{{0,20}}\b(?:in|on) (?:the playlist|\W?{own}\b|{it})", folded
    )
    return bool(within or (named and which))


def reads_back(text: str) -> bool:
    """ "List them again", "read me the list": what is on the screen, as it stands there."""
    return bool(_READ_BACK.match(text))


def standing_list(state: dict[str, Any]) -> str | None:
    """The playlist that was written, with its length; None where there is none."""
    standing = state.get("playlist")
    if not standing:
        return None
    titles = {t["handle"]: t["title"] for t in state["tracks"]}
    length = f" ({clock(standing['seconds'])})" if standing.get("seconds") else ""
    rows = [f"{n}. **{h}** “{titles.get(h, h)}”" for n, h in enumerate(standing["tracks"], 1)]
    return "\n".join((f"“{standing['name']}”{length} {AS_WRITTEN}", "", *rows))
