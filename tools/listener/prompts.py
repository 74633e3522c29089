"""What the audio model is asked. A change of any wording raises VERSION, so that kept answers count as old."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 1


@dataclass(frozen=True)
class Prompt:
    """A question and how long its answer may be; `name` says what kind it is."""

    name: str
    text: str
    most_tokens: int = 1536  # thoughts included, where a model thinks first

    @property
    def version(self) -> str:
        """Kind and version, as answers are kept under."""
        return f"{self.name} {VERSION}"


DESCRIPTION = Prompt(
    "description",
    "Describe this track in full detail, in four to six plain sentences: its genre and style, the instruments and how they are "
    "played, the voices, the production, the mood, and how it unfolds from beginning to end. No lists, no headings.",
)

STRUCTURE = Prompt(
    "structure",
    "Listen to this track and answer with one JSON object and nothing else. Its keys: "
    '"genres" (list of strings), "instruments" (list of strings), "vocals" (string, such as "female lead with choir", or '
    '"instrumental"), "moods" (list of strings), "themes" (list of strings, what the words are about), "language" (string, the '
    'language sung, or null), "structure" (list of objects with "name", such as "verse", and "start", in seconds).',
)

LYRICS = Prompt(
    "lyrics",
    "Transcribe the lyrics of this song as a structured lyric sheet, in the language in which they are sung: one sung line on each "
    "line, a heading such as [Verse] or [Chorus] before each part. Write only what is sung. If nobody sings, answer [instrumental].",
    3072,
)


def about(question: str) -> Prompt:
    """A listener's own question."""
    return Prompt("question", question.strip())


def repair(answer: str, trouble: str) -> Prompt:
    """The structured request once more, with what was wrong with its answer."""
    return Prompt(
        "repair",
        f"{STRUCTURE.text}\n\nYour last answer could not be used: {trouble}\nIt was:\n{answer[:1500]}\n\nAnswer again with the corrected JSON object alone.",
    )
