"""The checks of a turn: each yields what did not hold, what was expected and what came.

All of them are deterministic and look at the reply, at what the conversation knows after it, and at the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.events import Reply
from eval_dialogs.answers import answer, asks, declines, longest_overlap
from eval_dialogs.matching import mismatch, part
from eval_dialogs.schema import Artifact, Checks, ToolCall
from eval_dialogs.tracks import shown_problems, state_problems
from eval_dialogs.truth import Heard, untrue
from index.catalogue import Catalogue
from index.concepts import vocabulary
from tools.conversation import Conversation


@dataclass(frozen=True)
class Broken:
    """A check that did not hold."""

    check: str
    expected: str
    got: str


@dataclass(frozen=True)
class Seen:
    """A turn that was held: its number from 1, the reply, what the conversation knows after it, the turns before it."""

    number: int
    user: str
    reply: Reply
    conversation: Conversation
    before: tuple[Seen, ...] = ()


Row = tuple[str, str]
_TOLD = 400


def broken(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Broken]:
    """All checks of a turn that do not hold, but for the judge's."""
    yield from _broken(_ALL, checks, seen, catalogue)


def happened(checks: Checks, seen: Seen, catalogue: Catalogue) -> bool:
    """Whether what is given in a turn's `when` is true of the turn before it."""
    given = {name for name in _ALL if name in checks.model_fields_set}
    return not any(_broken(given, checks, seen, catalogue))


def _broken(names: Iterable[str], checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Broken]:
    """What came against one expectation is told together."""
    for name in names:
        came: dict[str, list[str]] = {}
        for expected, got in _ALL[name](checks, seen, catalogue):
            came.setdefault(expected, []).append(got)
        yield from (Broken(name, _cut(expected), _cut("; ".join(got))) for expected, got in came.items())


def _cut(text: str) -> str:
    return text if len(text) <= _TOLD else f"{text[:_TOLD]}…"


