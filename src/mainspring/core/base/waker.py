"""Ends a wait for files and sockets from another thread."""

from __future__ import annotations

import os
import select
import threading
from typing import Protocol


class HasNumber(Protocol):
    """An open file, or what stands for one."""

    def fileno(self) -> int:
        """The number of its descriptor."""
        ...


def wait_for(*files: HasNumber | int, seconds: float) -> frozenset[int]:
    """The numbers of those files that can be read from, as soon as there are any; none when the time is over.

    By ``poll``, as ``select`` knows only descriptors below 1024.
    """
    waiting = select.poll()
    for file in files:
        waiting.register(file, select.POLLIN)
    return frozenset(number for number, _ in waiting.poll(seconds * 1000))


class Waker:
    """A file that can be read from once ``wake`` was called: one more to wait for.

    >>> waker = Waker()
    >>> waker.wake()
    >>> waker.fileno() in wait_for(waker, seconds=60)
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
