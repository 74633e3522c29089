"""The web page: its components, and clicks and messages turned into turns. Gradio draws; nothing here decides about music."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.events import Reply, Request, Thought, ToolStep, Words
from assistant.outflow import inert
from assistant.reply import Assistant
from index.outside import visible
from index.profile import Profile
from ui.cards import heard, results, thread_list
from ui.plot import data_uri, draw

TITLE = "Liner Notes"
_CHIPS = (
    "Something calm with strings",
    "A waltz, but not a sad one",
    "Upbeat, no vocals, over 120 BPM",
    "Songs about the sea",
    "What can you do?",
)

# A visitor is a random word that their browser keeps. Gradio's BrowserState is sometimes read before it is restored.
_OWNER = """() => {
  const kept = localStorage.getItem("linernotes-owner") || crypto.randomUUID();
  localStorage.setItem("linernotes-owner", kept);
  return [kept];
}"""

Message = dict[str, Any]
Browser = dict[str, str]


def page(assistant: Assistant) -> gr.Blocks:
    """The page's components and what happens between them."""
    front = _Front(assistant)
    blocks: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True) as blocks:
        browser = gr.State({"owner": "", "thread": ""})
        owner = gr.Textbox(visible="hidden")
        gr.HTML(
            f"<h1>{TITLE}</h1><p>Talk to a catalogue of {len(assistant.catalogue.store)} tracks. {front.brain}</p>",
            elem_id="ln-brand",
        )
        with gr.Row():
            with gr.Column(scale=1, min_width=200, elem_id="ln-side"):
                threads = gr.HTML(elem_id="ln-thread-list")
                known = gr.HTML(elem_id="ln-known")
            with gr.Column(scale=4, min_width=320):
                chat = gr.Chatbot(
                    elem_id="ln-chat",
                    height="64vh",
                    show_label=False,
                    buttons=["copy"],
                    layout="bubble",
                    feedback_options=None,
                    placeholder="What would you like to hear?",
                )
                box = gr.MultimodalTextbox(
                    placeholder="A mood, an instrument, a story… or attach a track of yours", file_types=["audio"], file_count="multiple", show_label=False, submit_btn=True, stop_btn=True, elem_id="ln-box", max_plain_text_length=4000
                )  # fmt: skip
                with gr.Row(elem_id="ln-chips"):
                    chips = [gr.Button(text, size="sm", min_width=120) for text in _CHIPS]
            with gr.Column(scale=3, min_width=320):
                panel = gr.HTML(elem_id="ln-panel")
        bridge = gr.Button(visible="hidden", elem_id="ln-bridge")
        action = gr.Textbox(visible="hidden")
        outputs = [chat, panel, known, threads, browser]
        blocks.load(front.opened, [owner], outputs, js=_OWNER)
        sent = box.submit(front.sent, [box, chat, browser], [box, *outputs])
        acted = bridge.click(
            front.acted, [action, chat, browser], outputs, js="(a, ...rest) => [window.__act, ...rest]"
        )
        clicked = [chip.click(front.asked, [chip, chat, browser], outputs) for chip in chips]
        box.stop(None, cancels=[sent, acted, *clicked])
    return blocks


