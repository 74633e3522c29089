"""Text from outside (tags, captions, sheets, file names, answers of services) made harmless to read: no character in it is
invisible, turns the direction of writing, or commands a terminal.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# Zero-width and joining signs, bidi marks, tag characters, variation selectors, soft hyphen, fillers, private use, and controls.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_BROKEN = re.compile("[\ud800-\udfff]")  # bytes that were no text
_MARKS = 3  # combining marks on one letter


def visible(text: str) -> str:
    """The text as a reader sees it: without invisible and control characters, with at most three marks on a letter."""
    if text.isascii() and text.isprintable():
        return text
    text = _BROKEN.sub("\ufffd", text)
    text = _UNSEEN.sub("", _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")))
    return text if text.isascii() else _thinned(text)


def _thinned(text: str) -> str:
    marks, kept = 0, []
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MARKS:
            kept.append(sign)
    return "".join(kept)


def visible_all(value: Any) -> Any:
    """Any nesting of JSON types, every text in it made visible."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(str(name)): visible_all(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [visible_all(inner) for inner in value]
    return value
