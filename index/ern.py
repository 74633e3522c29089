"""Release messages of a label: DDEX ERN 4 (NewReleaseMessage), as they lie beside the files of a delivery.

Read per sound recording: ISRC, title, display artists, contributors with their roles, (P) and (C) lines, label, genre,
language, explicitness, duration, file names, and since 4.3.2 `ContainsAI` (All, Partly, None) of the recording and of
its contributors. Elements are found by their local name, so that 4.1 to 4.3.2 read alike; what is not known is passed
over. Parsed with defusedxml: no entities, no DTD. Source: ern.ddex.net, kb.ddex.net.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LARGEST = 32 * 1024 * 1024  # bytes
_MESSAGE = "NewReleaseMessage"
_ROLES = {
    "composer": ("composer",), "lyricist": ("lyricist",), "author": ("lyricist",), "composerlyricist": ("composer", "lyricist"),
    "songwriter": ("composer", "lyricist"), "producer": ("producer",), "studioproducer": ("producer",), "musicpublisher": ("publisher",),
}  # fmt: skip
_NO_AI = {"none", "false", "no", ""}


@dataclass(frozen=True)
class Recording:
    """What a message declares about one recording: columns as in a manifest, and the names of its files."""

    values: dict[str, list[str]]
    files: frozenset[str]
    where: str
    date: str = ""


@dataclass
class Releases:
    """The recordings of all messages in a folder; `broken` are messages that cannot be read, with the reason."""

    recordings: list[Recording] = field(default_factory=list)
    broken: list[tuple[Path, str]] = field(default_factory=list)

    def of(self, file: Path, isrc: str = "") -> Recording | None:
        """The recording of a file, by the file's name or by its ISRC."""
        wanted = _compact(isrc)
        return next(
            (r for r in self.recordings if file.name in r.files),
            next((r for r in self.recordings if wanted and wanted in map(_compact, r.values.get("isrc", []))), None),
        )


def read_releases(folder: Path) -> Releases:
    """All release messages in a folder and below it; other XML is passed over."""
    found = Releases()
    for path in sorted(p for p in folder.rglob("*.xml") if p.is_file()):
        try:
            if path.stat().st_size > _LARGEST:
                raise ValueError(f"larger than {_LARGEST // 2**20} MB")
            found.recordings += read_message(path)
        except (
            ParseError,
            DefusedXmlException,
            ValueError,
            LookupError,
            OSError,
            RecursionError,
        ) as exc:  # also an unknown encoding
            found.broken.append((path, f"not a release message that can be read: {' '.join(str(exc).split())[:200]}"))
    return found


def read_message(path: Path) -> list[Recording]:
    """The recordings of one message; none when the file is other XML. Raises what the parser raises."""
    root = parse(path, forbid_dtd=True).getroot()
    if root is None or _name(root) != _MESSAGE:
        return []
    date = _text(root, "MessageCreatedDateTime")[:10]
    where = f"DDEX ERN {path.name}"
    parties = {_text(p, "PartyReference"): _text(p, "FullName") for p in _all(root, "Party")}
    labels = {_text(r, "ReleaseLabelReference") for r in _all(root, "Release")} - {""}
    label = next((parties[reference] for reference in sorted(labels) if parties.get(reference)), "")
    album = next((_text(r, "DisplayTitleText") for r in _all(root, "Release")), "")
    return [
        Recording(_values(node, parties, label, album), frozenset(_files(node)), where, date)
        for node in _all(root, "SoundRecording")
    ]


def _values(node: Element, parties: dict[str, str], label: str, album: str) -> dict[str, list[str]]:
    """The columns of a recording."""
    contributors = list(_all(node, "Contributor"))
    artists = [parties.get(_text(a, "ArtistPartyReference"), "") for a in _all(node, "DisplayArtist")]
    values = {
        "title": [_text(node, "DisplayTitleText") or _text(node, "TitleText")],
        "artists": [name for name in artists if name] or [_text(node, "DisplayArtistName")],
        "isrc": [_text(node, "ISRC")],
        "album": [album],
        "label": [label],
        "language": [_text(node, "LanguageOfPerformance")],
        "genres": [_text(node, "GenreText")],
        "explicit": {"Explicit": ["yes"], "NotExplicit": ["no"], "ExplicitContentEdited": ["no"]}.get(
            _text(node, "ParentalWarningType"), []
        ),
        "duration_s": [str(seconds) for seconds in _seconds(_text(node, "Duration"))],
        "year": [_text(node, "OriginalResourceReleaseDate")[:4] or _text(node, "Year")],
        "vocals": ["instrumental"] if _text(node, "IsInstrumental").lower() == "true" else [],
        "copyright": [_text(line, tag) for line, tag in _lines(node)],
        "ai_status": [own.text.strip() for own in _own(node, "ContainsAI") if own.text],
        "ai_roles": [role for c in contributors if _made_by_machine(c) for role in _roles(c)],
    }
    for contributor in contributors:
        name = parties.get(_text(contributor, "ContributorPartyReference"), "") or _text(contributor, "FullName")
        for role in _roles(contributor):
            for column in _ROLES.get(_compact(role), ("performer",)):
                values.setdefault(column, []).append(name)
    return {column: [text for text in texts if text] for column, texts in values.items() if any(texts)}


def _roles(contributor: Element) -> list[str]:
    """A contributor's roles; since 4.3.2 a role may hold its value beside other elements."""
    nodes = [n for tag in ("Role", "ContributorRole") for n in _all(contributor, tag)]
    return [text for n in nodes if (text := (_text(n, "Value") or _text(n, "RoleValue") or (n.text or "")).strip())]


def _made_by_machine(contributor: Element) -> bool:
    """Whether a contribution is declared as made with AI: an element or attribute whose name speaks of AI and is not no."""
    for node in contributor.iter():
        told = [(_name(node), (node.text or "").strip()), *((k.rpartition("}")[2], v) for k, v in node.attrib.items())]
        if any(re.search(r"AI(?![a-z])", name) and value.lower() not in _NO_AI for name, value in told):
            return True
    return False


def _own(node: Element, tag: str) -> Iterator[Element]:
    """Elements of a recording that are not its contributors'."""
    for child in node:
        if _name(child) == tag:
            yield child
        elif _name(child) != "Contributor":
            yield from _own(child, tag)


def _files(node: Element) -> Iterator[str]:
    yield from (PurePosixPath(n.text.strip().replace("\\", "/")).name for n in _all(node, "URI") if n.text)
    yield from (n.text.strip() for n in _all(node, "FileName") if n.text)


def _lines(node: Element) -> Iterator[tuple[Element, str]]:
    yield from ((line, "PLineText") for line in _all(node, "PLine"))
    yield from ((line, "CLineText") for line in _all(node, "CLine"))


def _seconds(text: str) -> Iterator[float]:
    """An ISO 8601 duration (PT3M21S) in seconds."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", text)
    if found and any(found.groups()):
        yield int(found[1] or 0) * 3600 + int(found[2] or 0) * 60 + float(found[3] or 0)


def _all(node: Element, tag: str) -> Iterator[Element]:
    yield from (n for n in node.iter() if _name(n) == tag)


def _text(node: Element, tag: str) -> str:
    """The text of the first such element, or an empty one."""
    return next((n.text.strip() for n in _all(node, tag) if n.text and n.text.strip()), "")


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _compact(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
