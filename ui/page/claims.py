"""What an artist says of a whole track, as the tab's forms send it: declared, sung, added to the catalogue, withdrawn."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from assistant.contributions import Contributions
from assistant.reply import Assistant
from assistant.works import Work, Works
from index.errors import ToolFailed, UserError
from tools.studio.declarations import declare
from tools.studio.registers import registers
from tools.studio.tagging import Tagged, tags_of, write_tagged
from tools.studio.words import Sheet, Told, as_text, sheet, told
from ui.page import claims_html as drawn
from ui.page.desk import Desk

_Said = Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """The work after an act, and what the panel of the act says; `gift` is a file to keep; `again`, whether the act
    can be done if it is said once more; `typed`, the fields of a form that was refused, so that nobody types them again."""

    work: Work
    wrong: str = ""
    gift: str | None = None
    tagged: Tagged | None = None
    again: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Act:
    panel: str
    do: Callable[[Work, _Said, str], Outcome] = field(repr=False)


class Claims:
    """The acts of the tab's forms, and its panels. Who may act was asked before: works are their owners'."""

    def __init__(self, assistant: Assistant, works: Works) -> None:
        self._assistant, self._works = assistant, works
        self.contributions = Contributions(assistant)
        self._acts = {
            "declare": _Act("rights", self._declares), "undeclare": _Act("rights", self._takes_back), "words": _Act("words", self._sings), "listen": _Act("words", self._listens),
            "join": _Act("joined", self._joins), "leave": _Act("joined", self._leaves), "tagged": _Act("copies", self._tags),
        }  # fmt: skip

    def knows(self, act: str) -> bool:
        """Whether an act is one of these."""
        return act in self._acts

    def act(self, name: str, value: str, work: Work, owner: str) -> tuple[Work, Desk]:
        """Does it; the work as it is then, and the panels with what there is to say."""
        act = self._acts[name]
        try:
            done = act.do(work, _fields(value), owner)
        except (UserError, ToolFailed) as wrong:
            done = Outcome(work, str(wrong), typed=_fields(value))
        return done.work, replace(self._after(done, act.panel), gift=done.gift)

    def panels(self, work: Work) -> Desk:
        """All of them, folded."""
        ears = self._assistant.listener.model is not None
        return Desk(
            rights=drawn.rights(work), words=drawn.words(work, self._told(work), ears=ears),
            joined=drawn.joined(self.contributions.standing(work), allowed=self.contributions.open), copies=drawn.copies(work),
        )  # fmt: skip

    def _after(self, done: Outcome, panel: str) -> Desk:
        """The panel that something happened in; the others stay as they are, with what is being written there."""
        work, wrong = done.work, done.wrong
        if panel == "rights":
            return Desk(rights=drawn.rights(work, wrong, opened=True, typed=done.typed))
        if panel == "words":
            ears = self._assistant.listener.model is not None
            return Desk(words=drawn.words(work, self._told(work), wrong, ears=ears, opened=True), copies=drawn.copies(work))  # fmt: skip
        if panel == "copies":
            return Desk(copies=drawn.copies(work, done.tagged, wrong))
        standing = self.contributions.standing(work)
        return Desk(
            joined=drawn.joined(standing, allowed=self.contributions.open, wrong=wrong, opened=True, again=done.again)
        )

    def _told(self, work: Work) -> Told | None:
        return told(work.track, self._assistant.catalogue.embedder)

    def keep(self, work: Work, owner: str) -> Work:
        """Keeps a work, and carries it over to the catalogue if it is there."""
        self._works.keep(owner, work)
        self.contributions.carry_over(work)
        return work

    def gone(self, work: Work, owner: str) -> None:
        """Before a work is forgotten: nothing of it stays in the catalogue."""
        self.contributions.withdraw(work, owner)

    # -- the acts ----------------------------------------------------------------------------------------------------

    def _declares(self, work: Work, said: _Said, owner: str) -> Outcome:
        """Rights and credits."""
        today = datetime.now(UTC).date().isoformat()
        declarations = declare(work.track, work.declarations, said, "the artist", today)
        return Outcome(self.keep(replace(work, declarations=declarations), owner))

    def _takes_back(self, work: Work, said: _Said, owner: str) -> Outcome:
        """One declaration less: what the file says holds again."""
        return self._declares(work, {said.get("column", ""): ""}, owner)

    def _sings(self, work: Work, said: _Said, owner: str) -> Outcome:
        """The words as they stand in the box; those of the file, unchanged, stay the file's."""
        given = sheet(said.get("text", ""))
        lyrics = work.track.lyrics
        if lyrics and given.text == as_text(lyrics).strip():
            return Outcome(work)
        return Outcome(self.keep(replace(work, words=given), owner))

    def _listens(self, work: Work, said: _Said, owner: str) -> Outcome:
        """A machine writes the words down: the artist asks for it, of their own track."""
        if work.track.rights.analysis == "forbidden":
            raise UserError("you declared that machines may not listen to it")
        heard = self._assistant.listener.transcribe(work.path)
        if not heard.lines:
            return Outcome(work, f"{heard.model} hears nobody sing")
        text = "\n".join("" if line.startswith("[") else line for line in heard.lines)
        return Outcome(self.keep(replace(work, words=Sheet(text.strip(), f"machine transcription by {heard.model}", machine=True)), owner))  # fmt: skip

    def _joins(self, work: Work, said: _Said, owner: str) -> Outcome:
        consent = said.get("consent") == "yes"
        asks = self.contributions.open and consent and said.get("again") != "yes"
        there = self.contributions.there_already(work) if asks else None
        if there:
            return Outcome(work, f"nothing was added yet: this catalogue has “{there.title or there.name}” by {there.by or 'somebody'}, and it is the same recording", again=True)  # fmt: skip
        self.contributions.add(work, owner, consent=consent)
        return Outcome(work)

    def _leaves(self, work: Work, said: _Said, owner: str) -> Outcome:
        self.contributions.withdraw(work, owner)
        return Outcome(work)

    def _tags(self, work: Work, said: _Said, owner: str) -> Outcome:
        line = registers(work.track)["one line"]
        own = work.texts.get("one line") or " ".join(s.text for s in line)
        done = write_tagged(work.path, work.tagged, tags_of(work.track, own, lyrics=said.get("lyrics") == "yes"))
        gift = {"name": work.path.name, "url": f"work/{work.id}.tagged", "once": secrets.token_hex(4)}
        return Outcome(work, gift=json.dumps(gift), tagged=done)


def _fields(value: str) -> dict[str, str]:
    """The fields of a form; none for what is no form."""
    try:
        said = json.loads(value) if value else {}
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in said.items()} if isinstance(said, dict) else {}
