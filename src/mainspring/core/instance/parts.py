"""What the methods of ``Instance`` that are written elsewhere need of it."""

from __future__ import annotations

from typing import Protocol

from mainspring.core.base.ambient import Ambient
from mainspring.core.storage.store import Store


class Parts(Protocol):
    """An instance, seen by a function that answers for it."""

    @property
    def ambient(self) -> Ambient:
        """Clock and ids."""
        ...

    @property
    def store(self) -> Store:
        """The database."""
        ...
