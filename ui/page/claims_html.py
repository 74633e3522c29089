"""HTML of what an artist says of a whole track: rights and credits, lyrics, the way into the catalogue, tags in a copy.

Forms are the page's own; their fields become one act (`page.js`). All text is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from assistant.contributions import CONSENT, Standing
from assistant.works import Work
from index.profile import clock
from index.track import Track
from tools.rights import ai_words, attribution
from tools.studio.declarations import CHOICES, UNSAID, shown
from tools.studio.tagging import Tagged
from tools.studio.words import LONGEST, Place, Told, as_text
from ui.page.cards import BADGES, button, e

_FIELDS = (
    ("composer", "Composers"), ("lyricist", "Lyricists"), ("performer", "Performers"), ("producer", "Producers"), ("label", "Label"),
    ("publisher", "Publisher"), ("isrc", "ISRC"), ("licence", "Licence"),
)  # fmt: skip
_ASKED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "lyrics_display": ("Lyrics may be shown", {"none": "not at all", "excerpt": "as an excerpt of two lines", "full": "in full (needs a licence)"}),
    "ai_status": ("Made with AI (DDEX)", {"none": "no part of it", "partly": "partly", "all": "all of it"}),
    "machine_analysis": ("Machines may listen to it", {"allowed": "yes", "forbidden": "no"}),
    "ai_training": ("Machines may learn from it", {"allowed": "yes", "forbidden": "no"}),
}  # fmt: skip
NO_EARS = "No audio language model is configured, so nobody writes the words down from the sound: paste them, or leave them in the file's tags."
_TALL, _WIDE = 84, 1000


def badge(track: Track) -> str:
    """What is declared about AI, as on the cards of Discover."""
    kind, words = BADGES[track.rights.ai_status]
    return f'<span class="ln-badge ln-{kind}" title="{e(ai_words(track))}">{e(words)}</span>'


def credit(track: Track) -> str:
    """The line that credits its makers, to be copied."""
    line = attribution(track)
    return f'<p class="ln-credit ln-mine"><span>{e(line)}. AI: {e(ai_words(track))}.</span> <button type="button" class="ln-act" data-copy="{e(line)}">Copy credit</button></p>'


def rights(
    work: Work, wrong: str = "", *, opened: bool = False, typed: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The form for rights and credits, filled with what holds, or with what was `typed` and refused."""
    values = {column: typed.get(column, value) for column, value in shown(work.track, work.declarations).items()}
    texts = "".join(_text(column, label, values[column]) for column, label in _FIELDS)
    texts += _text("ai_roles", "What AI did, if it did", values["ai_roles"])
    chosen = "".join(_choice(column, values[column]) for column in CHOICES)
    rows = "".join(
        f"<li>{e(d.column)}: {e(d.value)} <small>{e(d.who)}, {e(d.when)}</small> {_undo(d.column)}</li>"
        for d in work.declarations
    )
    told = (
        f'<details class="ln-sources"{" open" if opened and not wrong else ""}><summary>Who declared what</summary><ul>{rows}</ul></details>'
        if rows
        else ""
    )
    return _folded("Rights and credits", f'<form data-form="declare"><div class="ln-grid">{texts}{chosen}</div><p class="ln-hint">Several names: semicolons between them. An empty field declares nothing; what the file’s own tags say holds then.</p><button class="ln-act ln-go">Keep</button></form>{told}', wrong, opened)  # fmt: skip


