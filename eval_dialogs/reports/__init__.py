"""Runs told: for the terminal (`words`), for CI (`junit`), for pull requests (`markdown`), for people (`page`)."""
