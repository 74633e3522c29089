"""A work's registers in the languages that a served model writes: what stands, what is kept, and what it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from assistant.served import ServedModel
from assistant.translation import ENGLISH, LANGUAGES, Translation, names_of, translate, unfaithful
from assistant.works import Work
from tools.studio.registers import REGISTERS, registers


def name_of(register: str, language: str) -> str:
    """Under what a register in a language is kept."""
    return register if language == ENGLISH else f"{register} in {language}"


def said(work: Work, register: str, language: str = ENGLISH) -> str:
    """A register as the program writes it, or as a model put it into a language; "" where none did of what stands now."""
    if language != ENGLISH:
        kept = work.translations.get(name_of(register, language))
        return kept.text if kept and kept.of == source(work, register) else ""
    between = ", " if register == "tags" else "\n" if register == "sync brief" else " "
    return between.join(s.text for s in registers(work.track)[register])


def source(work: Work, register: str) -> str:
    """What is translated: the artist's own English, or the program's."""
    return work.texts.get(register) or said(work, register)


def stands(work: Work, register: str, language: str) -> bool:
    """Whether there is a text in that language already, and of what the track is now."""
    return name_of(register, language) in work.texts or bool(said(work, register, language))


def put(work: Work, register: str, language: str, model: ServedModel) -> Work:
    """The work with a register in another language; raises `UserError` when the model does not give one that holds."""
    text = source(work, register)
    made = translate(model, text, language, names_of(work.track))
    kept = Translation(text, made, model.model_name, datetime.now(UTC).date().isoformat())
    return replace(work, translations={**work.translations, name_of(register, language): kept})


def doubt(work: Work, register: str, language: str) -> str | None:
    """What an artist's own text in another language says that the English does not, as far as numbers and names tell."""
    own = work.texts.get(name_of(register, language))
    return unfaithful(source(work, register), own, names_of(work.track)) if own else None


def all_of(work: Work) -> Iterator[tuple[str, str, str]]:
    """Name, text and writer ("" the artist) of every register that stands in another language."""
    for register in REGISTERS:
        for language in LANGUAGES[1:]:
            name = name_of(register, language)
            if name in work.texts:
                yield name, work.texts[name], ""
            elif text := said(work, register, language):
                yield name, text, work.translations[name].by
