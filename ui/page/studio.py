"""My track: an artist's file read, drawn, described, corrected, set beside the catalogue, asked about, and sent out."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.contributions import id_of
from assistant.embedded.measured import about_sound
from assistant.events import Request
from assistant.models import served_model
from assistant.reply import Assistant
from assistant.translation import ENGLISH
from assistant.works import Work, Works
from index.errors import UserError
from tools.audio.decode import AudioRejected
from tools.studio.corrections import correction
from tools.studio.neighbours import nearest
from tools.studio.reading import STAGES, Read, read
from tools.studio.registers import REGISTERS, registers
from tools.studio.words import told
from ui.page import studio_html as drawn
from ui.page import tongues
from ui.page.cards import Faces
from ui.page.claims import Claims
from ui.page.desk import Desk
from ui.page.lanes import lanes
from ui.page.sheet import as_json, as_markdown, as_png
from ui.page.visitors import Browser, known

_WORKS = "works"  # in place of a catalogue: these conversations are listed with none
CORRECTABLE = ("tempo", "key", "meter", "title", "artists", "genres", "moods", "instruments", "section 1")
NOBODY = (
    "Drop a track of yours and see it read: its parts, chords, key, tempo, loudness and voices, what sounds near it, and words to send it out with. "
    "It stays on this machine, and nothing of it is in the catalogue until you add it."
)


class Studio:
    """Handlers of the tab. `opened` is the id of the work on the desk, "" when there is none."""

    def __init__(self, assistant: Assistant, works: Works) -> None:
        self._assistant, self._works = assistant, works
        self._faces = Faces(assistant.catalogue)
        self._claims = Claims(assistant, works)

    @property
    def translates(self) -> bool:
        """Whether there is a model that can put texts into other languages."""
        return self._assistant.settings.brain == "vllm"

    def begun(self, browser: Browser) -> tuple[Any, ...]:
        """A visitor comes: their newest work, if there is one."""
        own = self._works.of(browser["owner"])
        work = self._works.get(own[0][0], browser["owner"]) if own else None
        return self._whole(work, browser).parts() if work else Desk(told=drawn.told(NOBODY), works="").parts()

    def dropped(
        self, path: str | None, browser: Browser, word: str = "", request: gr.Request | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """A file, or a recording: read stage by stage; `word` is the visitor's, for one who is quicker than the page."""
        if not path:
            return
        browser = known(browser, word, request)
        done: list[str] = []
        yield Desk(told=drawn.stages(STAGES, done)).parts()
        try:
            for found in read(Path(path), Path(path).name, self._assistant.settings.device):
                if isinstance(found, Read):
                    work = self._works.begin(browser["owner"], Path(path), found.track, found.peaks)
                    yield self._whole(work, browser).parts()
                    return
                done.append(found)
                yield Desk(told=drawn.stages(STAGES, done)).parts()
        except AudioRejected as reason:
            yield Desk(told=drawn.told(f"{Path(path).name} cannot be read: {reason}", bad=True)).parts()

    def shown(self, register: str, language: str, opened: str, browser: Browser) -> Iterator[tuple[Any, ...]]:
        """Another register, or the same in another language."""
        work = self._works.get(opened, browser["owner"])
        if work is None:
            return
        try:
            if language != ENGLISH and not tongues.stands(work, register, language):
                model = self._assistant.settings.model
                yield Desk(rests=drawn.told(f"{model} puts it into {language} …")).parts()
                work = tongues.put(work, register, language, served_model(self._assistant.settings))
                self._works.keep(browser["owner"], work)
            yield self._register(work, register, language).parts()
        except UserError as wrong:
            yield Desk(text="", rests=drawn.told(str(wrong), bad=True)).parts()

    def written(self, text: str, register: str, language: str, opened: str, browser: Browser) -> tuple[Any, ...]:
        """A register in the artist's own words; an empty text brings the program's back."""
        work = self._works.get(opened, browser["owner"])
        if work is None:
            return Desk().parts()
        name = tongues.name_of(register, language)
        texts = {k: v for k, v in work.texts.items() if k != name}
        if text.strip() and text.strip() != tongues.said(work, register, language):
            texts[name] = text.strip()[:8000]
        work = replace(work, texts=texts)
        self._works.keep(browser["owner"], work)
        return self._register(work, register, language).parts()

    def corrects(self, field: str, value: str, opened: str, browser: Browser) -> tuple[Any, ...]:
        """The artist knows better. The first part is what stays in the box: a value that cannot be taken is not lost."""
        work = self._works.get(opened, browser["owner"])
        if work is None:
            return (value, *Desk().parts())
        try:
            made = correction(field, value, "the artist", datetime.now(UTC).date().isoformat())
        except UserError as wrong:
            return (value, *Desk(corrected=drawn.corrections(work, str(wrong))).parts())
        return ("", *self._changed(work.with_correction(made), browser))

    def asked(self, question: str, opened: str, browser: Browser) -> Iterator[tuple[Any, ...]]:
        """A question about the track, answered from its measurement."""
        work = self._works.get(opened, browser["owner"])
        if work is None or not question.strip():
            return
        thread = f"work-{work.id}"
        before = self._assistant.threads.turns(thread, browser["owner"])
        yield Desk(answers=drawn.answers(before, question)).parts()
        self._answer(work, question, browser["owner"])
        yield Desk(answers=drawn.answers(self._assistant.threads.turns(thread, browser["owner"]))).parts()

    def _answer(self, work: Work, question: str, owner: str) -> None:
        """The answer, kept with the question. "It" is this track and no other: the embedded reader is given nothing else; a
        served model gets the file with each question."""
        assistant, thread = self._assistant, f"work-{work.id}"
        if assistant.settings.brain != "embedded" or work.track.profile is None:
            assistant.reply(Request(thread, question, files=(str(work.path),), owner=owner))
            return
        reply = about_sound(work.track, question)
        assistant.threads.add_turn(thread, owner, _WORKS, question, reply.to_dict())

    def acted(self, action: str, opened: str, browser: Browser) -> tuple[Any, ...]:
        """A click in the tab's own HTML."""
        try:
            asked = json.loads(action)
            act, value = str(asked["act"]), str(asked["value"])
        except (ValueError, KeyError, TypeError):
            return Desk().parts()
        seen = str(asked.get("work") or opened)  # a click may come before Gradio has kept what is opened
        work = self._works.get(value if act == "work" else seen, browser["owner"])
        if work is None:
            return Desk().parts()
        if act == "work":
            return self._whole(work, browser).parts()
        if self._claims.knows(act):
            return self._claimed(act, value, work, browser)
        if act == "uncorrect":
            return self._changed(work.without_last(value), browser)
        if act == "forget":
            return self._forgotten(work, browser)
        return self._gives(value, work) if act == "sheet" else Desk().parts()

    def _changed(self, work: Work, browser: Browser) -> tuple[Any, ...]:
        desk = self._whole(self._claims.keep(work, browser["owner"]), browser)
        return replace(desk, rights=None, words=None).parts()  # what is typed there and not sent stays

    def _claimed(self, act: str, value: str, work: Work, browser: Browser) -> tuple[Any, ...]:
        """A form was sent: its panel, and what else of the tab follows from it."""
        work, panels = self._claims.act(act, value, work, browser["owner"])
        more = {"words": self._lanes(work)} if act in ("words", "listen") else {}
        said = self._register(work, REGISTERS[1])
        return replace(panels, told=drawn.headline(work.track), lanes=more.get("words"), register=REGISTERS[1], language=ENGLISH, text=said.text, rests=said.rests).parts()  # fmt: skip

    def _forgotten(self, work: Work, browser: Browser) -> tuple[Any, ...]:
        """The work, its sound, and what was said about it."""
        try:
            self._claims.gone(work, browser["owner"])
        except UserError as wrong:
            return Desk(told=drawn.told(f"{work.track.name} is still here: {wrong}", bad=True)).parts()
        self._works.forget(work.id, browser["owner"])
        self._assistant.threads.delete(f"work-{work.id}", browser["owner"])
        own = self._works.of(browser["owner"])
        after = self._works.get(own[0][0], browser["owner"]) if own else None
        if after:
            return self._whole(after, browser).parts()
        told = drawn.told(f"{work.track.name} is gone.")
        return Desk(told, "", "", None, "", "", "", "", "", None, "", "", "", "", "", ENGLISH).parts()

    def _gives(self, kind: str, work: Work) -> tuple[Any, ...]:
        name = "".join(c if c.isalnum() or c in " -" else " " for c in work.track.name).strip() or "track"
        once = secrets.token_hex(4)
        if kind == "png":
            gift = {"name": f"{name}.png", "base64": b64encode(as_png(work)).decode(), "once": once}
        else:
            text = as_json(work) if kind == "json" else as_markdown(work)
            gift = {"name": f"{name}.{kind}", "text": text, "once": once}
        return Desk(gift=json.dumps(gift)).parts()

    def _whole(self, work: Work, browser: Browser) -> Desk:
        track = work.track
        catalogue, own = self._assistant.catalogue, (id_of(work),)
        near = nearest(catalogue, track.profile, but=own, vocals=track.vocals) if track.profile else []
        panels = self._claims.panels(work)
        turns = self._assistant.threads.turns(f"work-{work.id}", browser["owner"])
        return replace(
            self._register(work, REGISTERS[1]),
            told=drawn.headline(track),
            lanes=self._lanes(work),
            near=drawn.neighbours(near, self._faces),
            register=REGISTERS[1],
            language=ENGLISH,
            corrected=drawn.corrections(work),
            answers=drawn.answers(turns),
            works=drawn.works(self._works.of(browser["owner"]), work.id),
            open=work.id,
            rights=panels.rights,
            words=panels.words,
            joined=panels.joined,
            copies=panels.copies,
        )

    def _lanes(self, work: Work) -> str:
        words = told(work.track, self._assistant.catalogue.embedder)
        return lanes(work.track, work.peaks, f"work/{work.id}", words.places if words else ())

    def _register(self, work: Work, register: str, language: str = ENGLISH) -> Desk:
        own = work.texts.get(tongues.name_of(register, language))
        text = own or tongues.said(work, register, language)
        if language != ENGLISH:
            return Desk(text=text, rests=drawn.translated(work, register, language))
        sentences = registers(work.track)[register]
        return Desk(text=text, rests=drawn.rests(sentences, text, work.track, written=own is not None))
