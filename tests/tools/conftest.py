"""What the tests of tools work at."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.budget import TimedDesk as Desk
from index.catalogue import Catalogue
from tools.conversation import Conversation


@pytest.fixture
def desk(catalogue: Catalogue, tmp_path: Path) -> Desk:
    return Desk(catalogue, Conversation(), tmp_path / "playlists", device="cpu")
