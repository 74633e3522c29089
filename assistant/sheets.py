"""The providers of lyric sheets that the settings switch on, in the order in which they are asked.

What the catalogue itself holds comes before all of them: the artist's own sheet, sidecars, tags (`index.sheets`).
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx

from assistant.ears import listener_for
from assistant.finding import Finding
from assistant.settings import Settings
from index.errors import UserError
from index.store import Store
from index.track import Track
from tools.listener.listener import Listener
from tools.lyrics.kept import Answers
from tools.lyrics.lrclib import Lrclib
from tools.lyrics.musixmatch import Musixmatch
from tools.lyrics.provider import Provider
from tools.lyrics.service import NotReached, Pace, Service
from tools.lyrics.transcription import Transcription

_CALLED = {"column": "the artist's own column", "sidecar": "sidecars", "tag": "tags"}


def providers(settings: Settings, listener: Listener) -> tuple[Provider, ...]:
    """A licensed service, the public database, and a machine that listens."""
    agent = f"LinerNotes/0.1 ({settings.contact})"
    found: list[Provider] = []
    if settings.musixmatch_key:
        found.append(Musixmatch(settings.musixmatch_url, settings.musixmatch_key, agent))
    if settings.lrclib:
        found.append(Lrclib(settings.lrclib_url, agent, answers=Answers(settings.lyrics_cache / "lrclib")))
    return (*found, Transcription(listener)) if listener.model else tuple(found)


def forget_sheets(settings: Settings, track: Track) -> None:
    """Removes what lyrics services said of a track and what is kept of it: part of a withdrawal."""
    Lrclib(settings.lrclib_url, "", answers=Answers(settings.lyrics_cache / "lrclib")).forget(track)


def examine_sheets(settings: Settings, index: Path) -> list[Finding]:
    """Each source of lyrics, in the order in which they are asked."""
    return [_own(index), _musixmatch(settings), _lrclib(settings), _transcription(settings)]


def _own(index: Path) -> Finding:
    try:
        store = Store(index)
    except UserError:
        return Finding("lyrics: own", "absent", "no index", "build one")
    with closing(store):
        sources = Counter(source.split()[0] for source in store.sheet_sources())
    told = ", ".join(f"{n} from {_CALLED.get(kind, kind)}" for kind, n in sorted(sources.items()))
    hint = "" if told else "put .lrc or .txt files beside the audio, or give a column lyrics"
    return Finding("lyrics: own", "ok" if told else "absent", told or "no sheet in the catalogue", hint)


def _musixmatch(settings: Settings) -> Finding:
    if not settings.musixmatch_key:
        return Finding("Musixmatch", "absent", "no key; not asked", "set LINERNOTES_MUSIXMATCH_KEY to a key of yours")
    trouble = Musixmatch(settings.musixmatch_url, settings.musixmatch_key).trouble()
    host = httpx.URL(settings.musixmatch_url).host
    advice = "check LINERNOTES_MUSIXMATCH_KEY and the network" if trouble else ""
    return Finding("Musixmatch", "broken" if trouble else "ok", trouble or f"{host} accepts the key", advice)


def _lrclib(settings: Settings) -> Finding:
    if not settings.lrclib:
        return Finding(
            "LRCLIB",
            "absent",
            "switched off; lyrics come from the catalogue alone",
            "set LINERNOTES_LRCLIB=1 to ask it",
        )
    agent = f"LinerNotes/0.1 ({settings.contact})"
    try:
        Service(settings.lrclib_url, agent, Pace(0)).get("/api/search", {"q": "a"})
    except NotReached as failed:
        return Finding(
            "LRCLIB",
            "broken",
            f"{settings.lrclib_url} does not answer ({failed}); what it said before is in {settings.lyrics_cache}",
            "check the network, or unset LINERNOTES_LRCLIB",
        )
    return Finding("LRCLIB", "ok", settings.lrclib_url)


def _transcription(settings: Settings) -> Finding:
    if listener_for(settings).model is None:
        return Finding("lyrics: by ear", "absent", "no audio model listens", "see audio model")
    return Finding("lyrics: by ear", "ok", f"{settings.audio_model} writes words down where the rights allow it")