def words(work: Work, told: Told | None, wrong: str = "", *, ears: bool, opened: bool = False) -> str:
    """The lyrics, whole, since they are the artist's own, and what they tell."""
    lyrics = work.track.lyrics
    text = as_text(lyrics) if lyrics else (work.words.text if work.words else "")
    where = f" from {lyrics.source}" if lyrics and lyrics.source != "the artist" else ""
    note = f'<p class="ln-hint">{e(f"Written down by a machine ({lyrics.source}); nobody has checked it.")}</p>' if lyrics and work.words and work.words.machine else ""  # fmt: skip
    hear = '<button type="button" class="ln-act" data-act="listen" data-value="">Write them down from the sound</button>' if ears else f'<p class="ln-hint">{e(NO_EARS)}</p>'  # fmt: skip
    form = f'<form data-form="words"><label class="ln-field ln-all">Lyrics{e(where)}<textarea name="text" rows="9" maxlength="{LONGEST}" placeholder="Paste the words; an empty line between verses. LRC with times puts them on the time axis.">{e(text)}</textarea></label>{note}<div class="ln-acts"><button class="ln-act ln-go">Keep</button>{hear}</div></form>'
    return _folded("Lyrics", f"{_course(told) if told else ''}{form}", wrong, opened)


def joined(standing: Standing, *, allowed: bool, wrong: str = "", opened: bool = False, again: bool = False) -> str:
    """Into the catalogue by an explicit act, and out again; `again` asks whether a second copy is meant."""
    state = f"{standing.who}, {standing.when}"
    if standing.kind == "in":
        inside = f'<p class="ln-hint">It is in this catalogue since {e(standing.when)}, by consent of {e(standing.who)}. What you correct or declare here is carried over.</p><button type="button" class="ln-act ln-danger" data-act="leave" data-value="">Withdraw it from the catalogue</button>'
        return _folded("In this catalogue", inside, wrong, True)
    if standing.kind == "blocked":
        return _folded("Kept from being shown", f'<p class="ln-hint">{e(state)}: {e(standing.why)}</p><button type="button" class="ln-act ln-danger" data-act="leave" data-value="">Withdraw it from the catalogue</button>', wrong, True)  # fmt: skip
    was = f'<p class="ln-hint">Withdrawn ({e(state)}). It comes back only if you add it again.</p>' if standing.kind == "withdrawn" else ""  # fmt: skip
    if not allowed:
        return was
    twice = '<label class="ln-consent"><input type="checkbox" name="again" value="yes"> <span>Add it all the same, as a track of its own</span></label>' if again else ""  # fmt: skip
    form = f'{was}<form data-form="join"><label class="ln-consent"><input type="checkbox" name="consent" value="yes"> <span>{e(CONSENT)}</span></label>{twice}<button class="ln-act ln-go">Add to this catalogue</button></form>'
    return _folded("Add to this catalogue", form, wrong, opened)


def copies(work: Work, done: Tagged | None = None, wrong: str = "") -> str:
    """A copy of the file with tags in it."""
    told = f'<p class="ln-hint" role="status">{e(_written(work, done))}</p>' if done else ""
    lyrics = '<label class="ln-consent"><input type="checkbox" name="lyrics" value="yes"> <span>with the lyrics</span></label>' if work.track.lyrics else ""  # fmt: skip
    form = f'<form data-form="tagged"><p class="ln-hint">Title, credits, ISRC, tempo, key, licence, AI disclosure and the one-line description, written into a copy. The sound is not encoded again.</p>{lyrics}<button class="ln-act ln-go">Download a copy with tags</button></form>'
    return _folded("A copy with tags", f"{form}{told}", wrong, bool(done or wrong))


def _written(work: Work, done: Tagged) -> str:
    out = f" A {work.path.suffix} file cannot hold: {', '.join(done.left_out)}." if done.left_out else ""
    return f"In the copy: {', '.join(done.held)}.{out}"


def _folded(title: str, inside: str, wrong: str, opened: bool) -> str:
    trouble = f'<p class="ln-told ln-ban" role="alert">{e(wrong)}</p>' if wrong else ""
    return f'<details class="ln-fold"{" open" if opened or wrong else ""}><summary>{e(title)}</summary>{trouble}{inside}</details>'


def _undo(column: str) -> str:
    return button("undeclare", json.dumps({"column": column}), "Take back")


def _text(name: str, label: str, value: str) -> str:
    return f'<label class="ln-field">{e(label)}<input type="text" name="{name}" value="{e(value)}" maxlength="500" autocomplete="off"></label>'


