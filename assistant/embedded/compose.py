"""From tool results to an answer: short, varied, and made of what the tools returned and nothing else.

Variation is chosen by a checksum of the request, so the same conversation always reads the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.embedded.abroad import in_english
from assistant.embedded.contrast import contrast
from assistant.embedded.facts import details, why
from assistant.embedded.forms import says
from assistant.embedded.found import tracks_told
from assistant.embedded.measured import measured
from assistant.embedded.overview import whole
from assistant.embedded.sung import words_of_song
from assistant.embedded.survey import of_several, survey
from assistant.embedded.wishes import limit_words, listed
from index.each import each_words

_READY = {
    "help": "Tell me what you want to hear in your own words: a mood, an instrument, a story, a tempo range, a decade, an artist. Then refine it: calmer, without drums, "
    "more like the second one but with strings. I can say why a track is here, show its details and lyrics as far as its rights allow, measure a file you attach, and save a playlist. "
    "I am Liner Notes' embedded reader: rules and a small sentence embedder, not a language model.",
    "hello": "Hello. What would you like to hear? A mood, an instrument, a story or an artist is enough to start.",
    "bye": "Goodbye. This conversation stays as it is; come back to it whenever you like.",
    "holder": "That is for those who run this catalogue: they can block, correct or withdraw a track, and it counts at once "
    "(`linernotes rights block|set|withdraw TRACK --reason WHY`). I cannot do it from here. What is declared of a track I can tell you: ask for its licence, its credits, or who holds the rights.",
    "rude": "I am sorry that this went wrong. Tell me what you want to hear, or say “start over” and we begin anew.",
    "welcome": "You are welcome. Say “more” for others like these, or tell me where to go from here.",
    "greeted": "I am a program, so every day is much the same; thank you for asking. What would you like to hear?",
    "sorrow": "I am sorry. If music would help, say which kind: something quiet that keeps you company, something to cry to, or something that lifts you up.",
    "deletes": "I write playlists and change them, and delete no files of yours; the answer that saved the list names them.",
    "earlier": "I go back one wish at a time: say “undo that” for the list before this one, or tell me again what the first one was for.",
    "titles": "A title I find by its name; by the words in them I neither count nor list titles. Ask me for one, or for songs that tell of something.",
    "parts": "How long the parts of a track are I compare for what is on the screen: ask for some tracks, and then which of them has the longest intro.",
    "opinion": "I have no taste of my own, and rank nothing by how good it is. Ask me why a track is here or what is known of it; tell me what you like, and I follow that.",
    "self": "I am Liner Notes, the reader of this catalogue: a program of rules and a small sentence embedder, neither a person nor a language model. I have no feelings and no taste; I find music and tell what is known of it.",
    "skill": "How hard a piece is to play or to sing is not measured here. What I can tell is its tempo, its key and chords, where it changes them, and how dense it is: ask for any of these.",
    "hears": "Not while we talk. The files of this catalogue were measured once, when it was put together (tempo, key, chords, parts, where somebody sings); I go by that, and by what is written about a track. "
    "Attach a file of yours, and I measure it now.",
    "theory": "Cadences, church modes and voice leading are not labelled here, and I tell major from minor only. What I know of harmony is a track's key and where it changes, its chords, and the progressions that come back, by degrees (I-V-vi-IV): ask for a key, for a key change, or for the chords of a track.",
    "meaning": "What a word of music means I do not explain. What I can do is let you hear it: ask for tracks of the one, and then for tracks of the other.",
    "script": "I do not read that script. Please say it in English, German, French, Spanish, Italian, Portuguese or Swedish.",
    "contribute": "From here I measure a file and find what sounds like it; I add nothing. On the page, “My track” lets you describe it in your own words and "
    "contribute it, where those who run this catalogue allow that.",
    "tray": "The playlist that you are putting together stands in the tray of the page; from here I do not see into it. Ask me to save what is on the screen as a playlist, and I write one.",
    "no likes": "You have not liked a track yet. Use the hearts, or name the tracks for the playlist.",
    "unclear": "I did not understand that. Name a mood, an instrument, a genre, an artist or a track.",
    "missing": "There is no such track in what I showed. Point at one by its handle or by its place in the list.",
    "outside": "That is outside what I can do: I only know this music catalogue. Ask me for music, for a track's story, or about a file of yours.",
    "imitate": "I don't imitate a living artist's voice or write in their name. I can show you their own tracks here, or others that share what you like about them.",
}


@dataclass(frozen=True)
class Outcome:
    """A tool call of this turn and what came back; `failed` holds the tool's own words when it could not."""

    tool: str
    args: dict[str, Any]
    body: dict[str, Any]
    failed: str | None = None


def ready(name: str) -> str:
    """An answer that needs no tool."""
    return _READY[name]


