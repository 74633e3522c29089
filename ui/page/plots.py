"""An analysis as a picture in the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.profile import Profile
from ui.plot import data_uri, draw


def plot(artifact: dict[str, Any]) -> str:
    """The figure of an artifact of kind `analysis`."""
    profile = Profile.from_dict(artifact["profile"])
    return f'<figure class="ln-plot"><img alt="waveform, sections, tempo and energy" src="{data_uri(draw(profile, Path(artifact["path"])))}"></figure>'
