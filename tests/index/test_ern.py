"""A label's release message: what it declares of its recordings, and messages that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from index.ern import read_message, read_releases
from index.sources import Found, Rejected, read_source
from tools.rights import ai_words, attribution

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<ern:NewReleaseMessage xmlns:ern="http://ddex.net/xml/ern/432" LanguageAndScriptCode="en" AvsVersionId="8">
  <MessageHeader><MessageId>m1</MessageId><MessageCreatedDateTime>2026-05-04T09:00:00Z</MessageCreatedDateTime></MessageHeader>
  <PartyList>
    <Party><PartyReference>P1</PartyReference><PartyName><FullName>Ada Quill</FullName></PartyName></Party>
    <Party><PartyReference>P2</PartyReference><PartyName><FullName>Bo Reed</FullName></PartyName></Party>
    <Party><PartyReference>P3</PartyReference><PartyName><FullName>Harbour Records</FullName></PartyName></Party>
  </PartyList>
  <ResourceList>
    <SoundRecording>
      <ResourceReference>A1</ResourceReference>
      <SoundRecordingEdition>
        <ResourceId><ISRC>QZAB12600001</ISRC></ResourceId>
        <PLine><Year>2026</Year><PLineText>2026 Harbour Records</PLineText></PLine>
        <TechnicalDetails><DeliveryFile><File><URI>audio/one.wav</URI></File></DeliveryFile></TechnicalDetails>
      </SoundRecordingEdition>
      <DisplayTitleText>Lanterns Out</DisplayTitleText>
      <DisplayArtist><ArtistPartyReference>P1</ArtistPartyReference></DisplayArtist>
      <Contributor><ContributorPartyReference>P1</ContributorPartyReference><Role>ComposerLyricist</Role></Contributor>
      <Contributor><ContributorPartyReference>P2</ContributorPartyReference><Role><Value>Producer</Value></Role></Contributor>
      <Contributor><ContributorPartyReference>P2</ContributorPartyReference><Role>Drummer</Role><ContainsAI>All</ContainsAI></Contributor>
      <ContainsAI>Partly</ContainsAI>
      <Duration>PT3M21S</Duration>
      <ParentalWarningType>NotExplicit</ParentalWarningType>
      <LanguageOfPerformance>sv</LanguageOfPerformance>
    </SoundRecording>
    <SoundRecording>
      <ResourceReference>A2</ResourceReference>
      <ResourceId><ISRC>QZAB12600002</ISRC></ResourceId>
      <DisplayTitleText>Night Boat</DisplayTitleText>
      <DisplayArtistName>Ada Quill</DisplayArtistName>
      <ContainsAI>None</ContainsAI>
      <Genre><GenreText>Folk</GenreText></Genre>
    </SoundRecording>
  </ResourceList>
  <ReleaseList><Release><DisplayTitleText>Tide Tables</DisplayTitleText><ReleaseLabelReference>P3</ReleaseLabelReference></Release></ReleaseList>
</ern:NewReleaseMessage>
"""


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    (tmp_path / "audio").mkdir()
    (tmp_path / "release.xml").write_text(MESSAGE)
    for name in ("one.wav", "other.wav"):
        soundfile.write(tmp_path / "audio" / name, np.zeros(8000), 8000)
    return tmp_path


def test_what_a_message_declares(delivery: Path) -> None:
    first, second = read_message(delivery / "release.xml")
    assert first.files == {"one.wav"} and (first.where, first.date) == ("DDEX ERN release.xml", "2026-05-04")
    assert first.values == {
        "title": ["Lanterns Out"], "artists": ["Ada Quill"], "isrc": ["QZAB12600001"], "album": ["Tide Tables"], "label": ["Harbour Records"],
        "language": ["sv"], "explicit": ["no"], "duration_s": ["201.0"], "year": ["2026"], "copyright": ["2026 Harbour Records"],
        "ai_status": ["Partly"], "ai_roles": ["Drummer"], "composer": ["Ada Quill"], "lyricist": ["Ada Quill"], "producer": ["Bo Reed"], "performer": ["Bo Reed"],
    }  # fmt: skip
    assert second.values["ai_status"] == ["None"] and second.values["genres"] == ["Folk"] and not second.files


def test_a_delivery_is_a_catalogue(delivery: Path) -> None:
    found = {f.where: f.track for f in read_source(delivery) if isinstance(f, Found)}
    one = found["audio/one.wav"]
    assert (one.title, one.artists, one.isrc, one.language) == (
        "Lanterns Out",
        ("Ada Quill",),
        "QZAB12600001",
        "Swedish",
    )
    assert one.origins["title"].detail == "DDEX ERN release.xml"
    assert ai_words(one) == "declared as made in part with AI: Drummer (DDEX ERN release.xml, 2026-05-04)"
    assert "label: Harbour Records" in attribution(one) and "lyricist: Ada Quill" in attribution(one)
    assert found["audio/other.wav"].title == "other" and found["audio/other.wav"].rights.ai_status == "unknown"


def test_a_changed_message_is_a_changed_track(delivery: Path) -> None:
    before = {f.where: f.fingerprint for f in read_source(delivery) if isinstance(f, Found)}
    (delivery / "release.xml").write_text(MESSAGE.replace("Partly", "All"))
    after = {f.where: f.fingerprint for f in read_source(delivery) if isinstance(f, Found)}
    assert [where for where in before if before[where] != after[where]] == ["audio/one.wav"]


def test_by_isrc(delivery: Path) -> None:
    releases = read_releases(delivery)
    assert releases.of(Path("renamed.flac"), "QZ-AB1-26-00002") is releases.recordings[1]
    assert releases.of(Path("renamed.flac"), "") is None


BOMB = """<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><NewReleaseMessage>&b;</NewReleaseMessage>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><NewReleaseMessage>&a;</NewReleaseMessage>"""


@pytest.mark.parametrize("text", ["<a>", "", BOMB, OUTSIDE, "\x00\x01", "<" * 5000])
def test_what_cannot_be_read_is_set_aside(text: str, delivery: Path) -> None:
    (delivery / "bad.xml").write_text(text)
    rejected = [f for f in read_source(delivery) if isinstance(f, Rejected)]
    assert [r.where for r in rejected] == ["bad.xml"] and "\n" not in rejected[0].reason
    assert len([f for f in read_source(delivery) if isinstance(f, Found)]) == 2


def test_other_xml_is_passed_over(delivery: Path) -> None:
    (delivery / "playlist.xml").write_text("<playlist><title>x</title></playlist>")
    assert read_releases(delivery).broken == [] and len(read_releases(delivery).recordings) == 2


@given(changes=st.lists(st.tuples(st.integers(0, len(MESSAGE) - 1), st.characters(codec="utf-8")), max_size=6))
@settings(max_examples=150, deadline=None)
def test_whatever_is_changed_in_a_message_it_is_read_or_set_aside(folder: Path, changes: list[tuple[int, str]]) -> None:
    text = list(MESSAGE)
    for at, char in changes:
        text[at] = char
    (folder / "m.xml").write_text("".join(text), "utf-8")
    found = read_releases(folder)
    assert len(found.broken) <= 1 and all(isinstance(v, list) for r in found.recordings for v in r.values.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one changed message after the other is written."""
    return tmp_path_factory.mktemp("messages")
