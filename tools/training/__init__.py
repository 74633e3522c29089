"""Training on music that the repository composes and renders itself: no data set, no licence to ask for."""
