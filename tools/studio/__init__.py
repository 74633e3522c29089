"""An artist's own track: read, corrected, described in several registers, and set beside the catalogue."""
