"""The two failures that are not bugs. Everything else keeps its traceback."""

from __future__ import annotations


class UserError(Exception):
    """Ends a command with one clear line and exit code 2: bad input, a missing file, a wrong option."""


class ToolFailed(Exception):
    """Goes back to the model as a tool message, which says what went wrong and what could help."""


def in_words(exc: Exception) -> str:
    """What went wrong, without the number that an operating system has for it."""
    return exc.strerror or str(exc) if isinstance(exc, OSError) else str(exc)
