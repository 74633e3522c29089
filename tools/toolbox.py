"""The tools an agent can call. Each docstring is the contract that the model reads.

A tool returns text for the model (JSON, so that the data in it stays data) and an artifact for the page and the
grounding check. Tracks are named by handles. A `ToolFailed` goes back to the model as a tool message.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from langchain.tools import ToolRuntime, tool
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langgraph.types import Command
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.json_schema import SkipJsonSchema

from index.candidates import content
from index.errors import ToolFailed
from index.filters import constraints
from index.profile import Mode, clock
from index.proof import prove
from index.query import METERS, Comparison, Name, Query, Side, Tonic
from index.sung import lacks_verses
from index.telling import Story, verse_proof
from tools.desk import Desk
from tools.impressions import impression, is_file, measured, target_of, transcription
from tools.lyrics.answer import lyrics_of
from tools.lyrics.quoting import quoted
from tools.overview import overview
from tools.playlist import together, write_playlist
from tools.rights import training_words
from tools.searching import SEEDS, near_file, searched, told
from tools.summary import drawn, summary

Runtime = ToolRuntime[Desk, Any]
Handle = Annotated[str, Field(description="a track of this conversation (T1, T2, ...) or the title of a track")]


class Wishes(Query):
    """A query as tool arguments; LangChain puts the runtime beside them."""

    model_config = ConfigDict(extra="ignore")
    about: SkipJsonSchema[str] = Field("", max_length=400)  # search_lyrics' own

    @model_validator(mode="after")
    def _ranges_are_ranges(self) -> Wishes:
        """Left to the tool: of a mistake that concerns two arguments LangChain tells the model nothing."""
        return self


class Told(BaseModel):
    """What songs should tell of, as tool arguments. Other fields of a `Query` hold too where the embedded reader has them."""

    model_config = ConfigDict(extra="allow")
    about: str = Field(min_length=1, max_length=400, description='a theme, a story, a thing: "leaving home"')
    want: list[Name] = Field(
        default_factory=list, max_length=40, description="moods, genres, instruments wanted besides"
    )
    avoid: list[Name] = Field(
        default_factory=list, max_length=40, description="what must not occur: moods, artists, words"
    )
    artists: list[Name] = Field(default_factory=list, max_length=20, description="artists asked for by name")
    language: str | None = Field(
        None, max_length=80, description="of the lyrics: English name or ISO code; Spanish or Portuguese"
    )
    year_min: int | None = Field(None, ge=1000, le=2200)
    year_max: int | None = Field(None, ge=1000, le=2200)
    clean: bool = Field(False, description="without explicit words")
    include_ai: bool = Field(False, description="also tracks declared as made with AI; they are left out otherwise")
    fresh: bool = Field(False, description="only tracks not shown before in this conversation")
    count: int = Field(5, ge=1, le=20, description="how many tracks to show")


@tool(args_schema=Wishes)
def search_tracks(runtime: Runtime, **wishes: Any) -> Command[Any]:
    """Find tracks of the catalogue. Give the whole of what the listener wants now: wishes from earlier turns that still
    hold (see the state) and the new ones. Concepts to have go to `want`, what must not occur to `avoid`. Names of artists
    and titles go to `artists` and `titles`. Use `like` and `compare` with handles for "like T3 but calmer". The answer
    lists tracks best first with the evidence for each, names constraints that had to be relaxed (`relaxed`) and names
    that the catalogue does not have (`absent`). Only say of a track what its entry says."""
    desk = runtime.context
    try:
        query = Query.model_validate({k: v for k, v in wishes.items() if k in Query.model_fields})
    except ValidationError as exc:
        raise ToolFailed("; ".join(error["msg"] for error in exc.errors())) from exc
    return _answer(runtime, *searched(desk, query))


@tool(args_schema=Told)
def search_lyrics(runtime: Runtime, **wishes: Any) -> Command[Any]:
    """Find songs by what their words say: "songs about leaving home", "a song where somebody waits for a train". What is told
    goes to `about`, moods and the like to `want`, what must not occur to `avoid`. The answer names the verse and time that
    tell of it (`evidence`, kind verse), and its line only where rights allow; say no more of the words than that."""
    catalogue = runtime.context.catalogue
    if not catalogue.tells:
        old = "this index was made before lyrics could be searched; run `linernotes index build` on it once more"
        none = "no song of this catalogue has a lyric sheet; use search_tracks"
        raise ToolFailed(old if lacks_verses(catalogue.store) else none)
    return search_tracks.func(runtime, **wishes)  # type: ignore[attr-defined, no-any-return]


@tool
def similar_tracks(
    runtime: Runtime,
    handles: Annotated[
        list[str], Field(min_length=1, max_length=10, description="seed tracks: T1, T2, ...; or one attached file: F1")
    ],
    compare: Annotated[
        list[Comparison] | None, Field(description="how the results should differ from the seeds")
    ] = None,
    alike: Annotated[list[Side] | None, Field(description="sides of the sound that count; all without it")] = None,
    want: Annotated[list[str] | None, Field(description="concepts to have besides")] = None,
    avoid: Annotated[list[str] | None, Field(description="concepts that must not occur")] = None,
    count: Annotated[int, Field(ge=1, le=20)] = 5,
) -> Command[Any]:
    """Find tracks that sound like, and are described like, tracks shown before: "more like T2", "like T2 but slower"; or tracks
    that sound like a file the listener attached."""
    file = next((h for h in handles if is_file(h)), None)
    near = near_file(runtime.context, file, count) if file else None
    seeds = [runtime.context.conversation.handle(hit.track.id) for hit in near.shown[:SEEDS]] if near else handles
    if near and not (compare or want or avoid):
        return _answer(runtime, *told(runtime.context, Query(like=seeds, count=count), near))
    query = Query(
        like=seeds,
        alike=alike or [],
        compare=compare or [],
        want=want or [],
        avoid=avoid or [],
        count=count,
        fresh=True,
    )
    return _answer(runtime, *searched(runtime.context, query))


@tool
def track_details(runtime: Runtime, handle: Handle) -> Command[Any]:
    """All that the catalogue knows of a track: declared data, credits, rights, measured sound and form, and why it was
    shown (`evidence`, for the wishes that stand)."""
    desk = runtime.context
    track = desk.track(handle)
    desk.conversation.look_at(track.id)
    query = desk.conversation.query
    proofs = (
        prove(track, query, desk.catalogue.store.evidence([track.id]).get(track.id, []), content(query.text))
        if query
        else ()
    )
    if query and query.about and track.lyrics:
        told = Story(desk.catalogue, query.about).told([track.id]).get(track.id)
        proofs = (*verse_proof(told), *proofs)
    card = quoted(desk.card(track, proofs), track, query.about if query else "", desk.catalogue.embedder) | {
        "extra": track.extra,
        "ai_training": training_words(track),
        "isrc": track.isrc,
        "origins": {k: f"{o.kind}: {o.detail}" for k, o in track.origins.items()},
    }
    if track.profile:
        card["measured"] = summary(track.profile)
    return _answer(runtime, card, {"kind": "details", "tracks": [card | {"id": track.id}]})


@tool
def find_lyrics(runtime: Runtime, handle: Handle) -> Command[Any]:
    """The lyrics of a track as far as its rights allow them to be shown, with source and writers. Quote only these lines.
    Besides, for questions about the whole song: its verses with their times and inferred moods, whether there is a chorus,
    and what it speaks of (`speaks_of`)."""
    body = lyrics_of(runtime.context, handle)
    return _answer(runtime, body, {"kind": "lyrics", **body})


@tool
def analyze_audio(
    runtime: Runtime,
    target: Annotated[str, Field(description="a track (T1, T2, ...) or an attached file (F1, F2, ...)")],
) -> Command[Any]:
    """Measure the audio of a track or of a file the listener attached: tempo, key, meter, chords, sections, loudness, energy."""
    desk = runtime.context
    sound = target_of(desk, target)
    profile = measured(sound, desk.device)
    body = {"target": target, "name": sound.name, "measured": summary(profile)}
    return _answer(runtime, body, {"kind": "analysis", **body, "path": str(sound.path), "profile": drawn(profile)})


@tool
def describe_audio(
    runtime: Runtime,
    target: Annotated[str, Field(description="a track (T1, T2, ...) or an attached file (F1, F2, ...)")],
    question: Annotated[str | None, Field(max_length=500, description="without it: the whole track")] = None,
) -> Command[Any]:
    """Ask the audio language model about a track or attached file: instruments, production, mood, form. A model's impression;
    numbers come from analyze_audio only."""
    body = impression(runtime.context, target, question)
    return _answer(runtime, body, {"kind": "description", **body})


@tool
def transcribe_lyrics(
    runtime: Runtime,
    target: Annotated[str, Field(description="an attached file (F1, ...), or a track whose licence allows it")],
) -> Command[Any]:
    """Write down the words sung in an attached file, in any language. Machine-made: say so. For a catalogue's lyrics use
    find_lyrics."""
    body = transcription(runtime.context, target)
    return _answer(runtime, body, {"kind": "transcript", **body})


@tool
def make_playlist(
    runtime: Runtime,
    handles: Annotated[list[str], Field(min_length=1, max_length=100)],
    name: Annotated[str, Field(min_length=1, max_length=100)],
    change: Annotated[
        bool, Field(description="the playlist written before, changed: its files are written anew")
    ] = False,
) -> Command[Any]:
    """Write tracks of this conversation, in this order, as a playlist (M3U8 and JSPF files). To take tracks out of the playlist
    that stands in the state, or to add or swap some, give all its tracks as they should be now, with `change`."""
    desk = runtime.context
    tracks = [desk.track(h) for h in dict.fromkeys(handles)]
    standing = desk.conversation.playlist
    before = standing if change else None
    again = bool(standing and standing.name == name and standing.tracks == [t.id for t in tracks])  # "export it"
    over = standing.stem if standing and (change or again) else None
    try:
        made = write_playlist(name, tracks, desk.playlists, public=desk.public, over=over)
    except OSError as exc:
        raise ToolFailed(f"the playlist could not be written: {exc.strerror}") from exc
    rows = [{"handle": desk.conversation.handle(t.id), "title": t.name, "artists": list(t.artists)} for t in tracks]
    ids, lasts = [t.id for t in tracks], together(t.duration_s for t in tracks)
    desk.conversation.wrote(name, made.m3u8.stem, ids)
    body: dict[str, Any] = {
        "name": name,
        "tracks": rows,
        "length": clock(lasts) if lasts else None,
        "files": [made.m3u8.name, made.jspf.name],
    }
    if before:
        body["new"] = [desk.conversation.handle(i) for i in ids if i not in before.tracks]
        body["was"] = before.name if before.name != name else None
        body["gone"] = [desk.conversation.handle(i) for i in before.tracks if i not in ids]
        body["same"] = before.tracks == ids and before.name == name
    return _answer(runtime, body, {"kind": "playlist", **body, "paths": [str(made.m3u8), str(made.jspf)]})


@tool
def remember(
    runtime: Runtime,
    like: Annotated[list[str] | None, Field(description="handles the listener likes")] = None,
    dislike: Annotated[list[str] | None, Field(description="handles the listener dislikes")] = None,
    neutral: Annotated[list[str] | None, Field(description="handles no longer liked or disliked")] = None,
    undo: Annotated[bool, Field(description="take the last change of wishes back")] = False,
    start_over: Annotated[bool, Field(description="forget all wishes and likes")] = False,
) -> Command[Any]:
    """Note what the listener likes or dislikes, take the last wish back, or start over. The answer is what is now known."""
    conversation = runtime.context.conversation
    liked, disliked, neither = (
        [conversation.track_of(h) for h in handles or []] for handles in (like, dislike, neutral)
    )
    if start_over:
        conversation.start_over()
    list_is_back = undo and conversation.undo()
    conversation.react(liked, disliked, neither)
    body = {
        "query": conversation.query.model_dump(exclude_defaults=True) if conversation.query else None,
        "limits": [c.words for c in constraints(conversation.query)] if conversation.query else [],
        "liked": [_short(runtime.context, i) for i in conversation.liked],
        "disliked": [_short(runtime.context, i) for i in conversation.disliked],
        **({"shown": [conversation.handle(i) for i in conversation.last]} if list_is_back else {}),
    }
    return _answer(runtime, body, {"kind": "memory", **body})


class Counted(BaseModel):
    """What tracks are counted by, as tool arguments."""

    want: list[str] = Field(default_factory=list, description="concepts to count tracks of")
    avoid: list[str] = Field(default_factory=list, description="concepts that the counted tracks must not name")
    artists: list[str] = Field(default_factory=list, description="artists to count tracks of")
    language: str | None = Field(
        None, max_length=80, description="of the lyrics: English name or ISO code; Spanish or Portuguese"
    )
    year_min: int | None = Field(None, ge=1000, le=2200)
    year_max: int | None = Field(None, ge=1000, le=2200)
    tempo_min: float | None = Field(None, ge=20, le=400, description="BPM")
    tempo_max: float | None = Field(None, ge=20, le=400, description="BPM")
    duration_min_s: float | None = Field(None, ge=0)
    duration_max_s: float | None = Field(None, ge=0)
    meter: str | None = Field(None, pattern=METERS)
    key: Tonic | None = Field(None, description="tonic, sharps only")
    mode: Mode | None = None
    only_ai: bool = Field(False, description="only tracks declared as made with AI")


@tool(args_schema=Counted)
def catalogue_overview(
    runtime: Runtime, want: list[str] | None = None, artists: list[str] | None = None, **limits: Any
) -> Command[Any]:
    """The catalogue as a whole: how many tracks, artists and albums, which genres, moods, instruments, languages and years,
    and how many tracks name a concept, are by an artist, in a language or from some years. For questions such as "how many
    tracks do you have?"."""
    try:
        within = Query.model_validate({k: v for k, v in limits.items() if k in Counted.model_fields})
    except ValidationError as exc:
        raise ToolFailed("; ".join(error["msg"] for error in exc.errors())) from exc
    body = overview(runtime.context.catalogue, want or [], artists or [], within)
    return _answer(runtime, body, {"kind": "overview", **body})


TOOLS: list[BaseTool] = [
    search_tracks,
    search_lyrics,
    similar_tracks,
    track_details,
    find_lyrics,
    analyze_audio,
    describe_audio,
    transcribe_lyrics,
    make_playlist,
    remember,
    catalogue_overview,
]


def _short(desk: Desk, track_id: str) -> str:
    track = desk.catalogue.track(track_id)
    name = f"{track.name}{' by ' + track.by if track.by else ''}" if track else track_id
    return f"{desk.conversation.handle(track_id)} {name}"


def _answer(runtime: Runtime, body: dict[str, Any], artifact: dict[str, Any]) -> Command[Any]:
    """A tool message with its artifact, and the conversation as it now stands."""
    text = json.dumps({k: v for k, v in body.items() if v is not None}, ensure_ascii=False)
    message = ToolMessage(text, artifact=artifact, tool_call_id=runtime.tool_call_id or "")
    return Command(update={"messages": [message], "conversation": runtime.context.conversation.model_dump(mode="json")})
