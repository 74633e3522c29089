"""A listener: an audio language model, asked about a file window by window, with its answers kept and held against the measurement."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from index.answers import Answer, Answers, Asked
from index.errors import ToolFailed
from index.profile import Profile
from tools.listener.merge import in_track_time, merge_heard, merge_prose
from tools.listener.prompts import DESCRIPTION, LYRICS, STRUCTURE, Prompt, about, repair
from tools.listener.reconcile import agrees, reconcile
from tools.listener.said import Said, readable, separate, whole_sentences
from tools.listener.sound import Clip, Samples, hear
from tools.listener.structured import Heard, Unusable, parse
from tools.listener.transcript import lines_of, merge_lines
from tools.listener.windows import Window, overlap_for, plan

UNCONFIGURED = (
    "no audio language model is configured (LINERNOTES_AUDIO_URL); measured analysis is available through analyze_audio"
)
_AT_ONCE = 8  # threads that wait for answers; how many are asked for at once is the model's to say


@runtime_checkable
class AudioModel(Protocol):
    """What a model behind a listener does; `Served` and `Local` are two. (Checkable, since tools describe what they get.)"""

    model: str

    def longest_s(self) -> float:
        """Seconds of sound that go into one question."""

    def ask(self, sound: Samples, question: str, most_tokens: int) -> Said:
        """The answer on a sound (frames,) at 16 kHz, empty if it says nothing; raises `ToolFailed`."""

    def trouble(self) -> str | None:
        """Why it cannot be asked now, in one line, or None."""

    def stop(self) -> None:
        """Ends what is being answered with `ToolFailed`, and whatever is asked from now on."""


class Nonsense(ToolFailed):
    """The model answered, but not in words that can be used; asking again would bring the same."""


@dataclass(frozen=True)
class Description:
    """What the model says of a track. All of `text` and `heard` is modelled; numbers in it agree with the measurement.

    `corrected` and `dropped` count its claims that did not; `windows` how many stretches it heard; `date` is the newest answer's.
    """

    text: str
    heard: Heard | None
    reasoning: str
    model: str
    windows: int
    corrected: int
    dropped: int
    date: str


@dataclass(frozen=True)
class Transcript:
    """Lyric lines as a machine wrote them down, headings as "[Verse]"; none when the model hears nobody sing."""

    lines: tuple[str, ...]
    model: str
    date: str


@dataclass(frozen=True)
class _Take:
    """A clip in its windows, and the track it belongs to, if any."""

    clip: Clip
    windows: list[Window]
    track: str | None


@dataclass(frozen=True)
class _Part:
    """An answer to one window."""

    window: Window
    said: Said
    date: str


def today() -> str:
    """The date, as answers are kept with."""
    return datetime.now(UTC).date().isoformat()


@dataclass(frozen=True)
class Listener:
    """`model` None means that none is configured; `answers` None that nothing is kept."""

    model: AudioModel | None = None
    answers: Answers | None = None
    date: Callable[[], str] = today

    @property
    def name(self) -> str:
        """The model's name, for whoever reads what it said."""
        return self.model.model if self.model else "no audio language model"

    def describe(
        self,
        path: Path,
        profile: Profile | None,
        *,
        question: str | None = None,
        track: str | None = None,
    ) -> Description:
        """Prose on a file, or the answer to a question; without a question also the structured account, if the model gives one.

        `track` is the catalogue's id under which answers are kept. Raises `ToolFailed` when no model is configured, reachable or willing,
        and `Nonsense` when what it says is no language.
        """
        take = self._take(path, track)
        spoken = self._parts(take, about(question) if question else DESCRIPTION)
        texts = [_prose(part) for part in spoken]
        if not any(readable(t) for t in texts):
            raise Nonsense(f"{self.name} answered with something that is no description")
        told = [(p.window, t) for p, t in zip(spoken, texts, strict=True) if readable(t)]
        made = reconcile(merge_prose([(w, in_track_time(t, w)) for w, t in told]), profile)
        if not readable(made.text):
            raise Nonsense(f"{self.name} said nothing besides numbers that were not measured")
        heard = None if question else self._heard(take, profile)
        return Description(
            made.text,
            heard,
            "\n".join(p.said.reasoning for p in spoken if p.said.reasoning),
            self.name,
            len(take.windows),
            made.corrected,
            made.dropped,
            max(p.date for p in spoken),
        )

    def transcribe(self, path: Path, *, track: str | None = None) -> Transcript:
        """The words of a file as the model hears them; whether they may be shown is the caller's to ask. Raises `ToolFailed`."""
        parts = self._parts(self._take(path, track), LYRICS)
        sheets = [lines_of(p.said.text) for p in parts]
        lines = merge_lines(sheets)
        if lines and not readable("\n".join(lines), song=True):
            raise Nonsense(f"{self.name} answered with something that is no lyric sheet")
        return Transcript(tuple(lines), self.name, max(p.date for p in parts))

    def _take(self, path: Path, track: str | None) -> _Take:
        if self.model is None:
            raise ToolFailed(UNCONFIGURED)
        clip = hear(path)
        longest = self.model.longest_s()
        return _Take(clip, plan(clip.length_s, longest, overlap_for(longest)), track)

    def _parts(self, take: _Take, prompt: Prompt) -> list[_Part]:
        """The answers to one prompt, in order of time; asked side by side."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda window: self._part(take, window, prompt), take.windows))

    def _part(self, take: _Take, window: Window, prompt: Prompt) -> _Part:
        """The kept answer for a window, or the model's, which is then kept."""
        assert self.model
        asked = Asked(
            take.track or "", take.clip.signature, self.name, prompt.version, prompt.text, window.start_s, window.end_s
        )
        keeps = self.answers if take.track else None
        kept = keeps.find(asked) if keeps else None
        if kept is None:
            said = self.model.ask(take.clip.cut(window), prompt.text, prompt.most_tokens)
            if not said.text:
                thinking = (
                    "was still thinking when it had to stop" if said.cut and said.reasoning else "had nothing to say"
                )
                raise Nonsense(f"{self.name} {thinking}")
            kept = Answer(said.text, said.reasoning, said.cut, self.date())
            if keeps:
                keeps.keep(asked, kept)
        return _Part(window, separate(kept.text, kept.reasoning, kept.cut), kept.date)

    def _heard(self, take: _Take, profile: Profile | None) -> Heard | None:
        """The structured account of all windows whose answer was valid, at the second try at the latest; None without any."""
        parts = self._parts(take, STRUCTURE)
        heard = [(p.window, h) for p in parts if (h := self._valid(take, p)) is not None]
        return _without_numbers(merge_heard(heard), profile) if heard else None

    def _valid(self, take: _Take, part: _Part) -> Heard | None:
        try:
            return parse(part.said.text)
        except Unusable as wrong:
            again = self._part(take, part.window, repair(part.said.text, str(wrong)))
        try:
            return parse(again.said.text)
        except Unusable:
            return None


def _prose(part: _Part) -> str:
    """What was said of a window, without Markdown and without a sentence that was cut in the middle."""
    text = whole_sentences(part.said.text) if part.said.cut else part.said.text
    return "\n".join(line.replace("**", "").replace("__", "").lstrip("#>* ").strip() for line in text.splitlines())


def _without_numbers(heard: Heard, profile: Profile | None) -> Heard:
    """Without entries that name a tempo, key or meter which was not measured."""
    lists = {
        name: [w for w in getattr(heard, name) if agrees(w, profile)]
        for name in ("genres", "instruments", "moods", "themes")
    }
    vocals = heard.vocals if heard.vocals and agrees(heard.vocals, profile) else None
    return heard.model_copy(update={**lists, "vocals": vocals})
