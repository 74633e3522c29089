"""What an examination finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing that was examined. `ok`: works. `absent`: not here, and nothing that is switched on needs it. `broken`:
    switched on and does not work."""

    name: str
    state: Literal["ok", "absent", "broken"]
    detail: str
    advice: str = ""
