"""The page's components, and which event goes to which handler."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.reply import Assistant
from assistant.translation import ENGLISH, LANGUAGES
from assistant.works import Works
from tools.studio.registers import REGISTERS
from ui.page.api import published
from ui.page.bench import Bench
from ui.page.discover import Discover
from ui.page.studio import CORRECTABLE, Studio

TITLE = "Liner Notes"

# A visitor is a random word that their browser keeps. Gradio's BrowserState is sometimes read before it is restored.
# A link to a playlist holds the list itself; it is taken out of the address once it was read.
_VISITOR = """() => {
  const kept = localStorage.getItem("linernotes-owner") || crypto.randomUUID();
  localStorage.setItem("linernotes-owner", kept);
  const link = new URLSearchParams(location.search).get("list") || "";
  if (link) {
    history.replaceState(null, "", location.pathname);
    setTimeout(() => [...document.querySelectorAll("#ln-views [role=tab]")].find((tab) => tab.textContent.includes("Playlist"))?.click(), 1200);
    if (matchMedia("(max-width: 820px)").matches) setTimeout(() => document.querySelector("#ln-views")?.scrollIntoView({ behavior: "smooth" }), 1600);
  }
  return [kept, link];
}"""
_OURS: Any = {"api_visibility": "private"}  # for the page alone; programs have `ui.page.api`
_WORD = """(...given) => {
  const kept = localStorage.getItem("linernotes-owner") || crypto.randomUUID();
  localStorage.setItem("linernotes-owner", kept);
  return [...given.slice(0, -1), kept];
}"""
_CLICKED = "(a, ...rest) => [window.__act, ...rest]"
_SAVED = "(gift) => window.lnSave(gift)"


@dataclass(frozen=True)
class Hidden:
    """What no visitor sees and all tabs use: who is here, what was clicked, what is to be saved."""

    browser: gr.State
    owner: gr.Textbox
    link: gr.Textbox
    action: gr.Textbox
    gift: gr.Textbox


def page(assistant: Assistant, works: Works) -> gr.Blocks:
    """The page."""
    blocks: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True, fill_width=True) as blocks:
        hidden = Hidden(gr.State({"owner": "", "thread": ""}), *(gr.Textbox(visible="hidden") for _ in range(4)))
        gr.HTML(_brand(assistant), elem_id="ln-brand")
        with gr.Tabs(elem_id="ln-tabs"):
            with gr.Tab("Discover"):
                come = _discover(blocks, Discover(assistant), hidden)
            with gr.Tab("My track"):
                _studio(Studio(assistant, works), hidden, come)
            with gr.Tab("Bench") as tab:
                _bench(Bench(assistant), tab)
        hidden.gift.change(None, [hidden.gift], js=_SAVED, **_OURS)
        published(assistant)
    return blocks


def _discover(blocks: gr.Blocks, front: Discover, hidden: Hidden) -> gr.events.Dependency:
    """The tab for listeners; what it returns happens when a visitor has come."""
    browser = hidden.browser
    with gr.Row(elem_id="ln-columns"):
        with gr.Column(scale=2, min_width=220, elem_id="ln-side"):
            threads, known = gr.HTML(elem_id="ln-thread-list"), gr.HTML(elem_id="ln-known")
        with gr.Column(scale=5, min_width=320, elem_id="ln-middle"):
            chat = _chat()
            chips = gr.HTML(elem_id="ln-chip-row")
            box = _box()
        with gr.Column(scale=5, min_width=320, elem_id="ln-right"), gr.Tabs(elem_id="ln-views"):
            with gr.Tab("Results"):
                panel = gr.HTML(elem_id="ln-panel")
            with gr.Tab("Playlist"):
                tray = gr.HTML(elem_id="ln-tray")
            with gr.Tab("Map") as seen:
                map_ = gr.HTML(elem_id="ln-map")
    bridge = gr.Button(visible="hidden", elem_id="ln-bridge")
    outputs = [chat, panel, tray, known, threads, chips, hidden.gift, browser]
    come = blocks.load(front.opened, [hidden.owner, hidden.link], outputs, js=_VISITOR, **_OURS)
    for wanted in (blocks.load, seen.select):  # the catalogue may have changed since
        wanted(front.map, None, map_, **_OURS)
    sent = box.submit(front.sent, [box, chat, browser, hidden.owner], [box, *outputs], js=_WORD, **_OURS)
    acted = bridge.click(front.acted, [hidden.action, chat, browser], outputs, js=_CLICKED, **_OURS)
    again = chat.retry(front.again, [chat, browser], outputs, **_OURS)
    edited = chat.edit(front.edited, [chat, browser], outputs, **_OURS)
    box.stop(front.stopped, [browser], cancels=[sent, acted, again, edited], **_OURS)
    return come


def _studio(front: Studio, hidden: Hidden, come: gr.events.Dependency) -> None:
    """The tab for artists."""
    opened, browser = gr.State(""), hidden.browser
    with gr.Row(elem_id="ln-desk"):
        with gr.Column(scale=7, min_width=320):
            told, lane = gr.HTML(elem_id="ln-told"), gr.HTML(elem_id="ln-lanes")
            with gr.Row():
                with gr.Column(min_width=300):
                    register = gr.Radio(list(REGISTERS), value=REGISTERS[1], show_label=False, elem_id="ln-register")
                    language = gr.Dropdown(list(LANGUAGES), value=ENGLISH, label="Language", visible=front.translates, elem_id="ln-language")  # fmt: skip
                    text = gr.Textbox(lines=5, show_label=False, placeholder="Your own words; empty it to have mine back", elem_id="ln-text", max_length=8000)  # fmt: skip
                    rests = gr.HTML(elem_id="ln-rests")
                    words, copies = _claim("words"), _claim("copies")
                with gr.Column(min_width=300):
                    question = gr.Textbox(placeholder="Ask about your track: where does it lift?", show_label=False, submit_btn=True, elem_id="ln-question", max_length=1000)  # fmt: skip
                    answers = gr.HTML(elem_id="ln-answers")
                    rights, joined = _claim("rights"), _claim("joined")
        with gr.Column(scale=3, min_width=300):
            drop = gr.Audio(sources=["upload", "microphone"], type="filepath", label="Your track: drop a file, or record", elem_id="ln-drop", editable=False)  # fmt: skip
            works = gr.HTML(elem_id="ln-works")
            with gr.Accordion("Correct what I heard", open=False, elem_id="ln-correct"):
                field = gr.Dropdown(list(CORRECTABLE), value="tempo", label="What", allow_custom_value=True, elem_id="ln-field")  # fmt: skip
                value = gr.Textbox(label="What it is", placeholder="96 · A minor · 6/8 · bridge · calm, hopeful", submit_btn=True, elem_id="ln-value", max_length=200)  # fmt: skip
                corrected = gr.HTML(elem_id="ln-corrected")
            near = gr.HTML(elem_id="ln-near")
    bridge = gr.Button(visible="hidden", elem_id="ln-desk-bridge")
    outputs = [told, lane, near, register, text, rests, corrected, answers, works, hidden.gift, opened, rights, words, joined, copies, language]  # fmt: skip
    come.then(front.begun, [browser], outputs, **_OURS)
    for event in (drop.upload, drop.stop_recording):
        read = event(front.dropped, [drop, browser, hidden.owner], outputs, js=_WORD, **_OURS)
        read.then(lambda: None, None, drop, **_OURS)  # the lanes have a player of their own
    for chosen in (register, language):
        chosen.input(front.shown, [register, language, opened, browser], outputs, **_OURS)
    text.blur(front.written, [text, register, language, opened, browser], outputs, **_OURS)
    question.submit(front.asked, [question, opened, browser], outputs, **_OURS).then(
        lambda: "", None, question, **_OURS
    )
    value.submit(front.corrects, [field, value, opened, browser], [value, *outputs], **_OURS)
    bridge.click(front.acted, [hidden.action, opened, browser], outputs, js=_CLICKED, **_OURS)


def _claim(name: str) -> gr.HTML:
    """A panel with a form of the page's own."""
    return gr.HTML(elem_id=f"ln-{name}", elem_classes="ln-claims")


