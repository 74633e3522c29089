"""Artists' own tracks in the catalogue: added when their artist says so, kept as the artist says they are, withdrawn.

Only the owner of a work can do either. The ledger names an owner by their sign-in, or by a digest of the random word that
their browser keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from assistant.reply import Assistant
from assistant.withdrawal import withdraw
from assistant.works import Work
from index.contribute import contribute, now, place
from index.errors import UserError
from index.ledger import Decision
from index.track import Origin, Track
from tools.captions import WRITER, write_caption
from tools.duplicates import copies_of

CONSENT = (
    "I made this track, or may decide about it. I want it in this catalogue: everybody who uses the catalogue may find it,"
    " play it and read what was measured, described and declared of it, and of its lyrics what I allow. What I correct later"
    " is carried over. I can withdraw it at any time, and then it is removed."
)


@dataclass(frozen=True)
class Standing:
    """Where a work stands: out, in, withdrawn, or blocked by somebody; with who decided so, when and why."""

    kind: Literal["out", "in", "withdrawn", "blocked"]
    who: str = ""
    when: str = ""
    why: str = ""


class Contributions:
    """What becomes of works in the catalogue of an assistant."""

    def __init__(self, assistant: Assistant, clock: Callable[[], str] = now) -> None:
        self._assistant, self._clock = assistant, clock
        self._catalogue = assistant.catalogue

    @property
    def open(self) -> bool:
        """Whether tracks may be added here."""
        return self._assistant.settings.contributions == "ask"

    def standing(self, work: Work) -> Standing:
        """Where a work stands now."""
        identity, ledger = id_of(work), self._catalogue.ledger
        there, gone = ledger.contributed().get(identity), ledger.withdrawn().get(identity)
        blocked = ledger.blocked().get(identity)
        if gone:
            return Standing("withdrawn", gone.who, gone.when[:10], gone.reason)
        if blocked:
            return Standing("blocked", blocked.who, blocked.when[:10], blocked.reason)
        return Standing("in", there.who, there.when[:10]) if there else Standing("out")

    def there_already(self, work: Work) -> Track | None:
        """A track of the catalogue that is the same recording, if there is one."""
        profile = work.track.profile
        copies = (
            copies_of(self._catalogue.store, profile.fingerprint, profile.duration_s, id_of(work)) if profile else []
        )
        return next((t for i in copies if (t := self._catalogue.track(i))), None)

    def add(self, work: Work, owner: str, *, consent: bool) -> None:
        """Into the catalogue; raises `UserError` without consent, or where tracks may not be added."""
        if not self.open:
            raise UserError("tracks cannot be added to this catalogue")
        if not consent:
            raise UserError("nothing was added: tick the box first, if you agree")
        contribute(self._catalogue.directory, entry(work), self._catalogue.embedder, who(owner), CONSENT, self._clock)

    def carry_over(self, work: Work) -> None:
        """Brings the catalogue's track up to what its artist says now, if it is there."""
        if id_of(work) in self._catalogue.ledger.contributed():
            place(self._catalogue.directory, entry(work), self._catalogue.embedder)

    def withdraw(self, work: Work, owner: str) -> None:
        """Out of the catalogue, with all that was made from it; a track that is not in it stays out."""
        if id_of(work) not in self._catalogue.ledger.contributed():
            return
        stored = self._catalogue.store.get(id_of(work)) or entry(work)
        decision = Decision(self._clock(), who(owner), "withdraw", stored.id, "withdrawn by its artist")
        withdraw(
            self._assistant.settings,
            self._catalogue.directory,
            self._assistant.threads,
            stored,
            decision,
            but=thread_of(work),
        )


def id_of(work: Work) -> str:
    """The id of a work in the catalogue, from which the work's own cannot be told."""
    return "own-" + sha256(f"contribution {work.id}".encode()).hexdigest()[:16]


def thread_of(work: Work) -> str:
    """The conversation about a work."""
    return f"work-{work.id}"


def who(owner: str) -> str:
    """An owner as the ledger names them."""
    return (
        owner.removeprefix("user:")
        if owner.startswith("user:")
        else "visitor " + sha256(owner.encode()).hexdigest()[:12]
    )


def entry(work: Work) -> Track:
    """A work as the catalogue has it: as corrected, with a caption that is written from that."""
    track = work.track
    changed: dict[str, object] = {"id": id_of(work), "audio": str(work.path)}
    if track.profile and not track.caption:
        said = Origin(kind="modelled", detail=f"{WRITER}, from the track as its artist corrected it")
        changed |= {"caption": write_caption(track, track.profile), "origins": {**track.origins, "caption": said}}
    return track.model_copy(update=changed)
