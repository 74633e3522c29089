"""Changes to the playlist that was written: what a listener takes out, puts in, swaps, moves or wants back.

Places ("the second one", "the last") count in the playlist for what is taken out of it, and on the screen for what is put in.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.embedded.bounds import NUMBERS
from assistant.embedded.order import parse_order
from assistant.embedded.reference import resolve, the_most
from assistant.embedded.standing import LETTERS, LIST, STAYS, is_talked_of, list_name, on_screen, pending, unnamed
from index.concepts import vocabulary
from index.everyday import EVERYDAY
from index.languages import LANGUAGE_OF
from index.words import fold, plain

_OUT = r"(?:remove|take|drop|ditch|scrap|delete|kick|throw|leave|cut|lose|get rid of)"
_IN = r"(?:add|put|include|append|(?:throw|take)(?!.*\b(?:out|off|away)\b)(?=\b.*\bin(?:to)?\b))"
_AT_ITS_END = re.compile(r"\b(?:at|to) the (?:very )?end\b|\blast\W*$")
_PLACES = r"(?:the (?:opener|closer|finale)\b|the (?:very )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|opening|closing)\b(?: (?:one|two|three|four|song|track|tune|piece)s?\b)?|(?:number|track) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)|t ?\d+)"
_NUMBER = rf"(?:{'|'.join(NUMBERS)}|\d{{1,2}})"
_TO_IT = rf"(?:to|on|in|into) {LIST}"
_LEAD = r"^\W*(?:(?:and|but|ok|okay|so|now|please|then|also)\W+)*"
_WHICH_ONES = rf"(?:(?:{_PLACES}|the (?:first|last|top) {_NUMBER}|{_NUMBER})(?: (?:ones?|songs?|tracks?|pieces?))?(?:,? and |,? & |, ?|$)){{1,8}}"
_FORMS = (
    ("narrow", rf"{_LEAD}(?:(?:(?:that|it|this)(?:['’]s| is) )?(?:too (?:long|many|much)|a bit (?:long|much))\W+(?:(?:so|please|can you|could you)\W+)*)?(?:narrow|cut|trim|whittle|reduce|shorten|boil|bring)(?: {LIST}| them| these| those| this| things)?(?: down)? to (?:(?:the|your|just|only|best|top|first) )*(?P<count>{_NUMBER})(?: (?:ones|songs|tracks|pieces))?(?: please)?\W*$"),
    ("keep", rf"{_LEAD}(?:(?:just|only) (?:keep|leave)|(?:keep|leave)(?: me)? (?:just|only)|(?:narrow|cut|trim|whittle|reduce)(?: {LIST}| them| these| this)?(?: down)? to|(?:my |the )?final (?:{_NUMBER}|picks?|choices?|list|cut)(?: is| are)?)\W+(?P<old>.+)"),
    ("keep", rf"{_LEAD}(?:just|only) (?=.*(?:\band\b|,|&|\b(?:first|last|top) (?!one\b){_NUMBER}\b))(?P<old>{_WHICH_ONES})\W*$"),
    ("open", rf"{_LEAD}(?:let['’]?s )?(?:open|start|begin|kick off|lead)(?: it| this| the (?:play ?)?list)? (?:off )?(?:with|on) (?P<new>(?!\d|(?:two|three|four|five|six|some|a (?:few|couple))\b)[^,;.]+)\W*$"),
    ("close", rf"{_LEAD}(?:let['’]?s )?(?:close|end|finish|wrap up|conclude)(?: it| this| the (?:play ?)?list)? (?:off |up )?(?:with|on) (?P<new>(?!\d|(?:two|three|four|five|six|some|a (?:few|couple))\b)[^,;.]+)\W*$"),
    ("open", rf"{_LEAD}(?:put|add|insert|play) (?P<new>an? [^,;.]+?) (?:first|(?:at|to|in) the (?:very )?(?:top|front|start|beginning)|(?:at|in) first place|as (?:the|an) open(?:er|ing(?: track)?))\W*$"),
    ("close", rf"{_LEAD}(?:put|add|insert|play) (?P<new>an? [^,;.]+?) (?:last|(?:at|to) the (?:very )?(?:end|bottom)|as (?:the|a) (?:clos(?:er|ing(?: track)?)|finale|last (?:one|song|track)))\W*$"),
    ("put", rf"{_LEAD}(?:(?:can|could|would) (?:you|we) )?(?:please )?(?:also )?(?:add|append|insert|include|throw in|put in) (?:also )?(?P<new>(?:an?|one|another|something|anything|{_NUMBER})\b(?! (?:bit|little|touch|hint|lot|few|couple|dash)\b)[^,;.]*?)(?: (?:too|as well|also|please|{_TO_IT}))*\W*$"),
    ("back", r"\b(?:put|bring|take|swap|change|switch)\b.{1,40}\bback\b|\brestore\b|^\W*(?:(?:actually|oh+|oops|no|wait|ok|okay|hmm+|please|sorry|ah|and|well|can you|could you)\W+)*undo\b(?! (?:twice|thrice|the last|two|three|four|[2-9]))|\bas it was\b|\bthe (?:previous|last|earlier) (?:list|order|version)\W*$"),
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
    ("move", r"\b(?:move|put|play)\b(?P<old>.+?)\b(?:to the (?:very )?(?P<top>top|front|start|beginning)|(?P<first>first)|(?:to|at) the (?:very )?(?:end|bottom)|last)(?:\W+(?:and )?then (?:all )?the (?:others|rest)(?: after (?:it|that))?)?\W*$"),
    ("remove", rf"\b{_OUT}\b(?P<old>.+)"),
    ("remove", r"^\W*(?P<old>(?:the|that|this|these|those|number|track|t ?\d|\d).{0,30}?)\b(?:(?:can|should|must|has to|have to) (?:go|leave)|(?:goes|go|is|are)? ?(?:out|away))\W*$"),
    ("add", rf"\b{_IN}\b(?P<new>.+)"),
    ("resize", rf"{_LEAD}(?:make|let) {LIST} (?:be )?(?P<count>{_NUMBER})(?: (?:songs|tracks|pieces))?(?: (?:long|instead|please))*\W*$"),
    ("extend", rf"{_LEAD}(?:make|let|have) {LIST} (?:be )?(?:a (?:bit|little) )?longer\W*$"),
)  # fmt: skip
_OUT_OF_IT = re.compile(
    r"^\W*(?:(?:ok|and|now|please|then|actually|maybe|so|hmm+)\W+)*(?:remove|delete|drop|ditch|scrap|get rid of|(?:lose|cut)(?= (?:the|number|t ?\d|it\b|that one))|(?:take|put|throw|kick)\b.*\b(?:out|off|away)\b|(?:the|that|this|number|\d|t ?\d).{0,30}\b(?:(?:can|should|must|has to) go|out|away)\W*$)"
)  # no opinion
_BARE_PLACES = re.compile(r"(?<![\w:.'’#-])(?<!number )(?<!no )(\d{1,2})(?![\w:.%'’-])")
_WHOLE = {
    "open",
    "close",
    "put",
    "resize",
    "narrow",
    "back",
    "extend",
    "rename",
    "shuffle",
    "reverse",
}  # kinds that point at no place
# what becomes of a list that is not written
_OF_A_SCREEN = ("narrow", "keep", "open", "close", "back", "exchange", "shuffle", "reverse", "change", "swap", "move")
_ASKS = re.compile(r"\?\W*$|\b(?:why|what|which|who|how|when)\b")
_NEW = re.compile(
    rf"\b(?:save|export|make(?! {_PLACES}| {LIST} (?:(?:a (?:bit|little) )?longer|{_NUMBER}\b))|create|build|new (?:play ?)?list)\b"
)
_ONE_MORE = re.compile(
    rf"{_LEAD}(?:another|one more)(?: (?:one|song|track|piece))?(?: please)?\W*$"
)  # of a list that grows
_MOST_MORE = 15  # tracks that come into a list at once
_FEW = 2  # tracks of which one can be put first
BACK = re.compile(next(pattern for kind, pattern in _FORMS if kind == "back"))
_REMOVED = re.compile(r"\b(?:removed|deleted|dropped|kicked|threw|thrown|took|taken) ?(?:out)?\b")
_NEITHER = re.compile(
    r"^\W*(?:something|anything|another|one more)(?: else| new| different)?(?: one| song| track)?(?: please)?\W*$"
)


@dataclass(frozen=True)
class Edit:
    """What becomes of the playlist: its tracks in order, with None where one has to be looked for first, `wish` says which."""

    tracks: tuple[str | None, ...]
    wish: str = ""
    # what stood where one has to be looked for that is as the turn says: longer, without drums
    changed: tuple[str, ...] = ()
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
    text = unnamed(text, state)
    standing = state.get("playlist") if is_talked_of(text, state) else on_screen(state)
    folded = fold(text)
    if not standing or _ASKS.search(folded) or _NEW.search(folded):
        return None
    written = standing["name"] is not None
    if not written and list_name(text):
        return None  # it is to be written now
    removes = bool(pending(state) or _OUT_OF_IT.search(folded))
    listed = ("reshape", "put", "resize") if pending(state) else ()
    kinds = None if written else {*_OF_A_SCREEN, *listed, *(("remove",) if removes else ())}
    order = parse_order(text) if written and re.search(r"\b(?:it|them|list|playlist)\b", folded) else []
    if order:
        return Edit(tuple(standing["tracks"]), order=order[0].fields["order"])
    if not written and state.get("earlier") and pending(state) and _ONE_MORE.match(folded):
        return Edit((*standing["tracks"], None), pending=True)
    for kind, pattern in _FORMS:
        form = re.search(pattern, folded) if kinds is None or kind in kinds else None
        edit = _edited(kind, form, standing, state) if form else None
        if edit:
            return replace(edit, pending=not written)
    return None


def added_title(text: str, state: dict[str, Any], titles: Sequence[str]) -> Edit | None:
    """ "Add Blue Ferry" to what is on the screen, where that is the name of a track and nothing else is asked."""
    asked = re.match(rf"{_LEAD}{_IN}\b", fold(text))
    if not (asked and titles and len(state["shown"]) >= _FEW) or is_talked_of(text, state):
        return None
    return Edit((*state["shown"], None), titles[0], pending=True)


def _edited(kind: str, form: re.Match[str], standing: dict[str, Any], state: dict[str, Any]) -> Edit | None:
    """What becomes of a list where a turn has a form."""
    edit = _of_the_whole if kind in _WHOLE else _of_places
    return edit(kind, form, standing, state)


def _of_the_whole(kind: str, form: re.Match[str], standing: dict[str, Any], state: dict[str, Any]) -> Edit | None:
    """What becomes of a list whose tracks need not be pointed at."""
    tracks: list[str] = standing["tracks"]
    said = {name: value for name, value in form.groupdict().items() if value}
    written = standing["name"] is not None
    if kind == "back" and _REMOVED.search(form.string):
        return Edit((*tracks, standing["gone"][-1])) if standing.get("gone") else None
    if kind == "back":
        return Edit(tuple(standing["before"])) if standing["before"] else None
    if kind in {"open", "close"}:
        return _at_an_end(said["new"], tracks, state, first=kind == "open")
    if kind == "resize":
        count = _number(said["count"])
        more = (None,) * min(count - len(tracks), _MOST_MORE)
        return Edit((*tracks[:count], *more)) if 0 < count != len(tracks) and not written else None
    if kind == "narrow":
        count = _number(said["count"])
        return Edit(tuple(tracks[:count])) if 0 < count < len(tracks) else None
    if kind == "extend":
        return Edit((*tracks, None))
    if kind == "put":
        return _with_new(said["new"].strip(" ,.!"), tracks) if not written else None
    if kind == "rename":
        said_ = state.get("said") or form.string
        at = fold(said_).rfind(said["name"])
        return Edit(tuple(tracks), name=said_[at : at + len(said["name"])] if at >= 0 else said["name"])
    if kind == "shuffle":
        return Edit(tuple(sorted(tracks, key=lambda t: zlib.crc32(f"{t} {tracks}".encode()))))
    if kind == "reverse" and not written and not re.search(r"\b(?:order|list|it|them|these|those)\b", form.string):
        return None
    return Edit(tuple(reversed(tracks)))


def _number(said: str) -> int:
    """A number in digits or in a word."""
    return NUMBERS.get(said) or int(said)


def _of_places(kind: str, form: re.Match[str], standing: dict[str, Any], state: dict[str, Any]) -> Edit | None:
    """What becomes of a list at the places that are pointed at, or of what comes into it."""
    tracks: list[str] = standing["tracks"]
    said = {name: value for name, value in form.groupdict().items() if value}
    newest = [t for t in tracks if t not in standing["before"]]
    old = _BARE_PLACES.sub(r"number \1", said.get("old", ""))
    old = re.sub(r"\bopener\b", "first one", re.sub(r"\b(?:closer|finale)\b", "last one", old))
    talked_of = state.get("focus") if kind in {"move", "remove"} else None
    meant = resolve(old, state | {"shown": tracks, "focus": newest[0] if len(newest) == 1 else talked_of})
    written = standing["name"] is not None
    there = () if meant.vague else meant.handles  # "change that to something calmer" names no track
    by_words = written or kind == "move" or pending(state) is not None
    out = [t for t in there if t in tracks] or _described(old, tracks, state, by_words=by_words)
    if kind == "keep":
        return Edit(tuple(t for t in tracks if t in out)) if out and len(out) < len(tracks) else None
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
    wish = "" if found or _NEITHER.match(new) else re.sub(rf"(?:\b{_TO_IT}\b|{_AT_ITS_END.pattern}|\btoo\b|\bas well\b)", " ", new).strip(" ,.!")  # fmt: skip
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
    if len(tracks) < _FEW or (not moved and re.match(r"(?:the|that|this|it|me|us|you|these|those|them)\b", said)):
        return None
    rest: list[str | None] = [t for t in tracks if t not in moved]
    coming: list[str | None] = [*moved] or [None]
    wish = "" if moved else said.strip(" ,.!")
    return Edit(tuple([*coming, *rest] if first else [*rest, *coming]), wish)


def _with_new(said: str, tracks: Sequence[str]) -> Edit | None:
    """Behind a list one or several more, of its own kind ("another one", "two more") or of another ("a tango", "two happy ones")."""
    first = said.split()[0]
    count = _number(first) if re.fullmatch(_NUMBER, first) else 1
    after = (*tracks, *(None,) * min(count, _MOST_MORE))
    if _NEITHER.match(said) or re.fullmatch(rf"{_NUMBER} more(?: (?:songs|tracks|pieces))?", said):
        return Edit(after)
    return Edit(after, said) if _is_a_track(said) else None


def _is_a_track(said: str) -> bool:
    """ "A tango", "something by Ada", "one with a harp": a track that comes into a list; "a harp" is a wish for all of it."""
    if re.search(r"\b(?:ones?|songs?|tracks?|pieces?|tunes?|something|anything)\b", said):
        return True
    head = re.split(r"\b(?:by|with|from|of|in|about|for|like|that|to)\b", said)[0]
    named = [m for m in vocabulary().mentions(head) if vocabulary().kind(m.concept) == "genre"]
    return any(not head[m.end :].strip() for m in named)


def _extreme(said: str, known: Sequence[dict[str, Any]]) -> str | None:
    """The longest or the shortest track of a list."""
    asked = re.search(r"\bthe (longest|shortest)\b", said)
    timed = [t for t in known if t.get("seconds")]
    if not asked or not timed:
        return None
    best = max if asked[1] == "longest" else min
    return str(best(timed, key=lambda t: float(t["seconds"]))["handle"])


def _described(said: str, tracks: Sequence[str], state: dict[str, Any], *, by_words: bool) -> list[str]:
    """Tracks of a list that words describe: "the slowest", and `by_words` "the tango", "the one by Ada", a part of a title."""
    known = {t["handle"]: t for t in state["tracks"] if t["handle"] in tracks}
    languages = {LANGUAGE_OF[w] for w in fold(said).split() if w in LANGUAGE_OF}
    concepts = [vocabulary().narrower(m.concept) for m in vocabulary().mentions(said)]
    names = {w for w in plain(said).split() if len(w) > LETTERS and w not in EVERYDAY}

    def fits(track: dict[str, Any]) -> bool:
        named = {*plain(" ".join((track["title"], *track["artists"]))).split()}
        about = {*track.get("about", ()), *track.get("instruments", ())}
        return bool(track.get("language") in languages or any(about & c for c in concepts) or names & named)

    if most := the_most(said, known.values()):
        return [most]
    return [t for t in tracks if by_words and t in known and fits(known[t])]


def nothing_out(text: str, state: dict[str, Any]) -> str:
    """What is said right after a playlist was written to a turn that takes out or moves, but nothing that is in it; empty otherwise."""
    standing, folded = state.get("playlist"), fold(unnamed(text, state))
    if not standing or not state.get("listing") or _ASKS.search(folded):
        return ""
    asked = any(re.search(pattern, folded) for kind, pattern in _FORMS if kind in {"remove", "move"})
    return f"Nothing in “{standing['name']}” is that, as far as I can tell; {STAYS}" if asked else ""
