"""HTML of the tab for artists: progress, headline, neighbours, what sentences rest on, corrections, answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote

from assistant.works import Work
from index.profile import clock
from index.track import Track
from tools.studio.neighbours import Neighbour
from tools.studio.registers import Sentence, unsupported
from ui.page import claims_html, tongues
from ui.page.cards import Faces, button, e

_STAGES = {"decoding": "reading the file", "arc": "course", "likeness": "fingerprint"}


def told(words: str, *, bad: bool = False) -> str:
    """A line above the desk."""
    return f'<p class="ln-told{" ln-ban" if bad else ""}" role="{"alert" if bad else "status"}">{e(words)}</p>'


def stages(names: Sequence[str], done: Collection[str]) -> str:
    """How far a reading is."""
    at = next((n for n in names if n not in done), None)
    rows = "".join(f'<li class="{"ln-done" if n in done else "ln-now" if n == at else ""}">{e(_STAGES.get(n, n))}</li>' for n in names)  # fmt: skip
    return f'<div class="ln-stages" role="status" aria-label="Reading, {len(done)} of {len(names)} stages done"><progress max="{len(names)}" value="{len(done)}"></progress><ol>{rows}</ol></div>'


def headline(track: Track) -> str:
    """What the track is, in its main measures."""
    profile = track.profile
    if profile is None:
        return told(track.name)
    loud = profile.loudness.integrated_lufs
    facts = [
        clock(profile.duration_s),
        f"{profile.tempo.bpm:.0f} BPM" if profile.tempo.bpm else "no steady pulse",
        profile.key.name if profile.key else "no clear key",
        profile.meter or "no clear meter",
        f"{loud:.1f} LUFS" if loud is not None else "silent",
    ]
    notes = "".join(f"<li>{e(note)}</li>" for note in profile.notes)
    return f'<div class="ln-headline"><h2>{e(track.name)}{f" <i>{e(track.by)}</i>" if track.by else ""} {claims_html.badge(track)}</h2><p class="ln-facts">{e(" · ".join(facts))}</p>{f"<ul>{notes}</ul>" if notes else ""}{claims_html.credit(track)}</div>'


def neighbours(near: Sequence[Neighbour], faces: Faces) -> str:
    """The nearest tracks of the catalogue, with what is shared and what differs."""
    if not near:
        return '<div class="ln-empty">The catalogue has no measured track to set beside yours.</div>'
    return f'<h3 class="ln-h">Near you in the catalogue</h3><div class="ln-cards">{"".join(_neighbour(n, faces) for n in near)}</div>'


def _neighbour(near: Neighbour, faces: Faces) -> str:
    track, face = near.track, faces.of(near.track.id)
    shared = f"<p>Shared: {e(', '.join(near.shared))}</p>" if near.shared else ""
    differs = f"<p>Differs: {e(', '.join(near.differs))}</p>" if near.differs else ""
    length = track.duration_s or 0
    player = (
        f'<div class="ln-player" data-url="audio/{quote(track.id, safe="")}" data-length="{length:.1f}" data-title="{e(track.name)}" data-by="{e(track.by)}"><button type="button" class="ln-play" aria-label="Play {e(track.name)}"></button><div class="ln-wave" role="slider" tabindex="0" aria-label="Position in {e(track.name)}" aria-valuemin="0" aria-valuemax="{length:.0f}" aria-valuenow="0">{face.wave}</div></div>'
        if face and face.wave
        else ""
    )
    return f'<article class="ln-card">{face.cover if face else ""}<div class="ln-body"><h3>{e(track.name)}</h3><p class="ln-by">{e(track.by)}</p><p class="ln-facts">sounds {near.likeness:.0%} alike</p>{shared}{differs}{player}</div></article>'


def rests(sentences: Sequence[Sentence], text: str, track: Track, *, written: bool) -> str:
    """What each sentence rests on; of the artist's own words, those that nothing bears out are marked."""
    if written:
        marked, at = "", 0
        for claim in unsupported(text, track):
            marked += f'{e(text[at : claim.start])}<mark title="nothing measured or declared says {e(claim.concept)}">{e(text[claim.start : claim.end])}</mark>'
            at = claim.end
        count = marked.count("<mark")
        note = f"{count} {'word' if count == 1 else 'words'} that nothing measured or declared bears out" if count else "Nothing in it goes beyond what was measured or declared."  # fmt: skip
        return f'<div class="ln-rests"><p>{e(note)}</p><p class="ln-own">{marked}{e(text[at:])}</p></div>'
    rows = "".join(f"<li>{e(s.text)} <small>{e('; '.join(s.rests_on))}</small></li>" for s in sentences)
    return f'<details class="ln-rests"><summary>What each sentence rests on</summary><ul>{rows}</ul></details>'


def translated(work: Work, register: str, language: str) -> str:
    """Where a text in another language is from, and what was looked at."""
    if tongues.name_of(register, language) in work.texts:
        doubt = tongues.doubt(work, register, language)
        note = f"Beside the English, {doubt}." if doubt else "Its numbers and names are those of the English."
        return f'<div class="ln-rests"><p>{e(note)}</p></div>'
    made = work.translations[tongues.name_of(register, language)]
    note = f"Put into {language} by {made.by}, a machine, on {made.when}. Its numbers and names are those of the English; the rest nobody has checked."
    return f'<div class="ln-rests"><p>{e(note)}</p></div>'


def corrections(work: Work, wrong: str = "") -> str:
    """What the artist corrected, each with a way back."""
    latest = {c.field: c for c in work.corrections}.values()
    rows = "".join(f"<li><b>{e(c.field)}</b>: {e(c.value)} <small>{e(c.who)}, {e(c.when)}</small> {button('uncorrect', c.field, 'Undo')}</li>" for c in latest)  # fmt: skip
    trouble = told(wrong, bad=True) if wrong else ""
    return f'{trouble}<ul class="ln-corrections">{rows}</ul>' if rows or trouble else ""


def answers(turns: Sequence[tuple[str, dict[str, Any]]], waiting: str = "") -> str:
    """Questions about the track and their answers, newest last."""
    rows = "".join(f"<dt>{e(user)}</dt><dd>{_paragraphs(str(reply['text']))}</dd>" for user, reply in turns)
    rows += f'<dt>{e(waiting)}</dt><dd class="ln-waiting">…</dd>' if waiting else ""
    return f'<dl class="ln-answers">{rows}</dl>' if rows else ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{e(line).replace('**', '')}</p>" for line in text.splitlines() if line.strip())


def works(known: Sequence[tuple[str, str]], current: str) -> str:
    """The artist's tracks, and what can be done with the one on the desk."""
    rows = "".join(
        f'<li class="{"ln-here" if i == current else ""}">{button("work", i, e(title), on=i == current)}</li>'
        for i, title in known
    )
    sheets = "".join(button("sheet", kind, label) for kind, label in (("png", "Sheet (PNG)"), ("md", "Markdown"), ("json", "JSON")))  # fmt: skip
    return f'<nav class="ln-works" aria-label="Your tracks"><ul>{rows}</ul><div class="ln-acts">{sheets}{button("forget", current, "Take it off this machine")}</div></nav>'