def _bench(front: Bench, tab: gr.Tab) -> None:
    """The tab for QA."""
    with gr.Row(elem_id="ln-bench"):
        tags = gr.Dropdown(front.tags(), multiselect=True, label="Tags (all without)", scale=3, elem_id="ln-bench-tags")
        words = gr.Textbox(label="Words of the name", scale=3, elem_id="ln-bench-words", max_length=100)
        run = gr.Button("Run", variant="primary", scale=1, elem_id="ln-bench-run")
        stop = gr.Button("Stop", scale=1, elem_id="ln-bench-stop")
    progress, results = gr.HTML(elem_id="ln-bench-progress"), gr.HTML(elem_id="ln-bench-results")
    tab.select(front.opened, None, [progress, results], show_progress="hidden", **_OURS)
    run.click(front.run, [tags, words], [progress, results], concurrency_limit=2, **_OURS)
    stop.click(front.stop, **_OURS)


def _brand(assistant: Assistant) -> str:
    brain = (
        "The embedded reader answers: rules and a sentence embedder, not a language model."
        if assistant.settings.brain == "embedded"
        else f"{html.escape(assistant.settings.model)} answers."
    )
    return f'<header><h1>{TITLE}</h1><p>Talk to a catalogue of {len(assistant.catalogue.store)} tracks. {brain}</p><button type="button" class="ln-act" id="ln-light" aria-label="Light or dark">◐</button></header>'


def _chat() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="ln-chat",
        height="62vh",
        show_label=False,
        autoscroll=False,  # the page's own script shows an answer from its question on
        buttons=["copy"],
        layout="bubble",
        feedback_options=None,
        editable="user",
        placeholder="## What would you like to hear?\nA mood, an instrument, a story, a tempo, an artist. Refine it as often as you like, and ask why.",
    )


def _box() -> gr.MultimodalTextbox:
    return gr.MultimodalTextbox(
        placeholder="A mood, an instrument, a story… or attach a track of yours", file_types=["audio"], file_count="multiple", show_label=False, submit_btn=True, stop_btn=True, elem_id="ln-box", max_plain_text_length=4000
    )  # fmt: skip
