"""Content credentials, signed on the spot: what they declare, what a broken signature still says, and files without any."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from index.credentials import read_credentials
from index.sources import Found, read_source
from tests.fixtures.signing import SIGNER, sign


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.wav"
    soundfile.write(path, np.zeros(8000), 8000)
    return path


@pytest.mark.parametrize(
    ("kind", "uses", "values"),
    [
        ("trainedAlgorithmicMedia", None, {"ai_status": "all"}),
        ("compositeWithTrainedAlgorithmicMedia", None, {"ai_status": "partly"}),
        ("digitalCapture", None, {"ai_status": "none"}),
        ("screenCapture", None, {}),
        ("digitalCapture", {"ai_training": "notAllowed"}, {"ai_status": "none", "ai_training": "forbidden"}),
        ("digitalCapture", {"data_mining": "allowed", "ai_inference": "allowed"}, {"ai_status": "none", "machine_analysis": "allowed"}),
        ("digitalCapture", {"data_mining": "constrained", "ai_inference": "allowed"}, {"ai_status": "none", "machine_analysis": "forbidden"}),
    ],
)  # fmt: skip
def test_what_a_manifest_declares(
    kind: str, uses: dict[str, str] | None, values: dict[str, str], plain: Path, tmp_path: Path
) -> None:
    found = read_credentials(sign(plain, tmp_path / "signed.wav", kind, uses))
    assert found and found.values == values and SIGNER in found.where and "no trust list" in found.where


@pytest.mark.parametrize(
    ("kind", "values"), [("digitalCapture", {}), ("trainedAlgorithmicMedia", {"ai_status": "all"})]
)
def test_a_file_that_was_changed_afterwards_proves_no_human_hand(
    kind: str, values: dict[str, str], plain: Path, tmp_path: Path
) -> None:
    signed = bytearray(sign(plain, tmp_path / "signed.wav", kind).read_bytes())
    signed[400] ^= 0x40  # a sample
    changed = tmp_path / "changed.wav"
    changed.write_bytes(signed)
    found = read_credentials(changed)
    assert found and found.values == values and "does not verify" in found.where


def test_nothing_to_read(plain: Path, tmp_path: Path) -> None:
    assert read_credentials(plain) is None
    for name, body in (("x.wav", b"RIFF\x00\x00"), ("x.mp3", b"junk" * 99), ("x.m4a", b""), ("x.flac", b"fLaC")):
        (tmp_path / name).write_bytes(body)
        assert read_credentials(tmp_path / name) is None


def test_a_folder_with_credentials(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    sign(plain, tmp_path / "music" / "made.wav", "trainedAlgorithmicMedia", {"data_mining": "notAllowed"})
    (found,) = read_source(tmp_path / "music")
    assert isinstance(found, Found)
    rights = found.track.rights
    assert (rights.ai_status, rights.ai_extent, rights.analysis) == ("declared_ai", "all", "forbidden")
    assert rights.ai_source == rights.analysis_source and SIGNER in str(rights.ai_source)
