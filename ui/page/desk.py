"""The parts of the tab for artists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr


@dataclass(frozen=True)
class Desk:
    """What changes in the tab; a part that is left out stays as it is."""

    told: Any = None
    lanes: Any = None
    near: Any = None
    register: Any = None
    text: Any = None
    rests: Any = None
    corrected: Any = None
    answers: Any = None
    works: Any = None
    gift: Any = None
    open: Any = None
    rights: Any = None
    words: Any = None
    joined: Any = None
    copies: Any = None
    language: Any = None

    def parts(self) -> tuple[Any, ...]:
        """In the order of the tab's outputs."""
        return tuple(gr.skip() if part is None else part for part in vars(self).values())
