"""An audio language model listens to a track: asked in windows, its words kept apart from what is measured."""
