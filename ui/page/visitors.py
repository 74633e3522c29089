"""Who a visitor is: who signed in, or the random word that their browser keeps."""

from __future__ import annotations

import secrets

import gradio as gr

Browser = dict[str, str]
SHORTEST = 16


def owner_of(word: str, request: gr.Request | None) -> str:
    """The owner of what a visitor does; a word that cannot be one is replaced."""
    user = request.username if request else None
    if user:
        return f"user:{user}"
    unfit = len(word) < SHORTEST or word.startswith("user:") or word == "local"
    return secrets.token_urlsafe(SHORTEST) if unfit else word


def known(browser: Browser, word: str, request: gr.Request | None) -> Browser:
    """A visitor who does something before the page has said who they are is who they would have been."""
    return browser if browser["owner"] else {"owner": owner_of(word, request), "thread": secrets.token_urlsafe(12)}
