"""Tracks in rows: each with its place, its title and one line of evidence; those that are only near apart, steps of a list under their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.embedded.sung import verse_words
from assistant.embedded.wishes import all_had, limit_words, listed, mentions, wish_words
from index.concepts import vocabulary
from index.entities import single_names
from index.heard import TEMPO, is_heard

Args = dict[str, Any]
Card = dict[str, Any]
_NO_TAGS = {"lyrics", "year", TEMPO}


def rows(found: Sequence[Card], asked: Sequence[str], args: Args, first: int = 1) -> list[str]:
    """The tracks, numbered, and where those begin that are only near."""
    names = args.get("artists_like", [])
    known = [f"what {listed(names)} {'is' if len(names) == 1 else 'are'} known for"] if names else []
    like = args.get("like") or args.get("handles") or known
    near = _where_near_begins(found, asked)
    lacking = unmet(found, asked)
    genres = [w for w in asked if vocabulary().kinds.get(w) == "genre" and w not in lacking]
    lines = [
        f"{n}. {_title(t)}: {reason(t, asked if n < first + near else [], like)}{_not_of(t, genres) if n < first + near and _says(t, asked) else ''}"
        for n, t in enumerate(found, first)
    ]
    if near < len(found) and args.get("order") != "as listed":
        lines.insert(near, f"\nNothing else here {mentions(asked, args)}. Near it:\n")
    return lines


def _not_of(track: Card, genres: Sequence[str]) -> str:
    """The genres that were asked for and that nothing says of a track which meets another wish."""
    said = {m.concept for m in vocabulary().mentions(f"{track.get('caption') or ''} {track.get('description') or ''}")}
    lacks = [g for g in genres if not _says(track, [g]) and not vocabulary().narrower(g) & said]
    return f" Nothing says {listed(lacks, 'or')}." if lacks else ""


def takes_turns(steps: Sequence[Card]) -> bool:
    """Whether the same steps come again: fast, slow, fast, slow."""
    return len({str({**step, "tracks": 0}) for step in steps}) < len(steps)


def step_words(step: Card, args: Args) -> str:
    """What a step asks for: "calm music", "from 1960 to 1969"."""
    wish = wish_words({**step, "text": args.get("text", "")}, ())
    named = listed([f"“{title}”" for title in step.get("titles", ())])
    return limit_words([w for w in (named, wish, *step["limits"]) if w])


def step_rows(found: Sequence[Card], steps: Sequence[Card], args: Args) -> Iterator[str]:
    """The tracks of a list under what each of its steps asks for, where it is another than the step before."""
    first, named = 0, ""
    turns = takes_turns(steps)
    for step in steps:
        these = found[first : first + step["tracks"]]
        want = step.get("want", [])
        words = step_words(step, args)
        lacks = " (none here says so; the nearest)" if these and all_unsaid(these, want) else "" if these else " (none)"
        if not turns and words != named:
            yield ("\n" if first else "") + f"{words[:1].upper()}{words[1:]}{lacks}:\n"
        named = words
        asked = [] if lacks else want
        yield from rows(these, asked, args, first + 1)
        first += step["tracks"]


def _where_near_begins(found: Sequence[Card], asked: Sequence[str]) -> int:
    """How many tracks come before those without evidence for any wish; all, where such tracks do not come last together."""
    named = [_says(t, asked) for t in found]
    said = sum(named)
    return said if asked and len(found) - said > 1 and all(named[:said]) else len(found)


def unmet(found: Sequence[Card], asked: Sequence[str]) -> list[str]:
    """Wishes that no track has evidence for, while another wish is met."""
    proofs = [p for t in found for p in t.get("evidence", [])]
    met = {p.get("concept") for p in proofs}
    met |= {m.concept for p in proofs if p["kind"] in {"said", "tag"} for m in vocabulary().mentions(p["words"])}
    return [wish for wish in asked if wish not in met] if met & {*asked} else []


def all_unsaid(found: Sequence[Card], want: Sequence[str]) -> bool:
    """Whether there is a wish, and no evidence for any of it in any track."""
    return bool(want) and not any(_says(t, want) for t in found)


def _says(track: Card, wishes: Sequence[str]) -> bool:
    """Whether a track has evidence for one of the wishes."""
    return any(p.get("concept") in {*wishes} for p in track.get("evidence", []))


def _title(track: Card) -> str:
    by = f" by {', '.join(track['artists'])}" if track.get("artists") else ""
    year = f" ({track['year']})" if track.get("year") else ""
    return f"**{track['handle']}** “{track['title']}”{by}{year}"


def reason(track: Card, asked: Sequence[str] = (), like: Sequence[str] = ()) -> str:
    """One line of evidence for a track: its own words around the proof, then measured values, then tags."""
    proofs = track.get("evidence", [])
    said = [p for p in proofs if p["kind"] in {"said", "suits"} and p["field"] in track and p.get("start") is not None]
    quotes = list(dict.fromkeys(snippet(track[p["field"]], p["start"], p["end"]) for p in said))
    tags = list(
        dict.fromkeys(
            p["words"]
            for p in proofs
            if p["kind"] in {"tag", "suits"}
            and p not in said
            and p["field"] not in _NO_TAGS
            and not is_heard(p["field"])
        )
    )
    sung = list(dict.fromkeys(_sung(p) for p in proofs if p["field"] == "lyrics" and p["kind"] != "verse"))
    quotes = [q for q in quotes if not any(q != other and q.strip(" …") in other for other in quotes)]
    parts = [verse_words(p) for p in proofs if p["kind"] == "verse"] + [f"“{quote}”" for quote in quotes[:2]]
    if tags:
        parts.append(f"tagged {', '.join(tags[:3])}")
    known = {p["words"]: [q["concept"] for q in proofs if q["kind"] == "known"] for p in proofs if p["kind"] == "known"}
    parts += [
        f"{by} {'are' if len(single_names(by)) > 1 else 'is'} known for {listed(concepts)}"
        for by, concepts in known.items()
    ]
    shared = list(dict.fromkeys(p["concept"] for p in proofs if p["kind"] == "shared"))
    if shared:
        parts.append(f"shares {listed(shared)} with {listed(like) if like else 'what you like'}")
    if sung:
        parts.append(f"its lyrics mention {', '.join(sung[:2])}")
    made = re.match(r"declared as made (?:in part )?with AI", track.get("ai", ""))
    if made:
        parts.insert(0, made.group())
    parts += [str(p["words"]) for p in proofs if p["kind"] == "renown"]
    parts[:0] = [f"{p['field']} {p['words']}" for p in proofs if p["kind"] == "measured" and not p.get("concept") and p["field"] != "tempo"]  # fmt: skip
    heard = list(dict.fromkeys(p["words"] for p in proofs if is_heard(p["field"])))
    if heard:
        parts.insert(0, f"heard in it: {listed(heard)}")
    if not parts and track.get("caption"):
        parts.append(f"“{snippet(track['caption'], 0, 0)}”")
    measured = [f"{track['tempo_bpm']:.0f} BPM" if track.get("tempo_bpm") else "", track.get("key", "")]
    if any(measured):
        parts.append("measured " + ", ".join(m for m in measured if m))
    named = [p["words"] for p in proofs if p["kind"] == "name"]
    if named and (not parts or any(p["field"] == "credits" for p in proofs)):
        parts.insert(0, f"credited to {named[0]}")
    if asked and not _says(track, asked):
        had = all_had(asked)
        lacks = f"not heard in it: {listed(had)}" if had else f"nothing says {listed(asked)}"
        parts.insert(0, f"{lacks}, but it is near")
    return ("; ".join(parts) or "nothing more is known of it here").rstrip(".") + "."


def _sung(proof: Card) -> str:
    """Words of a lyric sheet and where they stand in it."""
    place = f" ({proof['place']})" if proof.get("place") else ""
    return f"“{proof['words']}”{place}"


def snippet(text: str, start: int, end: int, most: int = 90) -> str:
    """The clause of a text around [start, end), cut at word boundaries."""
    left = max((m.end() for m in re.finditer(r"[.;:!?]\s+|,\s+", text[:start])), default=0)
    right_match = re.search(r"[.;:!?](?:\s|$)|,\s", text[max(end, start + 1) :])
    right = max(end, start + 1) + right_match.start() if right_match else len(text)
    if len(text[left:right].split()) < 4:  # too short to tell anything: to the end of the sentence
        stop = re.search(r"[.;:!?](?:\s|$)", text[right:])
        right = right + stop.start() if stop else len(text)
    while end - left > most - 10 and " " in text[left:start]:
        left += text[left:start].index(" ") + 1
    clause = text[left:right]
    clause = clause.strip()
    return clause if len(clause) <= most else clause[:most].rsplit(" ", 1)[0] + " …"
