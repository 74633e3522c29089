"""The audio language model that the settings name, ready to be asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.settings import Settings
from index.answers import Answers
from index.errors import UserError
from tools.listener.checkpoints import licence_line, misplaced
from tools.listener.listener import Listener
from tools.listener.local import Local
from tools.listener.served import Served


def listener_for(settings: Settings, index: Path | None = None, patience_s: float | None = None) -> Listener:
    """A listener that keeps its answers in `index`; one without a model where none is configured. Nothing is loaded or asked yet.

    No single answer takes longer than `patience_s`; without it, than the backend allows by itself.
    """
    s = settings
    answers = Answers(index) if index else None
    if s.audio_backend == "transformers":
        local = Local(s.audio_model, s.device, s.audio_limit_s)
        return Listener(replace(local, total_s=patience_s) if patience_s else local, answers)
    if s.audio_url is None:
        return Listener(None, answers)
    served = Served(s.audio_url, s.audio_model, s.audio_api_key or s.api_key, s.audio_limit_s)
    return Listener(replace(served, total_s=patience_s) if patience_s else served, answers)


def willing_listener(settings: Settings, index: Path) -> Listener:
    """The same for work that makes no sense without a model; raises `UserError` when none is configured or can be asked."""
    listener = listener_for(settings, index)
    if listener.model is None:
        raise UserError(
            "no audio language model is configured; set LINERNOTES_AUDIO_URL, or LINERNOTES_AUDIO_BACKEND=transformers"
        )
    trouble = misplaced(settings.audio_model, settings.audio_backend) or listener.model.trouble()
    if trouble:
        raise UserError(trouble)
    return listener


def licence(settings: Settings) -> str:
    """One line on the licence of the audio model that is chosen."""
    return licence_line(settings.audio_model)
