"""The forms of the tab for artists: rights, lyrics, into the catalogue and out again, tags in a copy. A real file is read."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tinytag import TinyTag

from assistant.contributions import id_of
from assistant.events import Request
from assistant.reply import Assistant
from assistant.settings import Settings, load
from assistant.threads import Threads
from assistant.works import Work, Works
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.errors import UserError
from index.query import Query
from index.search import search
from tests.ui.page.test_studio import ANSWERS, GIFT, LANES, ME, NEAR, OPEN, RESTS, TEXT, TOLD, Artist, song  # noqa: F401
from tools.listener.listener import Listener
from tools.listener.said import Said
from tools.listener.sound import Samples
from ui.main import main
from ui.page.studio import Studio

RIGHTS, WORDS, JOINED, COPIES = 11, 12, 13, 14
LYRICS = "[00:01.00]Peculiar lanterns over the quarry wall\n[00:03.00]I am walking home along the frozen weir\n\n[00:06.00]We will sing and rise and laugh together\n[00:08.00]Happy as the morning over everyone"
SOMEBODY = {"owner": "somebody-else-altogether", "thread": "s"}


@dataclass
class Place:
    """An index of one's own with its page open, and a home."""

    index: Path
    home: Path
    assistant: Assistant
    studio: Studio

    def found(self, text: str = "", **query: object) -> list[str]:
        """The best three; none where a wish had to be let go."""
        result = search(self.assistant.catalogue, Query.model_validate({"text": text, "count": 3, **query}))
        return [] if result.relaxed else result.ranked[:3]

    def holds(self, *words: str) -> list[str]:
        """Which words stand in any file of the index, but for the ledger; looked for by another process."""
        looks = ["grep", "-rqaiF", "--exclude=rights.jsonl"]
        return [w for w in words if subprocess.run([*looks, w, str(self.index)]).returncode == 0]


@pytest.fixture
def place(words_index: Path, embedder: Embedder, tmp_path: Path) -> Iterator[Place]:
    shutil.copytree(words_index, tmp_path / "index")
    with (
        closing(Catalogue(tmp_path / "index", embedder)) as catalogue,
        closing(Threads(tmp_path / "threads.sqlite")) as threads,
        closing(Works(tmp_path)) as works,
    ):
        assistant = Assistant(Settings(tmp_path), catalogue, threads)
        assistant.warm()  # all that is kept in memory is read before anything is added
        yield Place(tmp_path / "index", tmp_path, assistant, Studio(assistant, works))


@pytest.fixture
def artist(place: Place, song: Path) -> Artist:  # noqa: F811
    came = Artist(place.studio)
    came.drop(song)
    came.correct("title", "Peculiar Lanterns")
    return came


def send(artist: Artist, act: str, **fields: str) -> None:
    artist.act(act, json.dumps(fields))


def work_of(artist: Artist) -> Work:
    work = artist.studio._works.get(artist.last[OPEN], ME["owner"])
    assert work
    return work


def test_rights_are_declared_shown_and_sent_out(artist: Artist) -> None:
    assert "no declaration on AI" in artist.last[TOLD]
    send(artist, "declare", composer="Cy <b>; Dee", isrc="QZ-ABC-25-00001", licence="CC BY 4.0", ai_status="none", ai_training="forbidden")  # fmt: skip
    assert "human-made, declared" in artist.last[TOLD] and "composer: Cy &lt;b&gt;; composer: Dee" in artist.last[TOLD]
    assert 'value="QZABC2500001"' in artist.last[RIGHTS] and 'value="forbidden" selected' in artist.last[RIGHTS]
    artist.see("press text")
    assert "composer: Dee; ISRC QZABC2500001" in artist.last[TEXT] and "declared by the artist" in artist.last[RESTS]
    artist.act("sheet", "md")
    assert "ISRC QZABC2500001. CC BY 4.0. AI: declared as made by people (declared by the artist" in json.loads(artist.last[GIFT])["text"]  # fmt: skip
    artist.act("sheet", "json")
    body = json.loads(json.loads(artist.last[GIFT])["text"])
    assert body["track"]["rights"]["training"] == "forbidden" and body["declarations"][0]["who"] == "the artist"
    send(artist, "declare", isrc="not one", label="Pier Records")
    assert 'value="not one"' in artist.last[RIGHTS] and 'value="Pier Records"' in artist.last[RIGHTS]  # to be mended
    assert "is no ISRC" in artist.last[RIGHTS] and "QZABC2500001" in artist.last[TOLD]
    send(artist, "declare", composer="", ai_status="")
    assert "composer" not in artist.last[TOLD] and "no declaration on AI" in artist.last[TOLD]
    assert Artist(artist.studio).last[RIGHTS].count("QZABC2500001")  # after a reload