def _choice(column: str, value: str) -> str:
    label, words = _ASKED[column]
    unsaid = f"not declared{f' ({words[UNSAID[column]]})' if column in UNSAID else ''}"
    rows = "".join(
        f'<option value="{v}"{" selected" if v == value else ""}>{e(words[v])}</option>' for v in CHOICES[column]
    )
    return f'<label class="ln-field">{e(label)}<select name="{column}"><option value="">{e(unsaid)}</option>{rows}</select></label>'


def _course(told: Told) -> str:
    found = told.course
    facts = [
        f"Language: {found['language']}" if found["language"] else "",
        f"Words: {found['explicit']}" if found["explicit"] else "",
        f"The chorus comes {found['chorus']['times']} times" if found["chorus"] else "No stanza comes again",
        f"Speaks of {', '.join(found['speaks_of'])}" if found["speaks_of"] else "",
    ]
    course = found["mood_course"]
    mood = f"<p>{e(_moods(course))} <small>Inferred {e(course['inferred'])}.</small></p>" if course else ""
    doubt = f'<p class="ln-told ln-ban">These words may not be this track’s: {e(told.doubt)}.</p>' if told.doubt else ""
    rows = "".join(_verse(p, row.get("mood")) for p, row in zip(told.places, found["verses"], strict=True))
    return f'<div class="ln-course-of-words">{doubt}<p>{e(". ".join(f for f in facts if f))}.</p>{mood}{_arc(told.places)}<ol class="ln-verses">{rows}</ol></div>'


def _moods(course: Mapping[str, Any]) -> str:
    moods = course["moods"]
    way = f"It goes from {' to '.join(moods)}" if len(moods) > 1 else f"It is {moods[0]} throughout"
    return f"{way}; it ends {course['ends']}."


def _verse(place: Place, mood: str | None) -> str:
    name = e(place.verse.name)
    at = f'<button type="button" class="ln-seek" data-seek="{place.start_s:.2f}" aria-label="Play {name} from {clock(place.start_s)}">▶ {clock(place.start_s)}</button>' if place.start_s is not None else ""  # fmt: skip
    return f'<li class="{"ln-chorus" if place.verse.chorus else ""}"><b>{name}</b> {at} <q>{e(place.verse.lines[0].text)}</q>{f" <small>{e(mood)}</small>" if mood else ""}</li>'


def _arc(places: Sequence[Place]) -> str:
    """How bright the words of each verse are, as bars up and down; nothing where that cannot be told."""
    leans = [p.lean for p in places]
    if len(leans) < 2 or any(lean is None for lean in leans):
        return ""
    label = "Emotional arc: " + ", ".join(
        f"{p.verse.name} {'brighter' if (p.lean or 0) >= 0 else 'darker'}" for p in places
    )
    return f'<figure class="ln-leans"><svg viewBox="0 0 {_WIDE} {_TALL}" preserveAspectRatio="none" role="img" aria-label="{e(label)}"><line x1="0" x2="{_WIDE}" y1="{_TALL / 2}" y2="{_TALL / 2}"/>{"".join(_bars(places))}</svg><figcaption>words brighter than dark above the line, darker below; inferred, verse by verse</figcaption></figure>'


def _bars(places: Sequence[Place]) -> Iterator[str]:
    most = max(0.1, *(abs(p.lean or 0) for p in places))
    wide = _WIDE / len(places)
    for n, place in enumerate(places):
        tall = (_TALL / 2 - 4) * (place.lean or 0) / most
        top = _TALL / 2 - max(0.0, tall)
        style = "ln-up" if tall >= 0 else "ln-down"
        yield f'<rect class="{style}" x="{n * wide + 4:.1f}" width="{wide - 8:.1f}" y="{top:.1f}" height="{max(1.5, abs(tall)):.1f}"><title>{e(place.verse.name)}</title></rect>'
