"""The instance of what is made outside a run: the one given, or one in memory."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance  # loads the store, which few tests ask for


class OwnInstance:
    """The instance that was given; where none was, one in memory, made when it is first asked for.

    As a context manager it closes the one it made.
    """

    __slots__ = ("_given", "_made")

    def __init__(self, given: Any = None) -> None:
        self._given = given
        self._made: Instance | None = None

    def get(self) -> Any:
        """The instance."""
        if self._given is not None:
            return self._given
        if self._made is None:
            self._made = import_module("mainspring.core.instance.instance").Instance.ephemeral()
        return self._made

    def close(self) -> None:
        """Close the instance that was made here, if one was."""
        if self._made is not None:
            self._made.dispose()
            self._made = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
