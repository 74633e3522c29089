"""The whole composed set, unrendered: variety, form, harmony, words, and the truth that is told about it."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from tools.demo.catalogue import score_of
from tools.demo.roster import TrackSpec, lyrics, roster
from tools.demo.score import Piece
from tools.demo.singing import syllables
from tools.demo.styles import styles
from tools.demo.truth import chord_spans, lrc, tags, truth

Scores = list[tuple[TrackSpec, Piece]]
MIREX = re.compile(r"^(N|[A-G]#?:(maj|min|dim|aug|7|maj7|min7|9|maj9|min9|maj6|min6|hdim7|dim7|sus[24]))$")


@pytest.fixture(scope="module")
def scores() -> Scores:
    return [(spec, score_of(spec)) for spec in roster()]


def test_the_set_is_large_and_varied(scores: Scores) -> None:
    assert len(scores) >= 60
    assert len({spec.style for spec, _ in scores}) >= 20
    assert 16 <= len({spec.artists[0] for spec, _ in scores}) <= 30
    assert {piece.meter.name for _, piece in scores} >= {"2/4", "3/4", "4/4", "5/4", "6/8", "7/8", "12/8"}
    assert min(spec.year for spec, _ in scores) >= 1968
    assert max(spec.year for spec, _ in scores) <= 2025


def test_every_style_is_played(scores: Scores) -> None:
    assert {spec.style for spec, _ in scores} == set(styles())


def test_titles_codes_and_files_are_unique(scores: Scores) -> None:
    for values in ([s.title for s, _ in scores], [s.isrc for s, _ in scores], [s.file for s, _ in scores]):
        assert len(set(values)) == len(values)
    assert all(re.fullmatch(r"ZZLNT\d{7}", spec.isrc) for spec, _ in scores)


def test_tracks_last_one_to_two_minutes(scores: Scores) -> None:
    assert all(60 <= piece.duration_s <= 120 for _, piece in scores)


def test_some_pieces_modulate_and_some_change_their_tempo(scores: Scores) -> None:
    assert sum(len({section.key for section in piece.sections}) > 1 for _, piece in scores) >= 5
    assert sum(np.ptp(piece.bpms) / piece.bpm > 0.05 for _, piece in scores) >= 10
    assert sum(np.ptp(piece.bpms) == 0 for _, piece in scores) >= 10


def test_all_ai_declarations_occur(scores: Scores) -> None:
    declared = [spec.ai for spec, _ in scores]
    assert set(declared) == {None, "None", "Partly", "All"}
    assert 6 <= sum(value in {"Partly", "All"} for value in declared) <= 12


def test_notes_are_in_range_and_inside_the_piece(scores: Scores) -> None:
    for spec, piece in scores:
        assert len(piece.parts) <= 12
        for part in piece.parts:
            low, high = (24, 56) if "bass" in part.name else (21, 108)
            assert part.notes, (spec.title, part.name)
            for note in part.notes:
                assert low <= note.pitch <= high, (spec.title, part.name, note)
                assert 1 <= note.velocity <= 127
                assert -0.2 <= note.start < piece.beats and note.length > 0


def test_strong_beats_of_the_melody_are_chord_tones(scores: Scores) -> None:
    for spec, piece in scores:
        chords = [span for section in piece.sections for span in section.chords]
        downbeats = [note for note in piece.parts[0].notes if note.start % piece.meter.beats == 0]
        inside = [
            note.pitch % 12 in next(s for s in chords if s.start <= note.start < s.end).chord.pitch_classes
            for note in downbeats
        ]
        assert inside and np.mean(inside) > 0.95, spec.title


def test_melodies_walk_more_than_they_leap_and_have_a_range(scores: Scores) -> None:
    for spec, piece in scores:
        pitches = [note.pitch for note in piece.parts[0].notes]
        steps = [abs(a - b) for a, b in pairwise(pitches)]
        assert np.mean(np.array(steps) <= 4) > 0.6, spec.title
        assert 5 <= max(pitches) - min(pitches) <= 28, spec.title


def test_sections_with_the_same_label_carry_the_same_chords(scores: Scores) -> None:
    for _, piece in scores:
        seen: dict[str, list[tuple[int, str]]] = {}
        for section in piece.sections:
            row = [((s.chord.root - section.key.tonic) % 12, s.chord.quality) for s in section.chords]
            assert seen.setdefault(section.label, row) == row
        assert len(seen) >= 3


def test_the_truth_covers_the_piece_without_gaps(scores: Scores) -> None:
    for spec, piece in scores:
        told = truth(spec, piece)
        for name in ("chords", "sections", "keys"):
            spans = told[name]
            assert spans[0]["start_s"] == 0
            assert spans[-1]["end_s"] == pytest.approx(told["duration_s"])
            assert all(a["end_s"] == b["start_s"] for a, b in pairwise(spans))
            assert all(span["end_s"] > span["start_s"] for span in spans)
        assert all(MIREX.match(span["label"]) for span in told["chords"])
        assert set(told["downbeats_s"]) <= set(told["beats_s"])
        assert np.all(np.diff(told["beats_s"]) > 0)
        assert told["beats_s"][-1] < told["duration_s"]
        assert told["bpm"] == pytest.approx(piece.bpm, rel=0.1)


def test_there_are_twenty_songs_in_five_languages(scores: Scores) -> None:
    songs = [spec.lyrics for spec, _ in scores if spec.lyrics]
    assert len(songs) >= 20
    assert len({lyrics()[name].language for name in songs}) >= 5
    assert set(songs) == set(lyrics())


def test_lines_are_sung_in_order_where_the_voice_sings(scores: Scores) -> None:
    for spec, piece in scores:
        assert bool(piece.lines) == bool(spec.lyrics)
        if not spec.lyrics:
            continue
        assert 8 <= len(piece.lines) <= 32, spec.title
        assert any("voice" in part.name or "choir" in part.name for part in piece.parts[:1]), spec.title
        starts = {round(note.start, 6) for note in piece.parts[0].notes}
        assert all(round(line.start, 6) in starts for line in piece.lines), spec.title
        stamps = re.findall(r"^\[(\d\d):(\d\d\.\d\d)\]\S", lrc(spec, piece, "en"), flags=re.M)
        times = [int(minutes) * 60 + float(seconds) for minutes, seconds in stamps]
        assert len(times) == len(piece.lines)
        assert all(a < b for a, b in pairwise(times)) and times[0] > 0 and times[-1] < piece.duration_s


@pytest.mark.parametrize(
    ("line", "silent_e", "count"),
    [
        ("The rain came down on the harbour wall", True, 9),
        ("Nachtzug, trag mich fort von hier", False, 7),
        ("Månen har en liten båt", False, 7),
        ("Dans la cuisine de ma mère", True, 7),
        ("", False, 0),
    ],
)
def test_syllables_are_counted_by_their_vowels(line: str, silent_e: bool, count: int) -> None:
    assert syllables(line, silent_e) == count


def test_most_lines_have_about_a_note_a_syllable(scores: Scores) -> None:
    near = []
    for spec, piece in scores:
        if spec.lyrics:
            words = lyrics()[spec.lyrics].words
            for line in piece.lines:
                if line.text in (*words.verses[0], *words.chorus):
                    notes = [n for n in piece.parts[0].notes if line.start - 1e-6 <= n.start < line.end - 1e-6]
                    near.append(abs(len(notes) - syllables(line.text, words.silent_e)) <= 1)
    assert np.mean(near) > 0.9


def test_words_of_a_song_are_complete_in_every_section(scores: Scores) -> None:
    for spec, piece in scores:
        if spec.lyrics:
            sung = {line.text for line in piece.lines}
            assert set(lyrics()[spec.lyrics].chorus) <= sung, spec.title
            assert set(lyrics()[spec.lyrics].verses[0]) <= sung, spec.title


def test_tags_tell_no_tempo_and_no_key(scores: Scores) -> None:
    for spec, piece in scores:
        names = {name for name, _ in tags(spec, piece, ("Rock",), None)}
        assert not names & {"BPM", "KEY", "INITIALKEY", "TBPM"}
        assert not re.search(r"\bBPM\b|\b(major|minor) key\b", spec.description)


def test_the_same_seed_composes_the_same_and_another_seed_does_not() -> None:
    spec = roster()[3]
    first, again, other = score_of(spec, 7), score_of(spec, 7), score_of(spec, 8)
    assert first.parts == again.parts
    assert chord_spans(first) == chord_spans(again)
    assert first.parts != other.parts
