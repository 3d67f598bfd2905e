"""``Frozen``: objects that are not changed once they are made."""

from __future__ import annotations

from typing import Any


class Frozen:
    """Refuses to set attributes. ``__init__`` sets them by ``object.__setattr__``; copies and pickles work."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self!r} cannot be changed (tried to set {name!r}); make a changed copy of it")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self!r} cannot be changed (tried to delete {name!r})")

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        for name, value in state[1].items():
            object.__setattr__(self, name, value)
