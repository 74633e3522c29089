"""The web page: what it shows and what happens on it."""
