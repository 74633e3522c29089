"""The text that stands for a track where meanings are compared."""

from __future__ import annotations

from index.track import Track


def test_makers_and_albums_stand_only_where_nothing_is_said() -> None:
    bare = Track(id="a", title="Low Water", artists=("The Doldrums",), album="Battle Hymns")
    assert bare.document() == "Low Water by The Doldrums. Battle Hymns"
    told = bare.model_copy(update={"caption": "A slow waltz.", "genres": ("folk",)})
    assert told.document() == "Low Water. A slow waltz. folk"
    assert Track(id="b").document() == ""


def test_what_is_said_is_embedded_without_function_words_and_titles_as_they_are() -> None:
    told = Track(id="a", title="The End of It", caption="It is a slow waltz, played by the band.", genres=("folk",))
    assert told.for_embedding() == "The End of It. slow waltz played band. folk"
    bare = Track(id="a", title="Low Water", artists=("The Doldrums",), album="Battle Hymns")
    assert bare.for_embedding() == bare.document()
