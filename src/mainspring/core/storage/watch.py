"""Waiting for new events: how a database wakes those who follow the log."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Protocol

from mainspring.core.base.folder_events import FolderEvents, folder_events

_log = logging.getLogger(__name__)

_SETTLED = 0.001
"""How long one commit may still be under way after the first sign of it: many signs are one then."""

_ECHOES = (0.02, 0.2)
"""When to look once more after the last sign: a file is written to shortly before what it holds can be read."""

_BLIND = 0.5
"""How often to look where the system tells nothing of files."""


class Watch(Protocol):
    """Wakes one thread when events may have been stored, whichever process stored them."""

    def wait(self, seconds: float) -> bool:
        """Return when there may be new events (true), ``stop`` was called or the time is over."""
        ...

    def stop(self) -> None:
        """Have ``wait`` return at once, now and from now on. Any thread may call it, more than once."""
        ...

    def close(self) -> None:
        """Let go of what it holds; by the thread that waits, or once it has ended."""
        ...


class FileWatch:
    """Watches the folder of a database file."""

    def __init__(self, file: Path) -> None:
        real = file.resolve()
        self._echoes: list[float] = []
        self._events: FolderEvents | None = None
        self._stopped = threading.Event()
        try:
            self._events = folder_events(real.parent, prefix=real.name)
        except OSError as error:
            _log.warning(
                "changes of %s are not told (%s): it is looked at every %s s", file, error.strerror, _BLIND
            )

    def wait(self, seconds: float) -> bool:
        """See ``Watch``."""
        events = self._events
        if events is None:
            return not self._stopped.wait(min(seconds, _BLIND))
        if events.wait(min(seconds, self._echoes[0]) if self._echoes else seconds):
            events.rest(_SETTLED)
            self._echoes = list(_ECHOES)
            return True
        if not self._echoes or self._stopped.is_set():
            return False
        self._echoes.pop(0)
        return True

    def stop(self) -> None:
        """See ``Watch``."""
        self._stopped.set()
        events = self._events  # the thread that waits may let go of it meanwhile
        if events is not None:
            events.wake()

    def close(self) -> None:
        """See ``Watch``."""
        events, self._events = self._events, None
        if events is not None:
            events.close()


class MemoryWatch:
    """Is told by the database itself."""

    def __init__(self) -> None:
        self._changed = threading.Event()
        self._stopped = False

    def tell(self) -> None:
        """Events were stored."""
        self._changed.set()

    def wait(self, seconds: float) -> bool:
        """See ``Watch``."""
        if self._stopped or not self._changed.wait(seconds):
            return False
        self._changed.clear()
        return not self._stopped

    def stop(self) -> None:
        """See ``Watch``."""
        self._stopped = True
        self._changed.set()

    def close(self) -> None:
        """See ``Watch``."""
