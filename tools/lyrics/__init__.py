"""Where lyrics come from, one file a provider, and in which order they are asked."""
