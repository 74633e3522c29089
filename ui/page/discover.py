"""Discover: a listener's clicks and messages become turns, and what comes of them the parts of the page.

Nothing here decides about music: it asks the `Assistant`, and keeps the playlist that a listener puts together.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.events import Reply, Request, ToolStep, Words
from assistant.outflow import inert
from assistant.reply import Assistant
from assistant.threads import Thread, Tray
from index.atlas import atlas, spread
from index.errors import ToolFailed
from index.outside import visible
from index.track import Track
from tools.playlist import write_playlist
from ui.page import atlas as atlas_html
from ui.page import tray as tray_html
from ui.page.aside import heard, suggestions, thread_list
from ui.page.cards import Faces, results, shelf
from ui.page.exports import exported
from ui.page.plots import plot
from ui.page.visitors import Browser, known, owner_of
from ui.page.working import Message, Working

_ON_THE_SHELF = 6
_SAYS = {"more": "More like {}", "why": "Why {}?", "say": "{}"}


BROWSER = 7  # the place of `View.browser` among the parts


@dataclass(frozen=True)
class View:
    """The parts of the page that change; a part that is left out stays as it is."""

    chat: Any = None
    panel: Any = None
    tray: Any = None
    heard: Any = None
    threads: Any = None
    chips: Any = None
    gift: Any = None
    browser: Any = None

    def parts(self) -> tuple[Any, ...]:
        """In the order of the page's outputs."""
        return tuple(gr.skip() if part is None else part for part in vars(self).values())