def _tools(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    made = seen.reply.tools
    for wanted in (ToolCall(name=w) if isinstance(w, str) else w for w in checks.tool_called):
        named = [step for step in made if step.name == wanted.name]
        fits = [step for step in named if not any(mismatch(step.args.get(k), v) for k, v in wanted.args.items())]
        if not named:
            yield wanted.name, f"called: {', '.join(s.name for s in made) or 'no tool'}"
        elif not fits:
            last = named[-1]
            yield from (
                (f"{wanted.name} with {key}: {expected}", f"{key}: {last.args.get(key)!r}")
                for key, value in wanted.args.items()
                if (expected := mismatch(last.args.get(key), value))
            )
        elif wanted.times is not None and len(fits) != wanted.times:
            yield f"{wanted.name} {wanted.times} times", f"{len(fits)} times"


def _tools_not(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    called = {step.name for step in seen.reply.tools}
    yield from (
        (f"no {name}", f"called: {', '.join(sorted(called))}") for name in checks.tool_not_called if name in called
    )


def _sequence(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if not checks.tool_sequence:
        return
    wanted, called = checks.tool_sequence.tools, [step.name for step in seen.reply.tools]
    rest = iter(called)
    holds = {
        "strict": called == wanted,
        "superset": all(name in rest for name in wanted),
        "unordered": all(called.count(name) >= wanted.count(name) for name in wanted),
    }
    if not holds[checks.tool_sequence.mode]:
        yield f"{checks.tool_sequence.mode}: {', '.join(wanted)}", ", ".join(called) or "no tool"


def _tool_errors(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.no_tool_error:
        yield from (("no tool error", f"{s.name}: {s.error}") for s in seen.reply.tools if not s.ok)


def _tool_budget(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.tool_calls is not None and len(seen.reply.tools) > checks.tool_calls:
        yield f"at most {checks.tool_calls} tool calls", str(len(seen.reply.tools))


def _artifacts(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    made = seen.reply.artifacts
    for wanted in checks.artifacts:
        alike = [artifact for artifact in made if artifact["kind"] == wanted.kind]
        unlike = [list(_unlike(artifact, wanted)) for artifact in alike]
        if not alike:
            yield wanted.kind, ", ".join(artifact["kind"] for artifact in made) or "nothing was made"
        elif all(unlike):
            yield from min(unlike, key=len)


def _unlike(artifact: dict[str, Any], wanted: Artifact) -> Iterator[Row]:
    """Where an artifact is not as it should be."""
    for path, value in wanted.fields.items():
        try:
            found = part(artifact, path)
        except LookupError:
            found = None
        if expected := mismatch(found, value):
            yield f"{wanted.kind}: {path} {expected}", repr(found)


def _grounded(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if not checks.grounded:
        return
    yield from (("every claim supported", f"{c['claim']} in: {c['sentence']}") for c in seen.reply.cuts)
    past = (*seen.before, seen)
    yield from untrue(Heard(tuple(s.reply for s in past), tuple(s.user for s in past), seen.conversation, catalogue))


def _cites(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    wanted, made = checks.cites, seen.reply.citations
    if wanted is None:
        return
    if len(made) < wanted.at_least:
        yield f"{wanted.at_least} pieces of evidence", str(len(made))
    for card in seen.reply.shown if wanted.fields else ():
        fields = {c.get("field") for c in made if c["id"] == card["id"]}
        if not fields & set(wanted.fields):
            yield (
                f"evidence from {', '.join(wanted.fields)}",
                f"{card['handle']}: {', '.join(map(str, fields)) or 'none'}",
            )
    named = {str(c["concept"]) for c in made if c.get("concept")}
    yield from (
        (f"evidence for {c}", ", ".join(sorted(named)) or "none")
        for c in wanted.concepts
        if not named & vocabulary().narrower(c)
    )


def _refusal(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.refusal is not None and checks.refusal != declines(seen.reply):
        yield "the request is declined" if checks.refusal else "the request is not declined", seen.reply.text


def _asks(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.asks_clarification is not None and checks.asks_clarification != asks(seen.reply.text):
        yield "a question back" if checks.asks_clarification else "no question back", seen.reply.text


def _overlap(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.lyrics_overlap is None:
        return
    run = longest_overlap(seen.reply.text, catalogue)
    if len(run) > checks.lyrics_overlap:
        yield f"at most {checks.lyrics_overlap} words of a lyric in a row", f"{len(run)}: {' '.join(run)}"


def _latency(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.latency is None:
        return
    for name in ("ms", "first_word_ms"):
        limit, took = getattr(checks.latency, name), getattr(seen.reply, name)
        if limit is not None and took is not None and took > limit:
            yield f"{name} at most {limit:g}", f"{took:g}"


def _same(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.same_as_turn is None:
        return
    there = next((b for b in seen.before if b.number == checks.same_as_turn), None)
    if there is None:
        yield f"turn {checks.same_as_turn} was held", "it was not"
        return
    then = [c["title"] for c in there.reply.shown]
    now = [c["title"] for c in seen.reply.shown]
    if then != now:
        yield f"as in turn {checks.same_as_turn}: {', '.join(then)}", ", ".join(now) or "nothing was shown"


def _shown(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.shown:
        yield from shown_problems(checks.shown, [c["id"] for c in seen.reply.shown], seen.conversation, catalogue)


def _retrieved(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.retrieved:
        yield from shown_problems(checks.retrieved, seen.reply.ranked, seen.conversation, catalogue)


def _state(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.state:
        yield from state_problems(checks.state, seen.conversation, catalogue)


def _answer(checks: Checks, seen: Seen, catalogue: Catalogue) -> Iterator[Row]:
    if checks.answer:
        yield from answer(checks.answer, seen.reply.text)


_ALL: dict[str, Callable[[Checks, Seen, Catalogue], Iterator[Row]]] = {
    "tool_called": _tools,
    "tool_not_called": _tools_not,
    "tool_sequence": _sequence,
    "no_tool_error": _tool_errors,
    "tool_calls": _tool_budget,
    "retrieved": _retrieved,
    "shown": _shown,
    "artifacts": _artifacts,
    "state": _state,
    "answer": _answer,
    "grounded": _grounded,
    "cites": _cites,
    "refusal": _refusal,
    "asks_clarification": _asks,
    "lyrics_overlap": _overlap,
    "latency": _latency,
    "same_as_turn": _same,
}
