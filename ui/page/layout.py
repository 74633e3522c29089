"""The page's components, and which event goes to which handler."""

from __future__ import annotations

import html

import gradio as gr

from assistant.reply import Assistant
from ui.page.discover import Discover

TITLE = "Liner Notes"

# A visitor is a random word that their browser keeps. Gradio's BrowserState is sometimes read before it is restored.
# A link to a playlist holds the list itself; it is taken out of the address once it was read.
_VISITOR = """() => {
  const kept = localStorage.getItem("linernotes-owner") || crypto.randomUUID();
  localStorage.setItem("linernotes-owner", kept);
  const link = new URLSearchParams(location.search).get("list") || "";
  if (link) history.replaceState(null, "", location.pathname);
  return [kept, link];
}"""
_CLICKED = "(a, ...rest) => [window.__act, ...rest]"
_SAVED = "(gift) => window.lnSave(gift)"


def page(assistant: Assistant) -> gr.Blocks:
    """The page."""
    front = Discover(assistant)
    blocks: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True, fill_width=True) as blocks:
        browser = gr.State({"owner": "", "thread": ""})
        owner, link, gift, action = (gr.Textbox(visible="hidden") for _ in range(4))
        gr.HTML(_brand(assistant), elem_id="ln-brand")
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
                with gr.Tab("Map"):
                    map_ = gr.HTML(elem_id="ln-map")
        bridge = gr.Button(visible="hidden", elem_id="ln-bridge")
        outputs = [chat, panel, tray, known, threads, chips, gift, browser]
        blocks.load(front.opened, [owner, link], outputs, js=_VISITOR)
        blocks.load(front.map, None, map_)
        sent = box.submit(front.sent, [box, chat, browser], [box, *outputs])
        acted = bridge.click(front.acted, [action, chat, browser], outputs, js=_CLICKED)
        again = chat.retry(front.again, [chat, browser], outputs)
        edited = chat.edit(front.edited, [chat, browser], outputs)
        box.stop(front.stopped, [browser], cancels=[sent, acted, again, edited])
        gift.change(None, [gift], js=_SAVED)
    return blocks


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
