"""The playlist that a listener puts together: its HTML with the course of its energy, its files, and its link."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import zlib
from collections.abc import Iterator, Sequence

from assistant.threads import Tray
from index.drive import drive
from index.profile import clock
from index.track import Track
from tools.playlist import jspf, m3u8
from ui.page.cards import Faces, button, e

MOST = 200
_LONGEST_TOKEN = 20_000
_COLUMNS = ("title", "artists", "album", "year", "duration_s", "isrc", "licence", "id")


def drawn(tray: Tray, tracks: Sequence[Track], faces: Faces, told: str = "") -> str:
    """The tray; rows can be dragged, or moved with the arrow keys. `told` is what has just become of it, as HTML."""
    told = f'<p class="ln-told" role="status">{told}</p>' if told else ""
    if not tracks:
        return f'{told}<div class="ln-empty">Your playlist is empty. “+ Playlist” on a card puts a track here.</div>'
    rows = "".join(_row(n, track, faces) for n, track in enumerate(tracks))
    length = sum(t.duration_s or 0 for t in tracks)
    files = "".join(button("give", kind, label) for kind, label in (("m3u8", "M3U8"), ("jspf", "JSPF"), ("csv", "CSV")))
    return f"""{told}<section class="ln-tray" aria-label="Playlist"><div class="ln-tray-head"><input class="ln-tray-name" value="{e(tray.name)}" aria-label="Name of the playlist" maxlength="100">
<span>{len(tracks)} {"track" if len(tracks) == 1 else "tracks"}, {clock(length)}</span></div>{_course(tracks)}<ol class="ln-tray-rows">{rows}</ol>
<div class="ln-acts">{files}<button type="button" class="ln-act" data-copy-link="{token(tray)}">Copy link</button>{button("clear", "-", "Empty it")}</div></section>"""


def _row(n: int, track: Track, faces: Faces) -> str:
    face = faces.of(track.id)
    by = f"<small>{e(track.by)}</small>" if track.by else ""
    return f"""<li draggable="true" tabindex="0" data-row="{e(track.id)}" aria-label="{n + 1}. {e(track.name)}; arrow keys move it">{face.cover if face else ""}<span><b>{e(track.name)}</b>{by}</span>
<span class="ln-len">{clock(track.duration_s) if track.duration_s else ""}</span>{button("untray", track.id, "×")}</li>"""


def _course(tracks: Sequence[Track]) -> str:
    """Energy over the whole list, each track as wide as it is long."""
    spans = [(d, t.duration_s or 0) for t in tracks if t.profile and (d := drive(t.profile)) is not None]
    whole = sum(length for _, length in spans)
    if len(spans) < 2 or not whole:
        return ""
    points, edges, at = [], "", 0.0
    for level, length in spans:
        edges += f'<line x1="{300 * at / whole:.1f}" x2="{300 * at / whole:.1f}" y1="0" y2="48"/>' if at else ""
        points += [(300 * at / whole, level), (300 * (at + length) / whole, level)]
        at += length
    line = " ".join(f"{x:.1f},{46 - 42 * y:.1f}" for x, y in points)
    return f'<svg class="ln-course" viewBox="0 0 300 48" preserveAspectRatio="none" role="img" aria-label="Energy over the playlist"><g>{edges}</g><polyline points="{line}"/></svg>'


def files(kind: str, tray: Tray, tracks: Sequence[Track], site: str) -> tuple[str, str]:
    """Name and text of a playlist file whose tracks are those of the page at `site`; a `kind` that is none gives CSV."""
    name = " ".join("".join(c if c.isalnum() or c in "-_" else " " for c in tray.name).split()) or "playlist"
    if kind == "m3u8":
        return f"{name}.m3u8", m3u8(tray.name, tracks, site)
    if kind == "jspf":
        return f"{name}.jspf", json.dumps(jspf(tray.name, tracks, site), ensure_ascii=False, indent=2) + "\n"
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    writer.writerows(list(_cells(track)) for track in tracks)
    return f"{name}.csv", table.getvalue()


def _cells(track: Track) -> Iterator[str]:
    """A row; what a spreadsheet would take for a formula is text."""
    values = (track.name, track.by, track.album, track.year, track.duration_s, track.isrc, track.rights.licence, track.id)  # fmt: skip
    for value in values:
        text = "" if value is None else str(value)
        yield f"'{text}" if text[:1] in "=+-@\t\r" else text


def token(tray: Tray) -> str:
    """The whole list in a link, so that whoever has the same catalogue sees the same list."""
    packed = zlib.compress(json.dumps([tray.name, *tray.tracks], ensure_ascii=False).encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_token(text: str) -> Tray | None:
    """The list of a link; None for what is none."""
    if not text or len(text) > _LONGEST_TOKEN:
        return None
    try:
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), 1_000_000)
        listed = json.loads(raw)
    except (binascii.Error, zlib.error, ValueError, TypeError):
        return None
    if not isinstance(listed, list) or not listed or not all(isinstance(part, str) for part in listed):
        return None
    return Tray(listed[0][:100], tuple(dict.fromkeys(listed[1:]))[:MOST])
