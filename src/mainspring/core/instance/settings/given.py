"""``Given``: settings as they are written and as they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Settings = Mapping[str, Any]
"""Sections of settings: only what is given, checked, in the types that the keys have."""

Path = tuple[str | int, ...]
"""The way to a value: names of keys, and numbers of items in lists."""


class Given(NamedTuple):
    """Settings. ``values`` hold; ``written`` still has ``{env: NAME}`` where a value comes from the environment.

    ``written`` may be kept and shown, ``values`` hold passwords. ``place`` gives the file, line and column of a
    path, for messages, or the name of where the settings come from.
    """

    values: Settings
    written: Settings
    place: Callable[[Path], str]

    def __repr__(self) -> str:
        """The names of the sections alone: the values hold passwords."""
        return f"Given({', '.join(self.written)})"


def dotted(path: Path) -> str:
    """A path as messages show it.

    >>> dotted(("run_queue", "tag_concurrency_limits", 0, "key"))
    'run_queue.tag_concurrency_limits[0].key'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _nowhere(path: Path) -> str:
    del path
    return "the settings"


NOTHING = Given({}, {}, _nowhere)
"""What holds where there is no settings file."""
