"""Content credentials (C2PA) in wav, mp3 and m4a files: who says with a signature how a recording came to be.

Read are the kinds of source that actions name (IPTC digital source types) and what the entries on training and mining
allow. A signature that does not verify proves no human hand; what it says of AI, or forbids, still counts, since nobody
gains by it. Nothing is fetched: remote manifests and revocation lists are switched off. Source: c2pa.org 2.x.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_KINDS = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".m4a": "audio/mp4"}
_WHOLLY = {"trainedAlgorithmicMedia"}
_PARTLY = {"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic", "trainedAlgorithmicData"}
_HUMAN = {"digitalCapture", "digitalCreation", "humanEdits", "compositeCapture"}
_LISTENING = ("c2pa.data_mining", "c2pa.ai_inference")
_LEARNING = ("c2pa.ai_training", "c2pa.ai_generative_training")
_STATES = {"Trusted": "", "Valid": " (whom no trust list names)"}
_QUIET = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}


@dataclass(frozen=True)
class Credentials:
    """What a file's newest manifest declares, as columns; `where` names the signer, `date` is the signature's."""

    where: str
    values: dict[str, str] = field(default_factory=dict)
    date: str = ""


def read_credentials(path: Path) -> Credentials | None:
    """The credentials in a file; None when it has none, or none that can be read."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        return None
    import c2pa

    try:
        with path.open("rb") as file:
            reader = c2pa.Reader.try_create(kind, file, context=_context())
            if reader is None:
                return None
            with reader:
                store = json.loads(reader.json())
    except (c2pa.C2paError, ValueError, OSError):
        return None
    manifest = store.get("manifests", {}).get(store.get("active_manifest"), {})
    return _declared(manifest, str(store.get("validation_state", "Invalid"))) if manifest else None


@cache
def _context() -> Any:
    """Settings under which nothing leaves the machine."""
    import c2pa

    return c2pa.Context(c2pa.Settings.from_dict(_QUIET))


def _declared(manifest: dict[str, Any], state: str) -> Credentials:
    """The columns that a manifest speaks of."""
    signature = manifest.get("signature_info") or {}
    signer = signature.get("common_name") or signature.get("issuer") or "an unnamed signer"
    sound = state in _STATES
    where = f"C2PA manifest signed by {signer}{_STATES.get(state, ' (the signature does not verify)')}"
    sources = {str(kind).rpartition("/")[2] for kind in _sources(manifest)}
    values: dict[str, str] = {}
    if sources & _WHOLLY:
        values["ai_status"] = "all"
    elif sources & _PARTLY:
        values["ai_status"] = "partly"
    elif sound and sources and sources <= _HUMAN:
        values["ai_status"] = "none"
    uses = _uses(manifest)
    for column, entries in (("machine_analysis", _LISTENING), ("ai_training", _LEARNING)):
        told = {uses[entry] for entry in entries if entry in uses}
        if told - {"allowed"}:
            values[column] = "forbidden"
        elif told:
            values[column] = "allowed"
    return Credentials(where, values, str(signature.get("time") or "")[:10])


def _sources(manifest: dict[str, Any]) -> Iterator[str]:
    """The digital source types that the manifest's actions name."""
    for assertion in manifest.get("assertions") or ():
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            for action in (assertion.get("data") or {}).get("actions") or ():
                if kind := action.get("digitalSourceType"):
                    yield str(kind)


def _uses(manifest: dict[str, Any]) -> dict[str, str]:
    """What the entries on training and mining say: allowed, notAllowed or constrained."""
    found: dict[str, str] = {}
    for assertion in manifest.get("assertions") or ():
        if "training-mining" in str(assertion.get("label", "")):
            for name, entry in ((assertion.get("data") or {}).get("entries") or {}).items():
                key = str(name).replace("cawg.", "c2pa.")
                found[key] = str((entry or {}).get("use", "notAllowed"))
    return found
