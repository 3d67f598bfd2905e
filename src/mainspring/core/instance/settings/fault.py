"""``SettingsFault``: one thing that is wrong in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from reprlib import Repr
from typing import Final

import msgspec

from mainspring.core.instance.settings.given import Path, dotted

_repr = Repr()
_repr.maxstring = _repr.maxother = 60

_LONGEST: Final = 60


class SettingsFault(msgspec.Struct, frozen=True):
    """One thing that is wrong: the path to it, the sentence, and where it is written, if it is in a file.

    >>> str(SettingsFault(("ui", "name"), "must be a text; got 3.", "mainspring.yaml:2:3"))
    'mainspring.yaml:2:3: `ui.name` must be a text; got 3.'
    """

    path: Path
    message: str
    place: str = ""

    def __str__(self) -> str:
        about = f"`{dotted(self.path)}` " if self.path else ""
        return f"{self.place}: {about}{self.message}" if self.place else f"{about}{self.message}"


def shown(value: object) -> str:
    """What was given, as a message may show it: never what lies inside a section or a list.

    >>> shown({"password": "x"})
    'a section'
    """
    if isinstance(value, Mapping):
        return "a section"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else _repr.repr(value)
    return text if len(text) <= _LONGEST + 10 else f"a {type(value).__name__}"