def compose(request: str, intent: str, outcomes: Sequence[Outcome]) -> str:
    """The answer to a turn, in Markdown."""
    request = in_english(request)
    failed = [f"I could not do that: {o.failed}." for o in outcomes if o.failed]
    good = [o for o in outcomes if not o.failed]
    if intent == "compare" and len(good) > 1:
        cards = [o.body for o in good]
        of_each = survey(cards, request) if of_several(request) else ""
        return "\n\n".join((of_each or contrast(cards, request), *failed))
    if says("its ends", request):  # of the words too, where there are any
        good = [o for o in good if o.tool != "find_lyrics" or "lines" in o.body]
    undone = sum(bool(o.args.get("undo")) for o in good)
    if undone > 1:  # told once
        *_, last = (n for n, o in enumerate(good) if o.args.get("undo"))
        good = [o for n, o in enumerate(good) if n == last or not o.args.get("undo")]
    parts = [_memory(o, intent, undone) if o.tool == "remember" else _one(o, request, intent) for o in good]
    return "\n\n".join(p for p in (*parts, *failed) if p)


def _one(o: Outcome, request: str, intent: str) -> str:
    match o.tool:
        case "search_tracks" | "similar_tracks" | "search_lyrics":
            return tracks_told(o.args, o.body, request, intent)
        case "track_details":
            because = why(o.body) if intent == "why" else details(o.body, request)
            return f"I would start with the one that fits best. {because}" if says("picks", request) else because
        case "catalogue_overview":
            return whole(o.body, request)
        case "find_lyrics":
            return words_of_song(o.body, request)
        case "analyze_audio":
            return measured(o.body, request)
        case "describe_audio":
            return f"{o.body['model']} hears: {o.body['impression']}"
        case "transcribe_lyrics":
            return _transcript(o.body)
        case "make_playlist":
            return _playlist(o.body)
        case _:
            raise AssertionError(o.tool)


def _playlist(body: dict[str, Any]) -> str:
    """What was written, or what became of a playlist that was changed and how it goes now."""
    titles = {t["handle"]: f"{t['handle']} “{t['title']}”" for t in body["tracks"]}
    name = f"“{body['name']}”" + (f" ({body['length']})" if body.get("length") else "")
    names, files = ", ".join(titles.values()), f"The files are {' and '.join(body['files'])}."
    if "gone" not in body:
        return f"Saved {name} with {names}. {files}"
    parts = [
        f"{listed([titles[h] for h in body['new']])} came in" if body["new"] else "",
        f"{listed(body['gone'])} {'is' if len(body['gone']) == 1 else 'are'} out" if body["gone"] else "",
    ]
    if body.get("same"):
        return f"Nothing had to change. {name} goes {names}."
    what = ", ".join(p for p in parts if p) or ("another name" if body.get("was") else "another order")
    return f"Changed: {what}. {name} now goes {names}. {files}"


def _transcript(body: dict[str, Any]) -> str:
    if not body["lines"]:
        return f"I wrote nothing down of {body['name']}: {body['reason']}."
    rows = "\n".join(f"> {line}" for line in body["lines"])
    return f"What {body['model']} hears in {body['name']}:\n\n{rows}\n\nA machine wrote this down from the sound; nobody has checked it."


def _memory(o: Outcome, intent: str, undone: int = 1) -> str:
    if o.args.get("start_over"):
        return "All forgotten. What would you like to hear?"
    if o.args.get("undo") and o.body.get("shown"):
        return "Back to what was here before."
    if o.args.get("undo"):
        return (
            f"I took the last {f'{undone} wishes' if undone > 1 else 'wish'} back; this is where we were."
            if o.body.get("query")
            else "I took it back; no wish is left."
        )
    if intent == "indifferent":
        return "Noted; I hold nothing for or against it any more."
    if intent in {"like", "dislike"}:
        rows = o.body["liked"] if intent == "like" else o.body["disliked"]
        return f"Noted: you {intent} {listed(rows[-2:])}." if rows else ""
    return _taste(o.body)


def _taste(body: dict[str, Any]) -> str:
    query = body.get("query") or {}
    parts = [
        f"you want words that tell of “{query['about']}”" if query.get("about") else "",
        f"you want {listed(query['want'])}" if query.get("want") else "",
        f"you asked for {listed(query['artists'])}" if query.get("artists") else "",
    ]
    parts.append(f"you want it to be like {listed(query['like'])}" if query.get("like") else "")
    parts.append(f"you want {each_words(query['each'])}" if query.get("each") else "")
    parts.append(f"you want a list in {len(query['steps'])} steps" if query.get("steps") else "")
    parts.append(f"you rule out {listed(query['avoid'])}" if query.get("avoid") else "")
    parts.append(f"the limits are {limit_words(body['limits'])}" if body.get("limits") else "")
    parts += [
        f"you like {listed(body['liked'])}" if body["liked"] else "",
        f"you dislike {listed(body['disliked'])}" if body["disliked"] else "",
    ]
    known = "; ".join(p for p in parts if p)
    return (
        f"What I heard from you: {known}."
        if known
        else "So far I know nothing of your taste. Tell me what you like, or use the hearts on the cards."
    )
