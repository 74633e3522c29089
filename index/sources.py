"""Where tracks come from: a folder of music, or a JSONL, CSV or Parquet manifest.

A source yields a `Found` for each track and a `Rejected` for each row or file that cannot be one; it never
stops at a broken row. `Found.fingerprint` changes when the row or file changes, so that a build can skip
what it already has.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import UserError
from index.fields import BadValue, TrackFields
from index.lrc import parse_lyrics
from index.tags import read_tags
from index.track import Origin, Track

AUDIO = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".oga"}
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
    for path in files:
        where = path.relative_to(root).as_posix()
        if not where.isprintable():  # also what is not UTF-8
            yield Rejected(ascii(where)[1:-1], "its name holds characters that cannot be shown; rename it")
            continue
        try:
            yield _file(path, where)
        except (BadValue, OSError, UnicodeError) as reason:
            yield Rejected(where, str(reason))


def _file(path: Path, where: str) -> Found:
    fields, state = TrackFields(lenient=True), path.stat()
    read_tags(path, fields)
    sidecars = [p for p in (path.with_suffix(".lrc"), path.with_suffix(".txt")) if p.is_file()]
    track = fields.track(hashlib.sha1(where.encode(), usedforsecurity=False).hexdigest()[:16])
    origins = dict(track.origins)
    changed: dict[str, Any] = {"audio": str(path.resolve())}
    if not track.title:
        changed["title"] = path.stem.replace("_", " ").strip()
        origins["title"] = Origin(kind="declared", detail="file name")
    for sidecar in sidecars[:1]:
        lyrics = parse_lyrics(sidecar.read_text("utf-8", errors="replace")[:200_000], f"sidecar {sidecar.name}")
        if lyrics:
            changed["lyrics"], origins["lyrics"] = (
                lyrics,
                Origin(kind="declared", detail=f"sidecar {sidecar.suffix}"),
            )
    stamps = [f"{p.name}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in sidecars]
    return Found(
        track.model_copy(update={**changed, "origins": origins}),
        _digest([where, state.st_size, state.st_mtime_ns, *stamps]),
        where,
    )


def _manifest(path: Path) -> Iterator[Found | Rejected]:
    seen: set[str] = set()
    good = 0
    for number, row in _rows(path):
        where = f"{path.name}:{number}"
        try:
            if isinstance(row, str):
                raise BadValue(row)
            found = _row(row, path.parent, where)
            if found.track.id in seen:
                raise BadValue(f"the id {found.track.id!r} stands in an earlier row")
        except BadValue as reason:
            yield Rejected(where, str(reason))
            continue
        seen.add(found.track.id)
        good += 1
        yield found
    if not good:
        raise UserError(
            f"{path}: no row of this manifest is a track; each needs an id and one of caption, title, audio"
        )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line or row number, and the row, or in its place the reason why it is none."""
    if path.suffix.lower() == ".parquet":
        yield from enumerate(_parquet(path), 1)
        return
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise UserError(f"{path}: not a text file in UTF-8 (byte {exc.start})") from exc
    if path.suffix.lower() == ".csv":
        yield from _csv(path, text)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _json_row(line)


def _json_row(line: str) -> dict[str, Any] | str:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as exc:
        return f"not JSON: {exc}"
    return row if isinstance(row, dict) else f"a JSON {type(row).__name__} where an object was expected"


def _csv(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    reader = csv.DictReader(io.StringIO(text))
    try:
        for row in reader:
            extra = row.pop(None, None)
            yield reader.line_num, f"{len(extra)} cells more than the header has columns" if extra else row
    except csv.Error as exc:
        raise UserError(f"{path}: not a CSV file: {exc}") from exc


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow
    import pyarrow.parquet as parquet

    try:
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=1024):
            yield from batch.to_pylist()
    except (pyarrow.ArrowException, OSError) as exc:
        raise UserError(f"{path}: not a Parquet file: {str(exc).splitlines()[0]}") from exc


def _row(row: dict[str, Any], base: Path, where: str) -> Found:
    fields = TrackFields()
    for column, value in row.items():
        fields.declare(str(column), value, f"column {column}")
    identity = fields.first("id")
    if not identity:
        raise BadValue("no id")
    if not any(fields.has(column) for column in ("caption", "title", "audio")):
        raise BadValue("none of caption, title, audio")
    track = fields.track(identity)
    parts: list[Any] = [json.dumps(row, sort_keys=True, default=str)]
    if track.audio:
        audio = (base / track.audio).resolve()
        if not _inside(base, track.audio):
            raise BadValue(f"audio: {track.audio[:200]} lies outside the manifest's folder; put a link to it there")
        if not audio.is_file():
            raise BadValue(f"audio: no file {track.audio}")
        state = audio.stat()
        parts += [state.st_size, state.st_mtime_ns]
        track = track.model_copy(update={"audio": str(audio)})
    return Found(track, _digest(parts), where)


def _inside(base: Path, said: str) -> bool:
    """Whether a manifest names a file of its own folder: what it says is a stranger's, the folder and its links are ours."""
    folder = os.path.normpath(base.absolute())
    return Path(os.path.normpath(Path(folder) / said)).is_relative_to(folder)


def _digest(parts: list[Any]) -> str:
    return hashlib.sha1("\x1f".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