def test_one_declaration_is_taken_back_with_a_click(artist: Artist) -> None:
    send(artist, "declare", composer="Cy; Dee", licence="CC BY 4.0")
    assert artist.last[RIGHTS].count('data-act="undeclare"') == 2
    artist.act("undeclare", json.dumps({"column": "licence"}))
    assert "CC BY" not in artist.last[TOLD] and "composer: Dee" in artist.last[TOLD]
    assert [d.column for d in work_of(artist).declarations] == ["composer"]
    artist.act("undeclare", json.dumps({"column": "nothing"}))
    artist.act("undeclare", "[]")
    assert [d.column for d in work_of(artist).declarations] == ["composer"]


def test_lyrics_are_shown_whole_with_what_they_tell(artist: Artist) -> None:
    assert "No audio language model is configured" in artist.last[WORDS]
    send(artist, "words", text=LYRICS + "\n[00:10.00]</textarea><script>")
    assert "&lt;/textarea&gt;" in artist.last[WORDS] and "<script>" not in artist.last[WORDS]
    send(artist, "words", text=LYRICS)
    for told in ("frozen weir", "Language: English", "verse 2", 'data-seek="6.00"', "ln-leans"):
        assert told in artist.last[WORDS]
    assert 'aria-label="lyrics"' in artist.last[LANES] and artist.last[LANES].count("ln-verse ") == 2
    send(artist, "words", text="[ti:nothing]")
    assert "no words that are sung" in artist.last[WORDS] and "frozen weir" in artist.last[WORDS]
    send(artist, "words", text="")
    assert 'aria-label="lyrics"' not in artist.last[LANES] and work_of(artist).track.lyrics is None


class Ears:
    """An audio model that hears what it was told to."""

    model = "ears-1"

    def longest_s(self) -> float:
        return 60.0

    def ask(self, sound: Samples, question: str, most_tokens: int) -> Said:
        return Said("[Verse]\n[00:01] Lanterns by the water\n[Chorus]\nSing it again and again", "", False)

    def trouble(self) -> str | None:
        return None

    def stop(self) -> None:
        return None


def test_a_machine_writes_the_words_down_and_is_named(artist: Artist) -> None:
    artist.studio._assistant.listener = Listener(Ears())
    send(artist, "listen")
    assert "Lanterns by the water" in artist.last[WORDS] and "Written down by a machine" in artist.last[WORDS]
    assert work_of(artist).track.origins["lyrics"].kind == "modelled" and "ears-1" in artist.last[WORDS]
    send(artist, "declare", machine_analysis="forbidden")
    send(artist, "listen")
    assert "may not listen" in artist.last[WORDS]


