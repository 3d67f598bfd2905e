"""Ends a wait for files and sockets from another thread."""

from __future__ import annotations

import os
import threading


class Waker:
    """A file that can be read from once ``wake`` was called: one more to wait for with ``select``.

    >>> waker = Waker()
    >>> waker.wake()
    >>> select.select([waker], [], [], 60)[0] == [waker]
    True
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._woken, self._waker = os.pipe()

    def fileno(self) -> int:
        """What to wait for."""
        return self._woken

    def wake(self) -> None:
        """End the wait, and all waits to come. Any thread may call it; after ``close`` it does nothing."""
        with self._lock:
            if self._waker >= 0:
                os.write(self._waker, b".")

    def close(self) -> None:
        """Let go of the file. Doing it twice does no harm."""
        with self._lock:
            ends = (self._woken, self._waker)
            self._woken = self._waker = -1
        for end in ends:
            if end >= 0:
                os.close(end)
