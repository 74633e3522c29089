"""Folders and manifests."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.csv_rows import csv_rows
from index.errors import UserError
from index.sources import Found, Rejected, read_source
from tests.fixtures.words import ROWS
from tests.index.conftest import write_jsonl, write_wav


def read(path: Path) -> tuple[list[Found], list[Rejected]]:
    items = list(read_source(path))
    return [i for i in items if isinstance(i, Found)], [i for i in items if isinstance(i, Rejected)]


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = list(dict.fromkeys(c for row in rows for c in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = dict.fromkeys(c for row in rows for c in row)
    parquet.write_table(pyarrow.Table.from_pylist([{c: row.get(c) for c in columns} for row in rows]), path)
    return path


# -- folders ------------------------------------------------------------------------------------------------------


def test_a_tagless_file_is_called_after_its_name_and_sings_its_sidecar(tmp_path: Path) -> None:
    write_wav(tmp_path / "b" / "Low_Tide.wav")
    (tmp_path / "b" / "Low_Tide.lrc").write_text("[00:01.00]The sea\n[00:02.50]The night", "utf-8")
    write_wav(tmp_path / "a.wav")
    found, rejected = read(tmp_path)
    assert rejected == []
    assert [(f.track.title, f.where) for f in found] == [("a", "a.wav"), ("Low Tide", "b/Low_Tide.wav")]
    lyrics = found[1].track.lyrics
    assert lyrics is not None and [(x.time_s, x.text) for x in lyrics.lines] == [(1.0, "The sea"), (2.5, "The night")]
    assert lyrics.source == "sidecar Low_Tide.lrc"
    assert found[1].track.audio == str((tmp_path / "b" / "Low_Tide.wav").resolve())


def test_a_fingerprint_changes_with_the_file_and_with_its_sidecar(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav")
    prints = [read(tmp_path)[0][0].fingerprint]
    prints.append(read(tmp_path)[0][0].fingerprint)
    assert prints[0] == prints[1]
    os.utime(path, ns=(1, 1))
    prints.append(read(tmp_path)[0][0].fingerprint)
    (tmp_path / "a.txt").write_text("Words", "utf-8")
    prints.append(read(tmp_path)[0][0].fingerprint)
    assert len(set(prints)) == 3


def test_what_is_no_music_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    write_wav(tmp_path / "good.wav")
    (tmp_path / "._good.wav").write_bytes(b"resource fork")
    (tmp_path / "cover.jpg").write_bytes(b"jpg")
    (tmp_path / "folder.mp3").mkdir()
    assert [f.where for f in read(tmp_path)[0]] == ["good.wav"]


def test_a_dangling_link_and_a_name_that_is_no_text_are_set_aside(tmp_path: Path) -> None:
    write_wav(tmp_path / "good.wav")
    (tmp_path / "gone.mp3").symlink_to(tmp_path / "nowhere.mp3")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.wav")).write_bytes((tmp_path / "good.wav").read_bytes())
    found, rejected = read(tmp_path)
    assert [f.where for f in found] == ["good.wav"]
    assert {r.where for r in rejected} == {"bad\\udcff.wav", "gone.mp3"}
    assert all(r.where.isprintable() and r.reason for r in rejected)


# -- manifests ----------------------------------------------------------------------------------------------------


def test_the_same_rows_give_equal_tracks_in_every_format(tmp_path: Path) -> None:
    written = (
        write_jsonl(tmp_path / "m.jsonl", ROWS),
        write_csv(tmp_path / "m.csv", ROWS),
        write_parquet(tmp_path / "m.parquet", ROWS),
    )
    tracks = [[f.track for f in read(path)[0]] for path in written]
    assert len(tracks[0]) == len(ROWS)
    assert tracks[0] == tracks[1] == tracks[2]


def test_unknown_columns_are_kept_and_column_names_may_be_written_any_way(tmp_path: Path) -> None:
    [found], _ = read(write_csv(tmp_path / "m.csv", [{"ID": "1", "Title": "T", "My Column": "kept"}]))
    assert (found.track.id, found.track.title, found.track.extra) == ("1", "T", {"my_column": "kept"})


def test_numbers_as_ids_are_the_same_in_every_format(tmp_path: Path) -> None:
    rows = [{"id": 7, "title": "T"}]
    paths = write_jsonl(tmp_path / "m.jsonl", [{"id": 7.0, "title": "T"}]), write_parquet(tmp_path / "m.parquet", rows)
    assert [read(p)[0][0].track.id for p in paths] == ["7", "7"]


def test_broken_rows_are_set_aside_with_place_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    lines = [
        '{"id": "1", "title": "Good"}',
        "{broken",
        "[1, 2]",
        '{"title": "No id"}',
        "",
        '{"id": "2"}',
        '{"id": "3", "title": "T", "year": "soon"}',
        '{"id": "1", "title": "Again"}',
        '{"id": "4", "title": "T", "audio": "nowhere.wav"}',
        '{"id": "5", "title": {"nested": 1}}',
        "[" * 100_000,
        '{"id": "6", "title": "Good too"}',
    ]
    path.write_text("\n".join(lines), "utf-8")
    found, rejected = read(path)
    assert [f.track.id for f in found] == ["1", "6"]
    reasons = {int(r.where.removeprefix("m.jsonl:")): r.reason for r in rejected}
    told = {2: "not JSON", 3: "JSON list", 4: "no id", 6: "none of", 7: "year", 8: "earlier row", 9: "nowhere.wav", 10: "title", 11: "not JSON"}  # fmt: skip
    assert reasons.keys() == told.keys()
    assert all(words in reasons[line] and "\n" not in reasons[line] for line, words in told.items())


def test_csv_rows_with_too_many_cells_are_set_aside_by_line(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text('id,title\n1,"Two\nlines"\n2,T,too,many\n3,Short\n', "utf-8")
    found, rejected = read(path)
    assert [f.track.id for f in found] == ["1", "3"]
    assert [(r.where, "2 cells more" in r.reason) for r in rejected] == [("m.csv:4", True)]


def test_audio_is_found_beside_the_manifest_and_its_change_changes_the_fingerprint(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "audio" / "a.wav")
    path = write_jsonl(tmp_path / "m.jsonl", [{"id": "1", "audio": "audio/a.wav"}])
    [before], _ = read(path)
    assert before.track.audio == str(wav.resolve())
    write_wav(wav, seconds=2.0)
    assert read(path)[0][0].fingerprint != before.fingerprint


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00 random \x80\x81" * 700])
def test_a_manifest_of_anything_else_is_refused_as_a_whole(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"m{suffix}"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"m\.\w+: (not|no) "):
        read(path)


def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("\ufeffid,title\n1,T\n", "utf-8")
    assert [f.track.id for f in read(path)[0]] == ["1"]


def test_other_sources_are_refused(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    for path, words in (("list.txt", "not a manifest"), ("empty", "no music"), ("nowhere", "no such file")):
        with pytest.raises(UserError, match=words):
            list(read_source(tmp_path / path))


def test_equal_rows_have_equal_fingerprints_whatever_the_order_of_columns(tmp_path: Path) -> None:
    row = {"id": "1", "title": "T", "year": 1999}
    first = read(write_jsonl(tmp_path / "a.jsonl", [row]))[0][0]
    second = read(write_jsonl(tmp_path / "b.jsonl", [json.loads(json.dumps(dict(reversed(row.items()))))]))[0][0]
    changed = read(write_jsonl(tmp_path / "c.jsonl", [{**row, "year": 2000}]))[0][0]
    assert first.fingerprint == second.fingerprint != changed.fingerprint


@pytest.mark.parametrize(
    ("lines", "found", "reason"),
    [
        ('id,caption\na1,"calm\na2,loud\n', ["a2"], "m.csv:2: a quote is opened here and never closed"),
        ('id,caption\na1,"calm\na2,""loud"" one"\na3,low\n', ["a1", "a3"], None),
        (
            f"id,caption\na1,{'x' * 200_000}\na2,loud\n",
            ["a2"],
            "m.csv:2: not a row of CSV: field larger than field limit",
        ),
        ("id;title\na1;S\n", ["a1"], None),
        ("id\ttitle\na1\tS, calm\n", ["a1"], None),
        ("id,caption\na1,calm,more\na2,loud\n", ["a2"], "m.csv:2: 1 cells more than the header has columns"),
        ("id,caption\na1,\udcdcber\na2,loud\n", ["a2"], "m.csv:2: not UTF-8; save the manifest as UTF-8"),
    ],
)
def test_a_broken_row_of_a_csv_costs_no_other(tmp_path: Path, lines: str, found: list[str], reason: str | None) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(lines.encode("utf-8", "surrogateescape"))
    items = list(read_source(path))
    assert [i.track.id for i in items if isinstance(i, Found)] == found
    told = [f"{i.where}: {i.reason}" for i in items if isinstance(i, Rejected)]
    assert len(told) == (reason is not None) and (reason is None or told[0].startswith(reason))


def test_a_spreadsheets_unicode_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes("id\ttitle\nä1\tÜber\n".encode("utf-16"))
    assert [i.track.title for i in read_source(path) if isinstance(i, Found)] == ["Über"]


@pytest.mark.parametrize(
    ("header", "trouble"),
    [("id,title,title", "'title' stands twice"), ("name,song", "no id; what there is: name, song")],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, header: str, trouble: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(f"{header}\n" + ",".join("abc"[: header.count(",") + 1]))
    with pytest.raises(UserError, match=trouble):
        list(read_source(path))


@given(st.lists(st.lists(st.text(alphabet='a",\n\r é', max_size=6), min_size=2, max_size=2), max_size=5))
def test_rows_that_a_writer_wrote_come_back(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["id", "x"], *rows])
    text = out.getvalue()
    assert [list(row.values()) for _, row in csv_rows(Path("m.csv"), text) if isinstance(row, dict)] == rows