class _Front:
    """Handlers of the page. Each returns (or yields) chat, panel, known, threads, browser."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        embedded = assistant.settings.brain == "embedded"
        self.brain = (
            "The embedded reader answers: rules and a sentence embedder, not a language model."
            if embedded
            else f"{assistant.settings.model} answers."
        )

    def opened(self, owner: str, request: gr.Request) -> tuple[Any, ...]:
        """A visitor comes (back): their newest conversation, or a new one. Who signed in is who they are."""
        owner = f"user:{request.username}" if request.username else owner
        if not request.username and (len(owner) < 16 or owner.startswith("user:") or owner == "local"):
            owner = secrets.token_urlsafe(16)
        known = self._assistant.threads.of(owner, str(self._assistant.catalogue.directory))
        return self._whole({"owner": owner, "thread": known[0].id if known else secrets.token_urlsafe(12)})

    def sent(self, value: dict[str, Any], chat: list[Message], browser: Browser) -> Iterator[tuple[Any, ...]]:
        files = tuple(str(f) for f in value.get("files") or ())
        text = (value.get("text") or "").strip() or ("Analyze my track" if files else "")
        for state in self._turn(text, files, chat, browser):
            yield (None, *state)

    def asked(self, text: str, chat: list[Message], browser: Browser) -> Iterator[tuple[Any, ...]]:
        yield from self._turn(text, (), chat, browser)

    def acted(self, action: str, chat: list[Message], browser: Browser) -> Iterator[tuple[Any, ...]]:
        asked = json.loads(action)
        act, value = str(asked["act"]), str(asked["value"])
        if act in {"more", "why"}:
            yield from self._turn({"more": f"More like {value}", "why": f"Why {value}?"}[act], (), chat, browser)
            return
        if act in {"like", "dislike"}:
            yield self._reacted(act, value, chat, browser)
            return
        if act == "drop":
            self._assistant.threads.delete(value, browser["owner"])
        if act == "new" or (act == "drop" and value == browser["thread"]):
            browser = {**browser, "thread": secrets.token_urlsafe(12)}
        elif act == "open" and self._assistant.threads.turns(value, browser["owner"]):  # nobody else's
            browser = {**browser, "thread": value}
        yield self._whole(browser)

    def _reacted(self, act: str, track_id: str, chat: list[Message], browser: Browser) -> tuple[Any, ...]:
        thread = browser["thread"]
        conversation = self._assistant.conversation(thread)
        given = track_id in (conversation.liked if act == "like" else conversation.disliked)
        change = {"neither": (track_id,)} if given else {"liked" if act == "like" else "disliked": (track_id,)}
        self._assistant.react(thread, **change)
        return (chat, *self._aside(browser, self._turns(browser)))

    def _turn(
        self, text: str, files: tuple[str, ...], chat: list[Message], browser: Browser
    ) -> Iterator[tuple[Any, ...]]:
        """Streams a turn into the chat; the panel changes when it is over."""
        if not text:
            yield (chat, gr.skip(), gr.skip(), gr.skip(), browser)
            return
        names = "".join(f"\n\n*attached: {Path(f).name}*" for f in files)
        chat = [*chat, {"role": "user", "content": inert(visible(text + names))}]
        yield (chat, gr.skip(), gr.skip(), gr.skip(), browser)
        working, words = _Working(), ""
        for event in self._assistant.stream(Request(browser["thread"], text, files=files, owner=browser["owner"])):
            if isinstance(event, Words):
                words += event.text
            elif not isinstance(event, Reply):
                working.take(event)
            yield (
                [*chat, *working.messages(done=False), *_answer(words)],
                gr.skip(),
                gr.skip(),
                gr.skip(),
                browser,
            )
        yield self._whole(browser)

    def _whole(self, browser: Browser) -> tuple[Any, ...]:
        """The page as the thread stands."""
        chat: list[Message] = []
        turns = self._turns(browser)
        for user, reply in turns:
            working = _Working(reply["reasoning"], [ToolStep(**t) for t in reply["tools"]], reply["cuts"])
            chat += [
                {"role": "user", "content": inert(user)},
                *working.messages(done=True),
                *_answer(_linked(reply, self._assistant.settings.playlists_of(browser["owner"]).name)),
            ]
        return (chat, *self._aside(browser, turns))

    def _turns(self, browser: Browser) -> list[tuple[str, dict[str, Any]]]:
        return self._assistant.threads.turns(browser["thread"], browser["owner"])

    def _aside(self, browser: Browser, turns: list[tuple[str, dict[str, Any]]]) -> tuple[Any, ...]:
        """All beside the chat: the newest analysis, if the last turn made one, above the tracks that were shown last;
        what was heard; the threads; the visitor."""
        conversation = self._assistant.conversation(browser["thread"])
        replies = [reply for _, reply in turns]
        plots = [_plot(a) for a in replies[-1]["artifacts"] if a["kind"] == "analysis"] if replies else []
        shown: list[dict[str, Any]] = next((reply["shown"] for reply in reversed(replies) if reply["shown"]), [])
        known = self._assistant.threads.of(browser["owner"], str(self._assistant.catalogue.directory))
        panel = "".join(plots) + results(shown, conversation)
        return (panel, heard(conversation), thread_list(known, browser["thread"]), browser)


class _Working:
    """Reasoning and tool steps as one folded line."""

    def __init__(
        self, thought: str = "", steps: list[ToolStep] | None = None, cuts: list[dict[str, str]] | None = None
    ) -> None:
        self._thought, self._steps, self._cuts = thought, steps or [], cuts or []

    def take(self, event: Thought | ToolStep) -> None:
        if isinstance(event, Thought):
            self._thought += event.text
        else:
            self._steps.append(event)

    def messages(self, *, done: bool) -> list[Message]:
        if not (self._thought or self._steps):
            return []
        rows = [
            f"- `{s.name}` {'' if s.ok else '**failed** '}({s.ms:.0f} ms): `{json.dumps(s.args, ensure_ascii=False)[:300]}`"
            for s in self._steps
        ]
        rows += [f"- left out, not supported by evidence ({c['claim']}): {c['sentence'][:200]}" for c in self._cuts]
        names = ", ".join(s.name.replace("_", " ") for s in self._steps)
        title = f"How I read this{' · ' + names if names else ''}"
        return [
            {
                "role": "assistant",
                "content": "\n\n".join(x for x in (self._thought, "\n".join(rows)) if x),
                "metadata": {"title": title, "status": "done" if done else "pending"},
            }
        ]


def _answer(words: str) -> list[Message]:
    return [{"role": "assistant", "content": words}] if words.strip() else []


def _linked(reply: dict[str, Any], shelf: str) -> str:
    """The answer, with links to the playlist files it made."""
    files = [name for a in reply["artifacts"] if a["kind"] == "playlist" for name in a["files"]]
    return str(reply["text"]) + ("\n\n" + " · ".join(f"[{n}](playlist/{shelf}/{n})" for n in files) if files else "")


def _plot(artifact: dict[str, Any]) -> str:
    """An analysis as a picture."""
    profile = Profile.from_dict(artifact["profile"])
    return f'<figure class="ln-plot"><img alt="waveform, sections, tempo and energy" src="{data_uri(draw(profile, Path(artifact["path"])))}"></figure>'
