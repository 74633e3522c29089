"""What programs may ask the page: `discover`, `analyze` and `describe`, as Gradio API endpoints and as MCP tools.

They answer under the same rules as the page: grounded, with credits, no more of a lyric than its rights allow. A thread
that a caller names is the caller's own as long as nobody else can guess its name.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import gradio as gr
from gradio import events

from assistant.events import Request
from assistant.reply import Assistant
from index.track import Track
from tools.audio.decode import AudioRejected
from tools.rights import ai_words, attribution, forbidden_words
from tools.studio.reading import Read, read
from tools.studio.registers import registers
from tools.summary import summary

_OWNER = "api"
_LEAST = 16  # letters of a thread that was given out
_SHOWN = ("handle", "id", "title", "artists", "album", "year", "duration_s", "tempo_bpm", "key", "meter", "genres", "moods", "caption", "credit", "ai", "evidence")  # fmt: skip


class Api:
    """The three functions; each raises `gradio.Error` in words."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def discover(self, request: str, thread: str = "") -> dict[str, Any]:
        """Look for music in the catalogue, in your own words; go on with the thread that an answer names.

        Args:
            request: what is wanted: a mood, an instrument, a story, a tempo, an artist, or a change to what was wanted before
            thread: the thread of an earlier answer, or empty for a new conversation

        Returns:
            the answer in words, the tracks with evidence and credits, and the thread to go on with
        """
        if thread and len(thread) < _LEAST:
            raise _told(f"there is no thread {thread!r}; leave it empty, and go on with the one that the answer names")
        thread = thread or f"api-{secrets.token_urlsafe(18)}"
        if not request.strip():
            raise _told("the request is empty; say what you would like to hear")
        reply = self._assistant.reply(Request(thread, request, owner=_OWNER))
        tracks = [{name: card[name] for name in _SHOWN if name in card} for card in reply.shown]
        return {"thread": thread, "answer": reply.text, "tracks": tracks, "brain": reply.brain, "trouble": reply.trouble}  # fmt: skip

    def analyze(self, track: str) -> dict[str, Any]:
        """What was measured in a track of the catalogue: tempo, key, meter, chords, sections, loudness, energy over time.

        Args:
            track: its id, as `discover` gives it, or its title

        Returns:
            the measures, with title and credit
        """
        found = self._track(track)
        if found.profile is None:
            raise _told(
                forbidden_words(found)
                if found.rights.analysis == "forbidden"
                else f"“{found.name}” has not been measured: the catalogue has no audio for it"
            )
        return {"id": found.id, "title": found.name, "credit": attribution(found), "measured": summary(found.profile)}

    def describe(self, track: str) -> dict[str, Any]:
        """A track of the catalogue described: one line, a paragraph, a press text, a brief for sync licensing, tags; every
        sentence with what it rests on.

        Args:
            track: its id, as `discover` gives it, or its title

        Returns:
            the registers, with credit and AI declaration
        """
        found = self._track(track)
        return {
            "id": found.id, "title": found.name, "credit": attribution(found), "ai": ai_words(found), "caption": found.caption,
            "registers": {name: [{"text": s.text, "rests_on": list(s.rests_on)} for s in made] for name, made in registers(found).items()},
        }  # fmt: skip

    def listen(self, sound: gr.FileData) -> dict[str, Any]:
        """What is measured in an audio file that is uploaded with the request; nothing of it is kept.

        Args:
            sound: an audio file, up to 20 minutes

        Returns:
            the measures and the registers, as `analyze` and `describe` give them
        """
        path = Path(sound["path"] if isinstance(sound, dict) else sound.path)
        try:
            made = [part for part in read(path, path.name, self._assistant.settings.device) if isinstance(part, Read)]
        except AudioRejected as reason:
            raise _told(f"{path.name} cannot be read: {reason}") from reason
        track = made[0].track
        assert track.profile is not None
        described = {name: [{"text": s.text, "rests_on": list(s.rests_on)} for s in text] for name, text in registers(track).items()}  # fmt: skip
        return {"title": track.name, "measured": summary(track.profile), "registers": described}

    def _track(self, identity: str) -> Track:
        identity = str(identity)  # whatever a program sends
        titled = self._assistant.catalogue.entities.find("title", identity)
        track = self._assistant.catalogue.track(identity) or (
            self._assistant.catalogue.track(min(titled[1])) if titled else None
        )
        if track is None:
            raise _told(f"there is no track {identity[:80]!r} in this catalogue; `discover` tells ids")
        return track


def published(assistant: Assistant) -> None:
    """Publishes the functions under their names, within a `gr.Blocks`."""
    api = Api(assistant)
    for function in (api.discover, api.analyze, api.describe, api.listen):
        events.api(function, api_name=function.__name__, concurrency_limit=4)


def _told(words: str) -> gr.Error:
    """A mistake of the caller's, in words."""
    return gr.Error(words, print_exception=False)
