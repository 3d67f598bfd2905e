"""How far something has come: a bar on a terminal, a few lines for everything else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from mainspring.cli.output import is_drawing, say

_LINES = 4


class Bar(Protocol):
    """Shows how far something has come. Used as a context: what it draws is put away at the end."""

    def show(self, what: str, done: int, total: int | None) -> None:
        """``done`` of ``total`` are done of ``what``; ``None`` where nobody knows how many there are."""
        ...

    def __enter__(self) -> Bar: ...

    def __exit__(self, *exception: object) -> None: ...


class PlainBar:
    """A line on stderr when something begins and at each quarter of it."""

    def __init__(self) -> None:
        self._what = ""
        self._told = 0

    def show(self, what: str, done: int, total: int | None) -> None:
        """Write a line, if there is something new to say."""
        if what != self._what:
            self._what, self._told = what, 0
        if not total:
            return
        part = min(done, total) * _LINES // total
        if part > self._told:
            self._told = part
            say(f"  {what}: {done:,} of {total:,}")

    def __enter__(self) -> PlainBar:
        return self

    def __exit__(self, *exception: object) -> None:
        return None


def bar(environ: Mapping[str, str]) -> Bar:
    """What shows progress here."""
    if is_drawing(sys.stderr, environ):
        return import_module("mainspring.cli.drawn_bar").DrawnBar()
    return PlainBar()
