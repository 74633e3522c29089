"""What an artist declares of their own track: credits, ISRC, licence, what may be shown, AI, what machines may do.

A declaration stands for one column of `index.declared_rights` (and isrc), with who and when, and counts before what the
file's tags say. About AI the declaration that protects more counts, so that nobody declares a signed manifest away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from index.declared_rights import CREDITS, BadRight, Said, over
from index.errors import UserError
from index.outside import visible
from index.track import Origin, Rights, Track

CHOICES: Mapping[str, tuple[str, ...]] = {
    "lyrics_display": ("none", "excerpt", "full"),
    "ai_status": ("none", "partly", "all"),
    "machine_analysis": ("allowed", "forbidden"),
    "ai_training": ("allowed", "forbidden"),
}
TEXTS = ("composer", "lyricist", "producer", "performer", "label", "publisher", "isrc", "licence", "ai_roles")
COLUMNS = (*TEXTS, *CHOICES)
_LISTS = {*CREDITS, "ai_roles"}
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")
_LONGEST = 500
UNSAID = {"lyrics_display": "excerpt", "machine_analysis": "allowed", "ai_training": "allowed"}  # what holds then
_OF_STATUS = {"declared_human": "none", "declared_ai": "all"}


@dataclass(frozen=True)
class Declaration:
    """`value` as it was said, several names with semicolons between; `when` is an ISO 8601 date."""

    column: str
    value: str
    who: str
    when: str

    def to_dict(self) -> dict[str, str]:
        """Plain JSON types."""
        return asdict(self)


def declaration(column: str, value: str, who: str, when: str) -> Declaration:
    """A declaration that can be made; raises `UserError` with what is wrong with it."""
    value = " ".join(visible(value).split())
    if column not in COLUMNS:
        raise UserError(f"{column!r} is nothing that can be declared here")
    if len(value) > _LONGEST:
        raise UserError(f"{column}: longer than {_LONGEST} characters")
    if value and column in CHOICES and value not in CHOICES[column]:
        raise UserError(f"{column} is {value!r}; it must be {', '.join(CHOICES[column])}")
    if value and column == "isrc":
        value = re.sub(r"[\s-]", "", value).upper()
        if not _ISRC.fullmatch(value):
            raise UserError(f"{value!r} is no ISRC: two letters, three letters or digits, seven digits (ISO 3901)")
    return Declaration(column, value, who, when)


def declared(track: Track, declarations: Sequence[Declaration]) -> Track:
    """The track with what was declared; the last word about a column counts, an empty one declares nothing."""
    latest = {d.column: d for d in declarations if d.value}
    if not latest:
        return track
    said = {column: _said(d) for column, d in latest.items() if column != "isrc"}
    if "ai_status" in said:
        said["ai_status"] += _of_the_file(track.rights)
    try:
        rights = over(track.rights, said)
    except BadRight as wrong:
        raise UserError(str(wrong)) from wrong
    isrc = latest["isrc"].value if "isrc" in latest else track.isrc
    origins = {name: Origin(kind="declared", detail=_where(d)) for name, d in _named(latest).items()}
    return track.model_copy(update={"rights": rights, "isrc": isrc, "origins": {**track.origins, **origins}})


def shown(track: Track, declarations: Sequence[Declaration]) -> dict[str, str]:
    """What a form shows, column by column: what was declared here, else what the file says; "" where nobody said anything."""
    rights = track.rights
    found = {c: "; ".join(credit.name for credit in rights.credits if credit.role == c) for c in TEXTS if c in CREDITS}
    ai = "partly" if rights.ai_extent == "partly" else _OF_STATUS.get(rights.ai_status, "")
    found |= {
        "isrc": track.isrc or "", "licence": rights.licence or "", "ai_roles": "; ".join(rights.ai_roles), "ai_status": ai,
        "lyrics_display": rights.lyrics_display, "machine_analysis": rights.analysis, "ai_training": rights.training,
    }  # fmt: skip
    told = {column: "" if value == UNSAID.get(column) else value for column, value in found.items()}
    return told | {d.column: d.value for d in declarations if d.value}


def declare(
    track: Track, before: Sequence[Declaration], said: Mapping[str, str], who: str, when: str
) -> tuple[Declaration, ...]:
    """The declarations after a form was sent: a field that differs from what it showed declares, an emptied one takes
    back. Raises `UserError` for what makes no sense."""
    showed, own = shown(track, before), {d.column: d for d in before if d.value}
    for column in COLUMNS:
        value = " ".join(said.get(column, showed[column]).split())
        if value == showed[column]:
            continue
        own.pop(column, None)
        if value:
            own[column] = declaration(column, value, who, when)
    return tuple(own.values())


def _said(made: Declaration) -> list[Said]:
    parts = [p.strip() for p in made.value.split(";")] if made.column in _LISTS else [made.value]
    return [Said(part, _where(made), made.when) for part in parts if part]


def _of_the_file(rights: Rights) -> list[Said]:
    if rights.ai_status == "unknown":
        return []
    level = rights.ai_extent or _OF_STATUS[rights.ai_status]
    return [Said(level, rights.ai_source or "the file", rights.ai_date or "")]


def _where(made: Declaration) -> str:
    return f"declared by {made.who}, {made.when}"


def _named(latest: Mapping[str, Declaration]) -> dict[str, Declaration]:
    """Declarations by the field of a track that they are about; the newest of several about its rights."""
    rights = max((d for c, d in latest.items() if c != "isrc"), key=lambda d: d.when, default=None)
    return {**({"rights": rights} if rights else {}), **({"isrc": latest["isrc"]} if "isrc" in latest else {})}