def test_into_the_catalogue_and_out_again(artist: Artist, place: Place, embedder: Embedder, tmp_path: Path) -> None:
    send(artist, "words", text=LYRICS)
    identity = id_of(work_of(artist))
    send(artist, "join")  # the box was not ticked
    assert "nothing was added" in artist.last[JOINED] and place.assistant.catalogue.store.get(identity) is None
    send(artist, "join", consent="yes")
    assert "Withdraw it from the catalogue" in artist.last[JOINED] and "visitor " in artist.last[JOINED]
    assert ME["owner"] not in (place.index / "rights.jsonl").read_text()
    asked = place.assistant.reply(Request("fan", "something called Peculiar Lanterns"))
    assert [c["id"] for c in asked.shown][:1] == [identity]
    assert identity in place.found(about="walking home along a frozen weir")
    assert identity not in artist.last[NEAR] and "Peculiar" not in artist.last[NEAR]
    leaked = place.assistant._guard.leak("we will sing and rise and laugh together, happy as the morning over everyone")
    assert leaked  # its lines are protected from the moment it is there
    report = build(place.home / "rows.jsonl", place.index, lambda t: t, embedder) if _rows(place.home) else None
    assert report and report.removed > 0 and identity in place.found("Peculiar Lanterns")
    words = ("peculiar lanterns", "frozen weir", work_of(artist).path.name)
    assert place.holds(*words) == list(words)
    send(artist, "leave")
    assert "It comes back only if you add it again" in artist.last[JOINED] and not place.holds(*words)
    assert identity not in place.found("Peculiar Lanterns") and place.assistant.catalogue.store.get(identity) is None
    assert "withdrawn" in place.assistant.threads.turns("fan", "local")[0][1]["text"]
    artist.correct("moods", "calm")  # nothing brings it back but the act
    assert not place.holds(*words)
    send(artist, "join", consent="yes")
    assert identity in place.found("Peculiar Lanterns")
    decisions = place.assistant.catalogue.ledger.decisions()
    assert [d.act for d in decisions] == ["contribute", "withdraw", "contribute"]
    assert len({d.who for d in decisions}) == 1 and "I can withdraw it" in decisions[0].reason


def test_a_recording_that_is_there_already_is_named_before_it_is_added_again(artist: Artist, place: Place) -> None:
    send(artist, "join", consent="yes")
    assert "Withdraw it from the catalogue" in artist.last[JOINED]
    another = Artist(place.studio)
    another.drop(work_of(artist).path)
    send(another, "join", consent="yes")
    told = another.last[JOINED]
    assert "this catalogue has “Peculiar Lanterns”" in told and 'name="again"' in told and "the same recording" in told
    assert place.assistant.catalogue.store.get(id_of(work_of(another))) is None
    send(another, "join", again="yes")  # what was not consented to is not added either
    assert place.assistant.catalogue.store.get(id_of(work_of(another))) is None
    send(another, "join", consent="yes", again="yes")
    assert place.assistant.catalogue.store.get(id_of(work_of(another))) and "Withdraw it" in another.last[JOINED]


def _rows(home: Path) -> Path:
    """A source that has one row and none of the contributed track."""
    (home / "rows.jsonl").write_text(
        json.dumps({"id": "w01", "title": "Harbour Lamps", "caption": "A calm song."}) + "\n"
    )
    return home / "rows.jsonl"


def test_corrections_win_in_search_and_captions_and_are_undone(artist: Artist, place: Place) -> None:
    send(artist, "join", consent="yes")
    identity = id_of(work_of(artist))
    tempo = {"tempo_min": 180, "tempo_max": 190}
    assert identity not in place.found(**tempo)
    for field, value in (("tempo", "184"), ("key", "D major"), ("moods", "furious"), ("genres", "polka")):
        artist.correct(field, value)
    assert place.found(**tempo) == [identity] and place.found(want=["polka"])[:1] == [identity]
    track = place.assistant.catalogue.track(identity)
    assert track and track.caption and "184 BPM" in track.caption and "D major" in track.caption
    assert "polka" in track.caption and track.origins["profile"].kind == "measured"
    assert track.origins["tempo"].detail.startswith("corrected by the artist")
    for field in ("tempo", "genres"):
        artist.act("uncorrect", field)
    assert identity not in place.found(**tempo)
    back = place.assistant.catalogue.track(identity)
    assert back and back.caption and "120 BPM" in back.caption and "polka" not in back.caption


