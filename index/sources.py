"""Where tracks come from: a folder of music, or a JSONL, CSV or Parquet manifest.

A source yields a `Found` for each track and a `Rejected` for each row or file that cannot be one; it never
stops at a broken row. `Found.fingerprint` changes when the row or file changes, so that a build can skip
what it already has.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.credentials import read_credentials
from index.csv_rows import csv_rows
from index.ern import Recording, Releases, read_releases
from index.errors import UserError
from index.fields import BadValue, TrackFields
from index.sheets import duration_told, sheets_beside, sidecars
from index.tags import read_tags
from index.track import Track

AUDIO = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".oga"}
_SHOWN = 12  # columns that are named where one is missing
_NOT_UTF8 = "not UTF-8; save the manifest as UTF-8"
_LOOKED_AT = 65_536  # bytes at the beginning of a manifest, of which none is zero
_MANIFESTS = {".jsonl", ".ndjson", ".csv", ".parquet"}


@dataclass(frozen=True)
class Found:
    """A track as its source declares it; `where` is its place there: a file, or a manifest's name and line."""

    track: Track
    fingerprint: str
    where: str


@dataclass(frozen=True)
class Rejected:
    """A row or file set aside, and why, in one line."""

    where: str
    reason: str


def read_source(source: Path) -> Iterator[Found | Rejected]:
    """Everything in the source, in a stable order; raises `UserError` when the source as a whole is unusable."""
    if source.is_dir():
        return _folder(source)
    if not source.exists():
        raise UserError(
            f"{source}: no such file or folder; give a folder of music or a .jsonl, .csv or .parquet manifest"
        )
    if source.suffix.lower() not in _MANIFESTS:
        raise UserError(
            f"{source}: not a manifest this program reads; give a folder of music or a .jsonl, .csv or .parquet file"
        )
    return _manifest(source)


def _folder(root: Path) -> Iterator[Found | Rejected]:
    names = (p for p in root.rglob("*") if p.suffix.lower() in AUDIO and not p.name.startswith("._"))
    files = sorted(p for p in names if not p.is_dir())
    if not files:
        raise UserError(f"{root}: no music in this folder ({', '.join(sorted(AUDIO))})")
    releases = read_releases(root)
    for message, reason in releases.broken:
        yield Rejected(message.relative_to(root).as_posix(), reason)
    for path in files:
        where = path.relative_to(root).as_posix()
        if not where.isprintable():  # also what is not UTF-8
            yield Rejected(ascii(where)[1:-1], "its name holds characters that cannot be shown; rename it")
            continue
        try:
            yield _file(path, where, releases)
        except (BadValue, OSError, UnicodeError) as reason:
            yield Rejected(where, str(reason))


