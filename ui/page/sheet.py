"""One track on one sheet, fit to be sent: Markdown, JSON, or a picture."""

from __future__ import annotations

import io
import json
import textwrap

from matplotlib.figure import Figure

from assistant.works import Work
from index.profile import clock
from tools.rights import ai_words, attribution
from tools.studio.registers import REGISTERS, registers
from ui.page import tongues
from ui.plot import sheet_of


def texts(work: Work) -> dict[str, str]:
    """All registers as they stand, in all languages that there are: the artist's words where there are some."""
    made = registers(work.track)
    return {
        name: work.texts.get(name) or (", " if name == "tags" else " ").join(s.text for s in made[name])
        for name in REGISTERS
    } | {f"{name} (put by {by})" if by else name: text for name, text, by in tongues.all_of(work)}


def as_markdown(work: Work) -> str:
    """Headline, registers, measures, corrections, credit."""
    track = work.track
    parts = [f"# {track.name}" + (f"\n\n{track.by}" if track.by else "")]
    parts += [f"## {name[:1].upper() + name[1:]}\n\n{text}" for name, text in texts(work).items() if text]
    if track.profile and track.profile.sections:
        rows = "\n".join(f"| {clock(s.start_s)} | {s.label} | {s.name or ''} |" for s in track.profile.sections)
        parts.append(f"## Form\n\n| from | part | role (inferred) |\n|---|---|---|\n{rows}")
    latest = {c.field: c for c in work.corrections}.values()
    if latest:
        parts.append("## Corrected by the artist\n\n" + "\n".join(f"- {c.field}: {c.value} ({c.when})" for c in latest))
    parts.append(f"{attribution(track)}. AI: {ai_words(track)}.")
    return "\n\n".join(parts) + "\n"


def as_json(work: Work) -> str:
    """Everything, for programs: the track with its profile, corrections with their provenance, registers with sources."""
    track = work.track
    body = {
        "track": {k: v for k, v in track.model_dump(mode="json", exclude={"profile", "id", "audio"}).items() if v not in (None, [], {})},
        "profile": track.profile.to_dict() if track.profile else None,
        "corrections": [c.to_dict() for c in work.corrections],
        "declarations": [d.to_dict() for d in work.declarations],
        "texts": texts(work),
        "sentences": {name: [{"text": s.text, "rests_on": list(s.rests_on)} for s in made] for name, made in registers(track).items()},
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def as_png(work: Work) -> bytes:
    """The lanes with the one-line and the press text beneath, as a PNG."""
    track = work.track
    made = texts(work)
    credit = f"{attribution(track)}. AI: {ai_words(track)}."
    words = "\n\n".join("\n".join(textwrap.wrap(text, 150)) for text in (made["press text"], credit))
    figure: Figure = sheet_of(track, work.path, f"{made['one line']}\n\n{words}")
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()