def test_only_its_owner_and_only_where_it_is_allowed(artist: Artist, place: Place) -> None:
    opened = artist.last[OPEN]
    theirs = place.studio.acted(json.dumps({"act": "join", "value": '{"consent": "yes"}'}), opened, SOMEBODY)
    assert all(isinstance(p, dict) for p in theirs)  # nothing changes for who does not own it
    place.assistant.settings = replace(place.assistant.settings, contributions="off")
    assert "Add to this catalogue" not in Artist(place.studio).last[JOINED]
    send(artist, "join", consent="yes")
    assert "cannot be added" in artist.last[JOINED] or artist.last[JOINED] == ""
    assert place.assistant.catalogue.ledger.decisions() == []
    place.assistant.settings = replace(place.assistant.settings, contributions="ask")
    send(artist, "join", consent="yes")
    place.studio.acted(json.dumps({"act": "leave", "value": ""}), opened, SOMEBODY)
    assert place.assistant.catalogue.store.get(id_of(work_of(artist)))
    place.assistant.settings = replace(place.assistant.settings, contributions="off")
    send(artist, "leave")  # who is in gets out in any case
    assert place.assistant.catalogue.store.get(id_of(work_of(artist))) is None


def test_the_choice_is_on_the_command_line_and_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load({}).contributions == "ask" and load({"LINERNOTES_CONTRIBUTIONS": "off"}).contributions == "off"
    with pytest.raises(UserError, match="off or ask"):
        load({"LINERNOTES_CONTRIBUTIONS": "always"})
    given: list[str] = []
    monkeypatch.setattr("ui.site.serve", lambda args, settings: given.append(settings.contributions) or 0)
    assert main(["web", "--contributions", "off"]) == 0 and main(["web"]) == 0 and given == ["off", "ask"]


def test_a_click_that_comes_before_the_track_is_kept_as_opened(artist: Artist) -> None:
    asked = {"act": "declare", "value": '{"label": "Third Pew"}', "work": artist.last[OPEN]}
    artist.take(artist.studio.acted(json.dumps(asked), "", ME))
    assert "Third Pew" in artist.last[TOLD]
    theirs = artist.studio.acted(json.dumps(asked), "", SOMEBODY)
    assert all(isinstance(p, dict) for p in theirs)


def test_what_is_taken_off_the_machine_leaves_the_catalogue(artist: Artist, place: Place) -> None:
    send(artist, "words", text=LYRICS)
    send(artist, "join", consent="yes")
    identity = id_of(work_of(artist))
    artist.act("forget", artist.last[OPEN])
    assert place.assistant.catalogue.store.get(identity) is None and not place.holds("frozen weir", "peculiar lanterns")


def test_machines_that_may_not_listen_leave_nothing_of_it_in_the_catalogue(artist: Artist, place: Place) -> None:
    send(artist, "declare", machine_analysis="forbidden")
    send(artist, "join", consent="yes")
    track = place.assistant.catalogue.track(id_of(work_of(artist)))
    assert track and track.profile is None and track.caption is None and track.title == "Peculiar Lanterns"


def test_a_copy_with_tags(artist: Artist) -> None:
    send(artist, "words", text=LYRICS)
    send(artist, "declare", composer="Cy", isrc="QZABC2500001")
    send(artist, "tagged")
    gift = json.loads(artist.last[GIFT])
    work = work_of(artist)
    assert gift["url"] == f"work/{work.id}.tagged" and gift["name"] == "My <Demo>.wav"
    copy = artist.studio._works.sound(f"{work.id}.tagged")
    assert copy and TinyTag.get(copy).title == "Peculiar Lanterns" and "cannot hold" in artist.last[COPIES]
    assert "frozen" not in copy.read_bytes().decode("latin-1")
    artist.act("forget", work.id)
    assert not copy.exists()


def test_questions_stay_after_a_withdrawal(artist: Artist) -> None:
    for parts in artist.studio.asked("what key is it in?", artist.last[OPEN], ME):
        artist.take(parts)
    send(artist, "join", consent="yes")
    send(artist, "leave")
    assert "A minor" in Artist(artist.studio).last[ANSWERS]


def test_an_act_of_nobody_s(artist: Artist) -> None:
    before = dict(artist.last)
    artist.act("declare", "[]")
    artist.act("words", "{")
    assert artist.last[TOLD] == before[TOLD] and artist.last[RESTS] == before[RESTS]