def _file(path: Path, where: str, releases: Releases) -> Found:
    state = path.stat()
    fields = TrackFields(lenient=True, date=_day(state.st_mtime))
    recording = _declare_release(path, fields, releases)
    _declare_credentials(path, fields)
    read_tags(path, fields)
    sheets = sheets_beside(path)
    fields.add_sheets(sheets)
    if not fields.has("title"):
        fields.declare("title", path.stem.replace("_", " ").strip(), "file name")
    if sheets and not fields.has("duration_s"):
        fields.declare("duration_s", duration_told(path), "file header")
    track = fields.track(hashlib.sha1(where.encode(), usedforsecurity=False).hexdigest()[:16])
    stamps = [f"{p.name}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in sidecars(path)]
    return Found(
        track.model_copy(update={"audio": str(path.resolve())}),
        _digest([where, state.st_size, state.st_mtime_ns, *stamps, *([recording] if recording else [])]),
        where,
    )


def _declare_release(path: Path, fields: TrackFields, releases: Releases) -> Recording | None:
    """What the label's own message says of a file; it goes before the file's tags."""
    if not releases.recordings:
        return None
    tags = TrackFields(lenient=True)
    read_tags(path, tags)
    recording = releases.of(path, tags.first("isrc"))
    if recording:
        for column, values in recording.values.items():
            fields.declare(column, values, recording.where, recording.date)
    return recording


def _declare_credentials(path: Path, fields: TrackFields) -> None:
    found = read_credentials(path)
    if found:
        for column, value in found.values.items():
            fields.declare(column, value, found.where, found.date)


def _day(stamp: float) -> str:
    """The day of a file's time stamp, in UTC."""
    return datetime.fromtimestamp(stamp, UTC).date().isoformat()


def _manifest(path: Path) -> Iterator[Found | Rejected]:
    seen: set[str] = set()
    good, first = 0, ""
    for number, row in _rows(path):
        where = f"{path.name}:{number}"
        try:
            if isinstance(row, str):
                raise BadValue(row)
            found = _row(row, path, where)
            if found.track.id in seen:
                raise BadValue(f"the id {found.track.id!r} stands in an earlier row")
        except BadValue as reason:
            first = first or f"; {where}: {reason}"
            yield Rejected(where, str(reason))
            continue
        seen.add(found.track.id)
        good += 1
        yield found
    if not good:
        raise UserError(
            f"{path}: no row of this manifest is a track; each needs an id and one of caption, title, audio{first}"
        )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line or row number, and the row, or in its place the reason why it is none."""
    if path.suffix.lower() == ".parquet":
        yield from enumerate(_parquet(path), 1)
        return
    text = _text(path)
    rows = (
        csv_rows(path, text)
        if path.suffix.lower() == ".csv"
        else ((n, _json_row(line)) for n, line in enumerate(text.split("\n"), 1) if line.strip())
    )
    for number, row in rows:
        yield number, _NOT_UTF8 if not isinstance(row, str) and _is_garbled(row) else row


def _text(path: Path) -> str:
    """The file as text; bytes that are not UTF-8 stand as lone surrogates."""
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # as spreadsheets save "Unicode text"
        return data.decode("utf-16", "replace")
    if b"\0" in data[:_LOOKED_AT]:
        raise UserError(f"{path}: not a text file in UTF-8 (byte {data.index(0)})")
    return data.decode("utf-8-sig", "surrogateescape")


def _is_garbled(row: dict[str, Any]) -> bool:
    """Whether bytes that are not UTF-8 stand in a row."""
    return any("\udc80" <= c <= "\udcff" for c in "".join(map(str, (*row, *row.values()))))


def _json_row(line: str) -> dict[str, Any] | str:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as exc:
        return f"not JSON: {exc}"
    return row if isinstance(row, dict) else f"a JSON {type(row).__name__} where an object was expected"


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow
    import pyarrow.parquet as parquet

    try:
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=1024):
            yield from batch.to_pylist()
    except (pyarrow.ArrowException, OSError) as exc:
        raise UserError(f"{path}: not a Parquet file: {str(exc).splitlines()[0]}") from exc


def _row(row: dict[str, Any], manifest: Path, where: str) -> Found:
    fields = TrackFields(date=_day(manifest.stat().st_mtime))
    for column, value in row.items():
        fields.declare(str(column), value, f"column {column}")
    audio = manifest.parent / fields.first("audio") if fields.has("audio") else None
    if audio and not _inside(manifest.parent, fields.first("audio")):
        raise BadValue(
            f"audio: {fields.first('audio')[:200]} lies outside the manifest's folder; put a link to it there"
        )
    if audio and audio.is_file():
        _declare_credentials(audio, fields)
    identity = fields.first("id")
    if not identity:
        raise BadValue(f"no id; what there is: {', '.join(map(str, list(row)[:_SHOWN])) or 'nothing'}")
    if not any(fields.has(column) for column in ("caption", "title", "audio")):
        raise BadValue("none of caption, title, audio")
    parts: list[Any] = [json.dumps(row, sort_keys=True, default=str)]
    if not audio:
        return Found(fields.track(identity), _digest(parts), where)
    audio = audio.resolve()
    if not audio.is_file():
        raise BadValue(f"audio: no file {fields.first('audio')}")
    fields.add_sheets(sheets_beside(audio))
    state = audio.stat()
    parts += [state.st_size, state.st_mtime_ns, *(f"{p.name}:{p.stat().st_mtime_ns}" for p in sidecars(audio))]
    return Found(fields.track(identity).model_copy(update={"audio": str(audio)}), _digest(parts), where)


def _inside(base: Path, said: str) -> bool:
    """Whether a manifest names a file of its own folder: what it says is a stranger's, the folder and its links are ours."""
    folder = os.path.normpath(base.absolute())
    return Path(os.path.normpath(Path(folder) / said)).is_relative_to(folder)


def _digest(parts: list[Any]) -> str:
    return hashlib.sha1("\x1f".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
