"""What the tools of one turn work with: the catalogue, the conversation, and the engines behind them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index.catalogue import Catalogue
from index.errors import ToolFailed
from index.proof import Proof
from index.search import Hit
from index.track import Track
from tools.conversation import Conversation
from tools.listener.listener import Listener
from tools.lyrics.provider import Provider
from tools.rights import ai_words, attribution, forbidden_words, policy


@dataclass
class Desk:
    """Passed to every tool call as the run's context."""

    catalogue: Catalogue
    conversation: Conversation
    playlists: Path
    listener: Listener = field(default_factory=Listener)
    sheets: tuple[Provider, ...] = ()
    device: str = "auto"
    public: bool = False  # whether the listener is somebody else's guest, who is told no paths of this machine

    def track(self, handle: str) -> Track:
        """The track behind a handle, or of a title in this catalogue; raises `ToolFailed`."""
        titled = None if re.fullmatch(r"\s*[Tt]\d+\s*", handle) else self.catalogue.entities.find("title", handle)
        identity = min(titled[1]) if titled else self.conversation.track_of(handle)
        self.conversation.handle(identity)
        track = self.catalogue.track(identity)
        if track is None:
            raise ToolFailed(f"{handle} is no longer in the catalogue")
        return track

    def card(self, track: Track, proofs: tuple[Proof, ...] = ()) -> dict[str, Any]:
        """A track for a model's eyes and a listener's screen: plain JSON types, nothing that may not be shown."""
        card: dict[str, Any] = {
            "handle": self.conversation.handle(track.id), "title": track.name, "artists": list(track.artists), "album": track.album, "year": track.year,
            "duration_s": track.duration_s, "genres": list(track.genres), "moods": list(track.moods), "instruments": list(track.instruments), "vocals": track.vocals,
            "language": track.language, "explicit": track.explicit, "caption": track.caption, "description": track.description, "ai": ai_words(track), "credit": attribution(track), "licence": track.rights.licence, "credits": [{"role": c.role, "name": c.name} for c in track.rights.credits if c.role != "copyright"],
            "analysis": forbidden_words(track) if track.rights.analysis == "forbidden" else None,
            "evidence": [evidence(p) for p in proofs if p.kind == "verse" or p.field != "lyrics" or policy(track)[0] != "none"],
        }  # fmt: skip
        card |= self.catalogue.store.measured(track.id)
        return {name: value for name, value in card.items() if value not in (None, [], "")}


def evidence(proof: Proof) -> dict[str, Any]:
    """A proof as plain JSON: what it says, where it stands, which wish it meets."""
    return {name: value for name, value in asdict(proof).items() if value is not None}


def cards(desk: Desk, hits: list[Hit]) -> list[dict[str, Any]]:
    """Cards of hits in their order."""
    return [desk.card(hit.track, hit.proofs) for hit in hits]
