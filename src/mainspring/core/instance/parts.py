"""What the methods of ``Instance`` that are written elsewhere need of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from mainspring.core.base.ambient import Ambient
from mainspring.core.instance.compute_logs.store import ComputeLogManager
from mainspring.core.instance.listeners import Listeners
from mainspring.core.instance.live import WatchedRuns
from mainspring.core.storage.feed import Feed
from mainspring.core.storage.store import Store


class Parts(Protocol):
    """An instance, seen by a function that answers for it."""

    @property
    def ambient(self) -> Ambient:
        """Clock and ids."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """What ``mainspring.yaml`` says."""
        ...

    @property
    def location(self) -> str:
        """The code location it works for; ``""`` for none in particular."""
        ...

    @property
    def store(self) -> Store:
        """The database."""
        ...

    @property
    def compute_log_manager(self) -> ComputeLogManager:
        """Captured output."""
        ...


class Following(Parts, Protocol):
    """An instance whose log is followed."""

    @property
    def listeners(self) -> Listeners:
        """Who hears of what this process stores."""
        ...

    @property
    def feed(self) -> Feed:
        """What wakes those who follow the log."""
        ...

    @property
    def watched(self) -> WatchedRuns:
        """The callbacks for the logs of runs."""
        ...
