"""Checks of this repository, each a small program: ``python -m tools.<name>``."""