class Discover:
    """Handlers of the page; each returns or yields the parts of a `View`."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._faces = Faces(assistant.catalogue)
        self._index = str(assistant.catalogue.directory)
        self._does: dict[str, Callable[[str, list[Message], Browser], Iterator[View]]] = {
            **dict.fromkeys(_SAYS, self._says),
            **dict.fromkeys(("like", "dislike", "neither"), self._reacts),
            **dict.fromkeys(("tray", "untray", "order", "name", "clear"), self._arranges),
            "turn": self._turns_it, "let": self._lets_go, "near": self._near, "give": self._gives, "export": self._gives, "new": self._opens, "open": self._opens, "drop": self._drops, "rename": self._renames,
        }  # fmt: skip

    # -- events of the page ------------------------------------------------------------------------------------------

    def opened(self, owner: str, linked: str, request: gr.Request) -> tuple[Any, ...]:
        """A visitor comes (back): their newest conversation, or a new one; a link may bring a playlist along.

        Who signed in is who they are.
        """
        owner = owner_of(owner, request)
        own = self._conversations(owner)
        browser = {"owner": owner, "thread": own[0].id if own else secrets.token_urlsafe(12)}
        told = self._brought(linked, browser) if linked else ""
        return self._whole(browser, told).parts()

    def _brought(self, linked: str, browser: Browser) -> str:
        """Takes the playlist of a link in; one's own is kept as a file. What became of it, as HTML."""
        brought = tray_html.from_token(linked)
        if not brought:
            return "The playlist of that link cannot be read; perhaps the link was cut off. Yours is as it was."
        here = self._tracks(brought)
        if not here:
            return "No track of that link is in this catalogue. Your playlist is as it was."
        missing = len(brought.tracks) - len(here)
        told = (
            f"{missing} of the {len(brought.tracks)} tracks of that link are not in this catalogue." if missing else ""
        )
        own = self._assistant.threads.tray(browser["owner"], self._index)
        new = replace(brought, tracks=tuple(t.id for t in here))
        if own.tracks and own.tracks != new.tracks:
            folder = self._assistant.settings.playlists_of(browser["owner"])
            file = write_playlist(own.name, self._tracks(own), folder, public=browser["owner"] != "local").m3u8.name
            told += f' Your own playlist was kept: <a href="playlist/{folder.name}/{file}" download>{file}</a>.'
        self._keep(new, browser)
        return told.strip()

    def map(self) -> str:
        """The map of the catalogue."""
        return atlas_html.drawn(atlas(self._assistant.catalogue.store), self._assistant.catalogue.ledger.blocked())

    def sent(
        self,
        value: dict[str, Any],
        chat: list[Message],
        browser: Browser,
        word: str = "",
        request: gr.Request | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """A message from the box, with files or without; `word` is the visitor's, for one who is quicker than the page."""
        browser = known(browser, word, request)
        files = tuple(str(f) for f in value.get("files") or ())
        text = (value.get("text") or "").strip() or ("Analyze my track" if files else "")
        for view in self._turn(text, files, chat, browser):
            yield (None, *view.parts())

    def again(self, chat: list[Message], browser: Browser, retried: gr.RetryData) -> Iterator[tuple[Any, ...]]:
        """The same question once more; the earlier answer stays above."""
        for view in self._turn(_text(retried.value), (), chat, browser):
            yield view.parts()

    def edited(self, chat: list[Message], browser: Browser, edit: gr.EditData) -> Iterator[tuple[Any, ...]]:
        """The question in other words: the conversation goes on from there as another one, and the first stays in the list as it
        was. Where its earlier state is not kept, the question is a turn of its own at the end."""
        at = edit.index if isinstance(edit.index, int) else edit.index[0]
        before = sum(m["role"] == "user" for m in self._chat(browser)[:at])
        new = secrets.token_urlsafe(12)
        if self._assistant.branch(browser["thread"], new, browser["owner"], before):
            browser = {**browser, "thread": new}
        for view in self._turn(_text(edit.value), (), self._chat(browser), browser):
            yield view.parts()

    def stopped(self, browser: Browser) -> None:
        """The turn ends where it is; a server that says nothing is not waited for."""
        self._assistant.stop(browser["thread"])

    def acted(self, action: str, chat: list[Message], browser: Browser) -> Iterator[tuple[Any, ...]]:
        """A click on something that the page's own HTML holds."""
        try:
            asked = json.loads(action)
            act, value = str(asked["act"]), str(asked["value"])
        except (ValueError, KeyError, TypeError):
            return
        if act in self._does:
            for view in self._does[act](f"{act} {value}", chat, browser):
                yield view.parts()

    # -- what clicks do ----------------------------------------------------------------------------------------------

    def _says(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        act, _, value = asked.partition(" ")
        yield from self._turn(_SAYS[act].format(value), (), chat, browser)

    def _turns_it(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        """More like a track, but calmer, faster, ..."""
        _, handle, how = asked.split(" ", 2)
        yield from self._turn(f"More like {handle}, but {how}", (), chat, browser)

    def _near(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        """More around a dot of the map."""
        track = self._assistant.catalogue.track(asked.partition(" ")[2])
        if track:
            yield from self._turn(f"More like “{track.name}”", (), chat, browser)

    def _reacts(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        act, _, identity = asked.partition(" ")
        known = self._assistant.conversation(browser["thread"])
        given = identity in (known.liked if act == "like" else known.disliked)
        given = given or act == "neither"
        change = {"neither": (identity,)} if given else {"liked" if act == "like" else "disliked": (identity,)}
        self._assistant.react(browser["thread"], **change)
        yield replace(self._aside(browser), chat=chat)

    def _lets_go(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        """A wish taken back; what is found without it is shown."""
        try:
            field, value = json.loads(asked.partition(" ")[2])
            self._assistant.let_go(browser["thread"], str(field), str(value))
        except (ToolFailed, ValueError):
            yield self._whole(browser)
            return
        query = self._assistant.conversation(browser["thread"]).query
        if query and query.asks_something():
            yield from self._turn("What fits now?", (), chat, browser)
        else:
            yield replace(self._aside(browser), chat=chat)

    def _arranges(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        act, _, value = asked.partition(" ")
        tray = self._assistant.threads.tray(browser["owner"], self._index)
        ids = list(tray.tracks)
        if act == "tray" and value not in ids and len(ids) < tray_html.MOST and self._assistant.catalogue.track(value):
            ids.append(value)
        elif act == "untray":
            ids = [i for i in ids if i != value]
        elif act == "order":
            wanted = [str(i) for i in json.loads(value)]
            ids = sorted(ids, key=lambda i: wanted.index(i) if i in wanted else len(wanted))
        elif act == "clear":
            ids = []
        name = " ".join(value.split())[:100] if act == "name" else tray.name
        self._keep(Tray(name or tray.name, tuple(ids)), browser)
        yield View(tray=self._tray(browser), browser=browser)

    def _gives(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        """A file to keep: the playlist, or a conversation."""
        act, kind, where = asked.split(" ", 2)
        if act == "give":
            tray = self._assistant.threads.tray(browser["owner"], self._index)
            name, text = tray_html.files(kind, tray, self._tracks(tray), where)
        else:
            turns = self._assistant.threads.turns(where, browser["owner"])
            title = next((t.title for t in self._conversations(browser["owner"]) if t.id == where), "")
            name, text = exported(kind, turns, title)
        yield View(gift=json.dumps({"name": name, "text": text, "once": secrets.token_hex(4)}))

    def _opens(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        act, _, thread = asked.partition(" ")
        if act == "new":
            browser = {**browser, "thread": secrets.token_urlsafe(12)}
        elif self._assistant.threads.turns(thread, browser["owner"]):  # nobody else's
            browser = {**browser, "thread": thread}
        yield self._whole(browser)

    def _drops(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        thread = asked.partition(" ")[2]
        self._assistant.threads.delete(thread, browser["owner"])
        if thread == browser["thread"]:
            browser = {**browser, "thread": secrets.token_urlsafe(12)}
        yield self._whole(browser)

    def _renames(self, asked: str, chat: list[Message], browser: Browser) -> Iterator[View]:
        _, thread, title = asked.split(" ", 2)
        self._assistant.threads.rename(thread, browser["owner"], title)
        yield replace(self._aside(browser), chat=chat)

    # -- turns and views ---------------------------------------------------------------------------------------------

    def _turn(self, text: str, files: tuple[str, ...], chat: list[Message], browser: Browser) -> Iterator[View]:
        """Streams a turn into the chat; the rest of the page changes when it is over."""
        if not text:
            yield View(chat=chat, browser=browser)
            return
        names = "".join(f"\n\n*attached: {Path(f).name}*" for f in files)
        chat = [*chat, {"role": "user", "content": inert(visible(text + names))}]
        yield View(chat=chat, browser=browser)
        working, words = Working(), ""
        for event in self._assistant.stream(Request(browser["thread"], text, files=files, owner=browser["owner"])):
            if isinstance(event, Words):
                words += event.text
            elif isinstance(event, Reply):
                self._fill(event, browser)
            else:
                working.take(event)
            yield View(chat=[*chat, *working.messages(done=False), *_answer(words)], browser=browser)
        yield self._whole(browser)

    def _fill(self, reply: Reply, browser: Browser) -> None:
        """What a turn wrote as a playlist is in the visitor's own as well; an empty one takes its name, and one that is the playlist
        follows its changes."""
        for playlist in (a for a in reply.artifacts if a["kind"] == "playlist"):
            tray = self._assistant.threads.tray(browser["owner"], self._index)
            talk = self._assistant.conversation(browser["thread"])
            written = [talk.track_of(t["handle"]) for t in playlist["tracks"]]
            gone, new = ({talk.track_of(h) for h in playlist.get(what, ())} for what in ("gone", "new"))
            name = tray.name if tray.tracks else str(playlist["name"])
            ids = [i for i in dict.fromkeys((*tray.tracks, *written)) if i not in gone]
            if "gone" in playlist and {*tray.tracks} == ({*written} - new) | gone:  # the one that was changed
                name, ids = str(playlist["name"]), written
            self._keep(Tray(name, tuple(ids[: tray_html.MOST])), browser)

    def _whole(self, browser: Browser, told: str = "") -> View:
        """The page as the thread stands; `told` is what has become of the playlist, as HTML."""
        return replace(self._aside(browser), chat=self._chat(browser), tray=self._tray(browser, told))

    def _chat(self, browser: Browser) -> list[Message]:
        chat: list[Message] = []
        for user, reply in self._turns(browser):
            working = Working(reply["reasoning"], [ToolStep(**t) for t in reply["tools"]], reply["cuts"])
            chat += [{"role": "user", "content": inert(user)}, *working.messages(done=True), *_answer(self._linked(reply, browser))]  # fmt: skip
        return chat

    def _aside(self, browser: Browser) -> View:
        """All beside the chat: the newest analysis, if the last turn made one, above the tracks that were shown last;
        what was heard; the conversations; what could be said next."""
        conversation = self._assistant.conversation(browser["thread"])
        replies = [reply for _, reply in self._turns(browser)]
        plots = [plot(a) for a in replies[-1]["artifacts"] if a["kind"] == "analysis"] if replies else []
        shown: list[dict[str, Any]] = next((reply["shown"] for reply in reversed(replies) if reply["shown"]), [])
        own = self._conversations(browser["owner"])
        return View(
            panel="".join(plots) + (results(shown, conversation, self._faces) if replies else self._shelf()),
            heard=heard(conversation, self._name),
            threads=thread_list(own, browser["thread"]),
            chips=suggestions(conversation, self._assistant.catalogue, len(shown)),
            browser=browser,
        )

    def _shelf(self) -> str:
        catalogue = self._assistant.catalogue
        return shelf([t for i in spread(catalogue, _ON_THE_SHELF) if (t := catalogue.track(i))], self._faces)

    def _turns(self, browser: Browser) -> list[tuple[str, dict[str, Any]]]:
        return self._assistant.threads.turns(browser["thread"], browser["owner"])

    def _conversations(self, owner: str) -> list[Thread]:
        """A listener's conversations about the catalogue; what they asked about a track of their own is on its desk."""
        return [t for t in self._assistant.threads.of(owner, self._index) if not t.id.startswith("work-")]

    def _tray(self, browser: Browser, told: str = "") -> str:
        tray = self._assistant.threads.tray(browser["owner"], self._index)
        return tray_html.drawn(tray, self._tracks(tray), self._faces, told)

    def _tracks(self, tray: Tray) -> list[Track]:
        """The tracks of a playlist that are still here and may be shown."""
        return [track for i in tray.tracks if (track := self._assistant.catalogue.track(i))]

    def _keep(self, tray: Tray, browser: Browser) -> None:
        self._assistant.threads.keep_tray(browser["owner"], self._index, tray)

    def _name(self, identity: str) -> str:
        track = self._assistant.catalogue.track(identity)
        return track.name if track else "a track that is gone"

    def _linked(self, reply: dict[str, Any], browser: Browser) -> str:
        """The answer, with links to the playlist files it made."""
        files = [name for a in reply["artifacts"] if a["kind"] == "playlist" for name in a["files"]]
        shelf = self._assistant.settings.playlists_of(browser["owner"]).name
        return str(reply["text"]) + (
            "\n\n" + " · ".join(f"[{n}](playlist/{shelf}/{n})" for n in files) if files else ""
        )


def _answer(words: str) -> list[Message]:
    return [{"role": "assistant", "content": words}] if words.strip() else []


def _text(value: Any) -> str:
    """The words of a message as Gradio hands them over."""
    if isinstance(value, list):
        return " ".join(_text(part) for part in value).strip()
    return str(value.get("text", "")) if isinstance(value, dict) else str(value or "")
