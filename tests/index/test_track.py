"""The text that stands for a track where meanings are compared."""

from __future__ import annotations

from index.track import Track


def test_makers_and_albums_are_embedded_only_where_nothing_is_said() -> None:
    bare = Track(id="a", title="Low Water", artists=("The Doldrums",), album="Battle Hymns")
    assert bare.document() == "Low Water by The Doldrums. Battle Hymns"
    told = bare.model_copy(update={"caption": "A slow waltz.", "genres": ("folk",)})
    assert told.document() == "Low Water. A slow waltz. folk"
    assert Track(id="b").document() == ""
