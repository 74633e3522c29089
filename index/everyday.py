"""Everyday words of requests: they carry no wish of their own, and alone they name nobody.

Function words and the words people wrap a wish in (`everyday.txt`), mostly English. A catalogue's names made only
of such words ("Yes", "The The") are still found when a cue or quotes support them.
"""

from __future__ import annotations

from importlib import resources

EVERYDAY = frozenset(resources.files("index").joinpath("everyday.txt").read_text("utf-8").split())
