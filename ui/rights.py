"""`rights`: what rights holders may ask for, as commands; each decision goes to the index's ledger."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from assistant.settings import Settings
from assistant.threads import Threads
from assistant.withdrawal import withdraw as withdrawal
from index.catalogue import Catalogue
from index.errors import UserError
from index.ledger import Act, Decision, Ledger
from index.settle import settle
from index.track import Track
from tools.rights import ai_words, attribution, policy
from ui.commands import open_index


def show(args: argparse.Namespace, settings: Settings) -> int:
    """`rights show`."""
    with closing(open_index(args, settings)) as catalogue:
        decisions = catalogue.ledger.decisions()
        if args.track is None:
            _print({"decisions": [asdict(d) for d in decisions]}, args.json)
            return 0
        gone = catalogue.ledger.withdrawn().get(args.track)
        if gone:
            own = [asdict(d) for d in decisions if d.track == args.track]
            _print({"id": args.track, "withdrawn": gone.when, "decisions": own}, args.json)
            return 0
        track = _find(catalogue, args.track)
        display, why = policy(track)
        body = {
            "id": track.id, "title": track.name, "credit": attribution(track), "lyrics_display": f"{display}: {why}", "ai": ai_words(track),
            "machine analysis": _with_source(track.rights.analysis, track.rights.analysis_source),
            "AI training": _with_source(track.rights.training, track.rights.training_source),
            "blocked": track.id in catalogue.ledger.blocked(), "decisions": [asdict(d) for d in decisions if d.track == track.id],
        }  # fmt: skip
    _print(body, args.json)
    return 0


def block(args: argparse.Namespace, settings: Settings) -> int:
    """`rights block`: from now on, in every program that has the index open."""
    return _decided("block", args, settings)


def unblock(args: argparse.Namespace, settings: Settings) -> int:
    """`rights unblock`."""
    return _decided("unblock", args, settings)


def declare(args: argparse.Namespace, settings: Settings) -> int:
    """`rights set`: counts at once, and with every later build."""
    given = {"lyrics_display": args.lyrics_display, "licence": args.licence, "ai_status": args.ai, "machine_analysis": args.analysis, "ai_training": args.training}  # fmt: skip
    values = {column: value for column, value in given.items() if value}
    if not values:
        raise UserError("nothing to set: give --lyrics-display, --licence, --ai, --analysis or --training")
    with closing(open_index(args, settings)) as catalogue:
        directory, track, embedder = catalogue.directory, _find(catalogue, args.track), catalogue.embedder
    decision = _decide("set", args, directory, track, values)
    rights = settle(directory, track.id, embedder)
    done = f"{track.name} ({track.id}): set {', '.join(f'{k} {v}' for k, v in values.items())}"
    print(json.dumps({**asdict(decision), "rights": rights.model_dump()}, ensure_ascii=False) if args.json else done)
    return 0


def withdraw(args: argparse.Namespace, settings: Settings) -> int:
    """`rights withdraw`: the ledger first, so that a withdrawal that is cut short still keeps the track from coming back."""
    if not args.yes:
        raise UserError("a withdrawal cannot be taken back; say --yes to go on, or use `linernotes rights block`")
    with closing(open_index(args, settings)) as catalogue:
        directory, track = catalogue.directory, _find(catalogue, args.track)
    with closing(Threads(settings.threads)) as threads:
        decision = _decision("withdraw", args, track)
        named = withdrawal(settings, directory, threads, track, decision)
    body = {"withdrawn": track.id, "conversations": named, **asdict(decision)}
    done = f"{track.id} is withdrawn: gone from {directory} and from {named} conversations. Its audio file and manifest row are yours to remove."
    print(json.dumps(body, ensure_ascii=False) if args.json else done)
    return 0


def _decided(act: Act, args: argparse.Namespace, settings: Settings) -> int:
    with closing(open_index(args, settings)) as catalogue:
        track = _find(catalogue, args.track)
        if (act == "unblock") != (track.id in catalogue.ledger.blocked()):
            raise UserError(f"{track.name} is {'not' if act == 'unblock' else 'already'} blocked")
        decision = _decide(act, args, catalogue.directory, track)
    print(json.dumps(asdict(decision), ensure_ascii=False) if args.json else f"{track.name} ({track.id}): {act}ed")
    return 0


def _decide(
    act: Act, args: argparse.Namespace, directory: Path, track: Track, values: dict[str, str] | None = None
) -> Decision:
    decision = _decision(act, args, track, values)
    Ledger(directory).add([decision])
    return decision


def _decision(act: Act, args: argparse.Namespace, track: Track, values: dict[str, str] | None = None) -> Decision:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Decision(now, args.who, act, track.id, args.reason, values=values or {})


def _with_source(word: str, source: str | None) -> str:
    return f"{word} ({source})" if source else word


def _find(catalogue: Catalogue, named: str) -> Track:
    """A track by id, ISRC or exact title, blocked or not; raises `UserError` for none and for several."""
    rows = catalogue.store.rows(
        "SELECT id FROM tracks WHERE id = :named OR json_extract(json, '$.isrc') = :named COLLATE NOCASE OR json_extract(json, '$.title') = :named COLLATE NOCASE",
        {"named": named},
    )
    ids = [str(row[0]) for row in rows]
    if named in ids:
        ids = [named]
    if len(ids) != 1:
        raise UserError(
            f"{named!r}: {'no such track' if not ids else 'several tracks: ' + ', '.join(ids)} in {catalogue.directory}"
        )
    track = catalogue.store.get(ids[0])
    assert track is not None
    return track


def _print(body: dict[str, object], as_json: bool) -> None:
    if as_json:
        print(json.dumps(body, ensure_ascii=False))
        return
    for name, value in body.items():
        if name != "decisions":
            print(f"{name:17} {value}")
    decisions = body["decisions"]
    if not decisions:
        print("no decisions")
    for row in decisions if isinstance(decisions, list) else ():
        told = "".join(f" {column}={value}" for column, value in row["values"].items())
        print(f"{row['when']}  {row['act']:9} {row['track']}{told}  {row['who']}: {row['reason']}")
