"""Changes to the playlist that was written: what a listener takes out, puts in, swaps, moves or wants back.

Places ("the second one", "the last") count in the playlist for what is taken out of it, and on the screen for what is put in.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.embedded.order import parse_order
from assistant.embedded.reference import resolve, the_most
from index.concepts import vocabulary
from index.everyday import EVERYDAY
from index.languages import LANGUAGE_OF
from index.profile import clock
from index.words import fold, plain
from tools.playlist import together

_LIST = r"(?:(?:the|my|that|this|our) (?:play ?)?list|it|there)"
_OUT = r"(?:remove|take|drop|delete|kick|throw|leave|cut|lose|get rid of)"
_IN = r"(?:add|put|include|append|(?:throw|take)(?!.*\b(?:out|off|away)\b)(?=\b.*\bin(?:to)?\b))"
_AT_ITS_END = re.compile(r"\b(?:at|to) the (?:very )?end\b|\blast\W*$")
_PLACES = r"(?:the (?:opener|closer|finale)\b|the (?:very )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|opening|closing)\b(?: (?:one|two|three|four|song|track|tune|piece)s?\b)?|(?:number|track) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)|t ?\d+)"
_LEAD = r"^\W*(?:(?:and|but|ok|okay|so|now|please|then|also)\W+)*"
_FORMS = (
    ("open", rf"{_LEAD}(?:let['’]?s )?(?:open|start|begin|kick off|lead)(?: it| this| the (?:play ?)?list)? (?:off )?with (?P<new>(?!\d|(?:two|three|four|five|six|some|a (?:few|couple))\b)[^,;.]+)\W*$"),
    ("close", rf"{_LEAD}(?:let['’]?s )?(?:close|end|finish|wrap up|conclude)(?: it| this| the (?:play ?)?list)? (?:off |up )?with (?P<new>(?!\d|(?:two|three|four|five|six|some|a (?:few|couple))\b)[^,;.]+)\W*$"),
    ("open", rf"{_LEAD}(?:put|add|insert|play) (?P<new>an? [^,;.]+?) (?:first|(?:at|to|in) the (?:very )?(?:top|front|start|beginning)|(?:at|in) first place|as (?:the|an) open(?:er|ing(?: track)?))\W*$"),
    ("close", rf"{_LEAD}(?:put|add|insert|play) (?P<new>an? [^,;.]+?) (?:last|(?:at|to) the (?:very )?(?:end|bottom)|as (?:the|a) (?:clos(?:er|ing(?: track)?)|finale|last (?:one|song|track)))\W*$"),
    ("back", r"\b(?:put|bring|take)\b.{1,40}\bback\b|\brestore\b|^\W*undo\b|\bas it was\b"),
    ("exchange", r"\b(?:swap|exchange|switch)\b(?P<old>(?:(?!\b(?:for|with|by|against)\b).)+\band\b.+)"),
    ("rename", r"\b(?:rename|call) (?:it|this|that|the (?:play ?)?list)(?: to| as)? [“\"']?(?P<name>\w[^”\"']{0,60}?)[”\"']?(?: instead| please)?\W*$"),
    ("shuffle", r"\bshuffle (?:it|them|these|those|the (?:play ?)?list)\b|^\W*(?:(?:ok|now|please|and)\W+)*shuffle(?: please)?\W*$|\bmix (?:it|them|these) up\b"),
    ("reverse", r"\b(?:reverse|turn round|flip)\b(?: (?:the|its|their) order| it| them| the (?:play ?)?list)?|\bbackwards\W*$"),
    ("change", rf"{_LEAD}(?:make|have|let) (?P<old>{_PLACES}(?:(?:,| and) {_PLACES})*) (?:be )?(?P<new>.+)"),
    ("change", rf"{_LEAD}(?P<old>{_PLACES}) (?:should|could|must|can|has to|needs to|ought to) (?:be|have) (?P<new>.+)"),
    ("change", rf"{_LEAD}(?P<new>(?:no|not|without|nothing|only)\b.{{2,40}}?) (?:in|for|on|at|from) (?P<old>{_PLACES})\W*$"),
    ("reshape", rf"{_LEAD}(?P<old>{_PLACES}),? (?P<new>(?:with|without|but|a (?:bit|little)|rather)\b.+)"),
    ("swap", r"\b(?:swap|replace|exchange|switch)\b(?P<old>.+?)\b(?:for|with|by|against)\b(?P<new>.+)"),
    ("swap", r"\b(?:swap|replace|exchange|change|switch)\b(?P<old>.+)(?P<new>)"),
    ("move", r"\b(?:move|put|play)\b(?P<old>.+?)\b(?:to the (?:very )?(?P<top>top|front|start|beginning)|(?P<first>first)|(?:to|at) the (?:very )?(?:end|bottom)|last)\W*$"),
    ("remove", rf"\b{_OUT}\b(?P<old>.+)"),
    ("remove", r"^\W*(?P<old>(?:the|that|this|these|those|number|track|t ?\d|\d).{0,30}?)\b(?:(?:can|should|must|has to|have to) (?:go|leave)|(?:goes|go|is|are)? ?(?:out|away))\W*$"),
    ("add", rf"\b{_IN}\b(?P<new>.+)"),
    ("extend", rf"{_LEAD}(?:make|let|have) {_LIST} (?:be )?(?:a (?:bit|little) )?longer\W*$"),
)  # fmt: skip
_OUT_OF_IT = re.compile(
    r"^\W*(?:(?:ok|and|now|please|then)\W+)*(?:remove|delete|(?:take|put|throw|kick)\b.*\b(?:out|off|away)\b|(?:the|that|this|number|\d|t ?\d).{0,30}\b(?:(?:can|should|must|has to) go|out|away)\W*$)"
)  # no opinion
_BARE_PLACES = re.compile(r"(?<![\w:.'’#-])(?<!number )(?<!no )(\d{1,2})(?![\w:.%'’-])")
_OF_A_SCREEN = (
    "open",
    "close",
    "back",
    "exchange",
    "shuffle",
    "reverse",
    "change",
    "swap",
    "move",
)  # what becomes of a list that is not written
_NAMED = re.compile(rf"\b(?:to|on|in|into|onto|from|off|of) {_LIST}\b|\b(?:play ?list|the list)\b")
_ASKS = re.compile(r"\?\W*$|\b(?:why|what|which|who|how|when)\b")
_NEW = re.compile(
    rf"\b(?:save|export|make(?! {_PLACES}| {_LIST} (?:a (?:bit|little) )?longer)|create|build|new (?:play ?)?list)\b"
)
_FEW = 2  # tracks of which one can be put first
_NAME = 3  # letters of a name that is looked for in a turn
_NAMING = re.compile(
    r"\b(?:called|named|titled|namens|llamada|chiamata|chamada|appelée|som heter|(?:call|name) (?:it|this|that|them|these)|as(?! a (?:play)?list))\s+[\"“'‘]?(?P<name>\w[^\"”'’.,!?]{0,60}?)(?=[\"”'’.,!?]|\s+(?:from|with|out of|of the|using|please|and (?:save|keep|export)|avec|con|mit|com|med)\b|$)",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"\b(?:play ?lists?|lists?|mix(?:tape)?|lista|listan?|liste|save|export|keep (?:this|that|them|these|those))\b"
)
_CALLED = re.compile(r"^\W*(?:(?:ok(?:ay)?|and|now|then|great)\W+)*(?:call|name) (?:it|this|that|the (?:play ?)?list) [“\"']?(?P<name>\w[^”\"'.,!?]{0,60})", re.IGNORECASE)  # fmt: skip
BACK = re.compile(next(pattern for kind, pattern in _FORMS if kind == "back"))
_REMOVED = re.compile(r"\b(?:removed|deleted|dropped|kicked|threw|thrown|took|taken) ?(?:out)?\b")
AS_WRITTEN, STAYS = "as I wrote it last:", "it stays as it is."
_A_LIST = re.compile(r"\b(?:play ?list|mix(?:tape)?|set ?list|a (?:list|set) of)\b")
_NEITHER = re.compile(
    r"^\W*(?:something|anything|another)(?: else| new| different)?(?: one| song| track)?(?: please)?\W*$"
)


@dataclass(frozen=True)
class Edit:
    """What becomes of the playlist: its tracks in order, with None where one has to be looked for first, `wish` says which."""

    tracks: tuple[str | None, ...]
    wish: str = ""
    changed: tuple[
        str, ...
    ] = ()  # what stood where one has to be looked for that is as the turn says: longer, without drums
    name: str = ""  # another name
    order: str = ""  # that a search puts them in
    pending: bool = False  # of a list that is not written yet

    @property
    def searches(self) -> bool:
        """Whether a track has to be found first."""
        return None in self.tracks or bool(self.order)

    def filled(self, found: Sequence[str]) -> list[str]:
        """The tracks as they were found, where the search put all of them in their places, or with the first that was found."""
        if self.changed:
            return list(found)
        if self.order:
            return [*found, *(t for t in self.tracks if t and t not in found)]
        return [found[0] if t is None else t for t in self.tracks]


def edit_of(text: str, state: dict[str, Any]) -> Edit | None:
    """The change that a turn asks for; None where there is no playlist, or it is not what the turn is about.

    Right after a playlist was written or changed (`listing` in the state) a turn need not name it.
    """
    text = _unnamed(text, state)
    standing = state.get("playlist") if _is_talked_of(text, state) else _on_screen(state)
    folded = fold(text)
    if not standing or _ASKS.search(folded) or _NEW.search(folded):
        return None
    written = standing["name"] is not None
    if not written and list_name(text):
        return None  # it is to be written now
    removes = bool(pending(state) or _OUT_OF_IT.search(folded))
    listed = ("reshape",) if pending(state) else ()
    kinds = None if written else {*_OF_A_SCREEN, *listed, *(("remove",) if removes else ())}
    order = parse_order(text) if written and re.search(r"\b(?:it|them|list|playlist)\b", folded) else []
    if order:
        return Edit(tuple(standing["tracks"]), order=order[0].fields["order"])
    for kind, pattern in _FORMS:
        form = re.search(pattern, folded) if kinds is None or kind in kinds else None
        edit = _edited(kind, form, standing, state) if form else None
        if edit:
            return replace(edit, pending=not written)
    return None


def added_title(text: str, state: dict[str, Any], titles: Sequence[str]) -> Edit | None:
    """ "Add Blue Ferry" to what is on the screen, where that is the name of a track and nothing else is asked."""
    asked = re.match(rf"{_LEAD}{_IN}\b", fold(text))
    if not (asked and titles and len(state["shown"]) >= _FEW) or _is_talked_of(text, state):
        return None
    return Edit((*state["shown"], None), titles[0], pending=True)


def named_as(text: str, state: dict[str, Any]) -> str:
    """The name that a list on the screen is given, which so is to be written; empty where none is."""
    said = _CALLED.match(text) if pending(state) and not state.get("listing") else None
    return said["name"].strip() if said else ""


def _is_talked_of(text: str, state: dict[str, Any]) -> bool:
    """Whether the playlist that was written is meant: right after it, where it is named, or where it is what is on the screen."""
    written = state.get("playlist")
    if not written:
        return False
    on_screen = {*written["tracks"]} == {*state["shown"]}
    return bool(state.get("listing") or on_screen or _NAMED.search(fold(text)))


def pending(state: dict[str, Any]) -> dict[str, Any] | None:
    """A list on the screen that was asked for as one, by its whole length or in an order, and is not written yet."""
    query = state["query"] or {}
    asked = any(query.get(name) for name in ("total_s", "steps", "each")) or _A_LIST.search(fold(query.get("text", "")))
    return _on_screen(state) if asked else None


def _on_screen(state: dict[str, Any]) -> dict[str, Any] | None:
    """What is on the screen, as a list without a name; what it was before, if it was changed in place."""
    shown, earlier = state["shown"], state.get("earlier") or []
    seconds = {t["handle"]: t.get("seconds") for t in state["tracks"]}
    gone = [t for t in earlier if t not in shown]
    listed = {"name": None, "tracks": shown, "before": earlier, "gone": gone}
    return {**listed, "seconds": together(map(seconds.get, shown))} if shown else None


def _edited(kind: str, form: re.Match[str], standing: dict[str, Any], state: dict[str, Any]) -> Edit | None:
    tracks: list[str] = standing["tracks"]
    said = {name: value for name, value in form.groupdict().items() if value}
    if kind == "back" and _REMOVED.search(form.string):
        return Edit((*tracks, standing["gone"][-1])) if standing.get("gone") else None
    if kind == "back":
        return Edit(tuple(standing["before"])) if standing["before"] else None
    newest = [t for t in tracks if t not in standing["before"]]
    old = _BARE_PLACES.sub(r"number \1", said.get("old", ""))
    old = re.sub(r"\bopener\b", "first one", re.sub(r"\b(?:closer|finale)\b", "last one", old))
    meant = resolve(old, state | {"shown": tracks, "focus": newest[0] if len(newest) == 1 else None})
    written = standing["name"] is not None
    there = () if meant.vague else meant.handles  # "change that to something calmer" names no track
    by_words = written or pending(state) is not None
    out = [t for t in there if t in tracks] or _described(old, tracks, state, by_words=by_words)
    if kind in {"open", "close"}:
        return _at_an_end(said["new"], tracks, state, first=kind == "open")
    if kind == "extend":
        return Edit((*tracks, None))
    if kind == "rename":
        said_ = state.get("said") or form.string
        at = fold(said_).rfind(said["name"])
        return Edit(tuple(tracks), name=said_[at : at + len(said["name"])] if at >= 0 else said["name"])
    if kind == "shuffle":
        return Edit(tuple(sorted(tracks, key=lambda t: zlib.crc32(f"{t} {tracks}".encode()))))
    if kind == "reverse" and not written and not re.search(r"\b(?:order|list|it|them|these|those)\b", form.string):
        return None
    if kind == "reverse":
        return Edit(tuple(reversed(tracks)))
    if kind == "exchange" or (kind == "swap" and not said.get("new", "").strip() and len(out) == 2):
        if len(out) != 2:
            return None
        other = dict(zip(out, reversed(out), strict=True))
        return Edit(tuple(other.get(t, t) for t in tracks))
    if kind == "reshape" and not by_words:
        return None  # "the second one without drums" is one like it
    if kind in {"change", "reshape"}:
        after = tuple(None if t in out else t for t in tracks)
        return Edit(after, said["new"].strip(), tuple(t for t in tracks if t in out)) if out else None
    if kind == "swap" and not said.get("new", "").strip() and re.search(r"\band\b", old):
        return None  # of two places one is not there
    if kind == "remove":
        left = tuple(t for t in tracks if t not in out)
        return Edit(left) if out and left else None
    if kind == "move":
        rest = [t for t in tracks if t not in out]
        return Edit(tuple([*out, *rest] if said.get("top") or said.get("first") else [*rest, *out])) if out else None
    new = said.get("new", "").strip()
    other_one = resolve(_BARE_PLACES.sub(r"number \1", new), state | {"shown": tracks})
    within = [t for t in other_one.handles if t in tracks and not other_one.vague]
    if kind == "swap" and len(out) == len(within) == 1 and out != within:  # "swap the first with the third"
        places = dict(zip((*out, *within), (*within, *out), strict=True))
        return Edit(tuple(places.get(t, t) for t in tracks))
    found = [t for t in resolve(new, state).handles if t not in tracks]
    coming: list[str | None] = [*found] or [None]
    wish = "" if found or _NEITHER.match(new) else re.sub(rf"(?:\b(?:to|on|in|into) {_LIST}\b|{_AT_ITS_END.pattern}|\btoo\b|\bas well\b)", " ", new).strip(" ,.!")  # fmt: skip
    if kind == "add":
        return Edit((*tracks, *coming), wish) if found or len(wish) > 2 else None
    if not out:
        return None
    at = tracks.index(out[0])
    rest = [t for t in tracks if t not in out]
    return Edit((*rest[:at], *coming, *rest[at:]), wish)


def _at_an_end(said: str, tracks: Sequence[str], state: dict[str, Any], *, first: bool) -> Edit | None:
    """One of the tracks, or another that the words ask for, in the first place or in the last."""
    known = [t for t in state["tracks"] if t["handle"] in tracks]
    meant = resolve(_BARE_PLACES.sub(r"number \1", said), state | {"shown": tracks, "focus": None})
    most = the_most(said, known) or _extreme(said, known)
    moved = [most] if most else [t for t in meant.handles if t in tracks and not meant.vague][:1]
    if len(tracks) < _FEW:
        return None
    rest: list[str | None] = [t for t in tracks if t not in moved]
    coming: list[str | None] = [*moved] or [None]
    wish = "" if moved else said.strip(" ,.!")
    return Edit(tuple([*coming, *rest] if first else [*rest, *coming]), wish)


def _extreme(said: str, known: Sequence[dict[str, Any]]) -> str | None:
    """The longest or the shortest track of a list."""
    asked = re.search(r"\bthe (longest|shortest)\b", said)
    timed = [t for t in known if t.get("seconds")]
    if not asked or not timed:
        return None
    best = max if asked[1] == "longest" else min
    return str(best(timed, key=lambda t: float(t["seconds"]))["handle"])


_READ_BACK = re.compile(
    r"^\W*(?:(?:ok|so|now|and|please|can you|could you)\W+)*(?:list|show|read|give|tell)(?: me| us)? (?:it|them|that|these|those|(?:the|this|that|my) (?:whole )?(?:play ?)?list|everything)(?: all| back)?(?: to me| to us)?(?: (?:again|once more|one more time|please|now|in full))*\W*$",
    re.IGNORECASE,
)


def reads_back(text: str) -> bool:
    """ "List them again", "read me the list": what is on the screen, as it stands there."""
    return bool(_READ_BACK.match(text))


def _described(said: str, tracks: Sequence[str], state: dict[str, Any], *, by_words: bool) -> list[str]:
    """Tracks of a list that words describe: "the slowest", and `by_words` "the tango", "the one by Ada", a part of a title."""
    known = {t["handle"]: t for t in state["tracks"] if t["handle"] in tracks}
    languages = {LANGUAGE_OF[w] for w in fold(said).split() if w in LANGUAGE_OF}
    concepts = [vocabulary().narrower(m.concept) for m in vocabulary().mentions(said)]
    names = {w for w in plain(said).split() if len(w) > _NAME and w not in EVERYDAY}

    def fits(track: dict[str, Any]) -> bool:
        named = {*plain(" ".join((track["title"], *track["artists"]))).split()}
        about = {*track.get("about", ()), *track.get("instruments", ())}
        return bool(track.get("language") in languages or any(about & c for c in concepts) or names & named)

    if most := the_most(said, known.values()):
        return [most]
    return [t for t in tracks if by_words and t in known and fits(known[t])]


def nothing_out(text: str, state: dict[str, Any]) -> str:
    """What is said right after a playlist was written to a turn that takes out or moves, but nothing that is in it; empty otherwise."""
    standing, folded = state.get("playlist"), fold(_unnamed(text, state))
    if not standing or not state.get("listing") or _ASKS.search(folded):
        return ""
    asked = any(re.search(pattern, folded) for kind, pattern in _FORMS if kind in {"remove", "move"})
    return f"Nothing in “{standing['name']}” is that, as far as I can tell; {STAYS}" if asked else ""


def _unnamed(text: str, state: dict[str, Any]) -> str:
    """The text with "the playlist" for the name of the one that was written: "add Sombra to Mood Swing"."""
    name = (state.get("playlist") or {}).get("name") or ""
    if len(name) < _NAME or fold(name) in {"list", "playlist"}:
        return text
    return re.sub(rf"\b(to|on|in|of|off|into|onto|from|sort|shuffle|reverse|has|does) [“\"']?{re.escape(name)}\b[”\"']?", r"\1 the playlist", text, flags=re.IGNORECASE)  # fmt: skip


def list_name(text: str) -> tuple[str, int, int] | None:
    """The name that a list is to have, and where it stands: "a playlist called Evening with 1 and 3"."""
    found = _NAMING.search(text)
    return (found["name"].strip(), *found.span("name")) if found and _LISTS.search(fold(text)) else None


def how_long(text: str, state: dict[str, Any]) -> str | None:
    """The answer to "how long is it?" of a list on the screen that is not written yet; None where that is not asked."""
    listed = pending(state)
    folded = fold(text)
    all_of_it = re.search(
        r"\b(?:how long|(?:total|whole|overall|combined) (?:running time|length|duration|time)|running time)\b.*(?:\b(?:all )?together\b|\baltogether\b|\bin (?:total|all)\b|\ball of (?:it|them|these|those)\b|\bthe whole (?:thing|lot|list|set)\b)|^\W*(?:and |what(?:['’]?s| is) )?(?:the )?(?:total|whole|overall|combined) (?:running time|length|duration|time)\W*$",
        folded,
    )
    many = re.search(
        r"^\W*(?:(?:and|so|ok)\W+)*how many (?:(?:songs|tracks|pieces|ones) )?(?:is|are) (?:it|that|this|these|those|they|there on (?:the|this) (?:list|screen))(?: (?:now|in total|all together|altogether))?\W*$",
        folded,
    )
    on_screen = _on_screen(state) if (all_of_it or many) and not state.get("listing") else None
    if on_screen and len(on_screen["tracks"]) > 1:
        lasts = (
            f"{'; t' if many else 'T'}ogether they last {clock(on_screen['seconds'])}."
            if on_screen["seconds"]
            else ""
            if many
            else "Not all of these have a known length."
        )
        return f"{len(on_screen['tracks'])} tracks{lasts or '.'}" if many else lasts
    asks = re.search(
        r"\bhow long (?:is|will|does|are)\b.*\b(?:it|that|this|they|all|list|set|together)\b|\b(?:total|whole|overall) (?:running time|length|duration|time)\b|\brunning time\b",
        folded,
    )
    if not (listed and asks) or state.get("focus") or state.get("listing"):
        return None
    if not listed["seconds"]:
        return "Not all of these have a known length."
    return f"Together they last {clock(listed['seconds'])}."


def asks_of_list(text: str, state: dict[str, Any]) -> bool:
    """ "How long is it?" of the playlist, right after it was written or told of, or of "the playlist" by name; what is in it."""
    if not state.get("playlist"):
        return False
    folded = fold(_unnamed(text, state))
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


def standing_list(state: dict[str, Any]) -> str | None:
    """The playlist that was written, with its length; None where there is none."""
    standing = state.get("playlist")
    if not standing:
        return None
    titles = {t["handle"]: t["title"] for t in state["tracks"]}
    length = f" ({clock(standing['seconds'])})" if standing.get("seconds") else ""
    rows = [f"{n}. **{h}** “{titles.get(h, h)}”" for n, h in enumerate(standing["tracks"], 1)]
    return "\n".join((f"“{standing['name']}”{length} {AS_WRITTEN}", "", *rows))
