"""Waiting for a file to grow without looking at it again and again."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from mainspring.core.base.clock import Clock
from mainspring.core.base.folder_events import WatchedFolder
from mainspring.core.base.waker import Waker, wait_for

_MODIFIED = 0x2
_ROOM = 65536


class Growth(Protocol):
    """Tells when files were written to. Close it after use."""

    def wait(self, seconds: float) -> bool:
        """Return when a file was written to since the last call (true), ``wake`` was called or the time is over."""
        ...

    def rest(self, seconds: float) -> None:
        """Return after so many seconds, or when ``wake`` was called."""
        ...

    def wake(self) -> None:
        """Have ``wait`` and ``rest`` return at once, now and from now on. Any thread may call it."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


def growth_of(files: Sequence[int], folder: Path, *, clock: Clock) -> Growth:
    """What tells of open files, all of them in one folder: the kernel where it can, else a look at times."""
    try:
        return _Kernel(files)
    except OSError:
        pass  # another system, or too many who ask already
    try:
        return WatchedFolder(folder)
    except Exception:  # whatever the library cannot do here
        return Timed(clock, 0.1)


@cache
def _inotify() -> Any:
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "inotify_init1"):
        raise OSError("no inotify on this system")
    return library


class _Idle:
    """A queue of kernel events that nobody uses now.

    To close one takes the kernel longer than a whole run of one step, so it is kept for the next capture. A forked
    child shares it with its parent and must make its own.
    """

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._queues: list[int] = []

    def take(self) -> int:
        """A queue; made, where none is idle. Raises ``OSError`` where the system has none to give."""
        if self._pid == os.getpid():
            with suppress(IndexError):
                return self._queues.pop()
        return _checked(_inotify().inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))

    def give_back(self, queue: int) -> None:
        """Keep it for the next one, with nothing left in it."""
        with suppress(BlockingIOError):
            while os.read(queue, _ROOM):
                pass
        if self._pid != os.getpid():
            self._pid, self._queues = os.getpid(), []
        self._queues.append(queue)


_IDLE = _Idle()


class _Kernel:
    """Asks Linux, by inotify. Works for files without a name, and for whatever process writes."""

    def __init__(self, files: Sequence[int]) -> None:
        self._owner = os.getpid()
        self._watches: list[int] = []
        self._events = _IDLE.take()
        try:
            self._waker = Waker()
        except BaseException:
            _IDLE.give_back(self._events)
            raise
        try:
            for file in files:
                path = f"/proc/self/fd/{file}".encode()
                watch = _inotify().inotify_add_watch(self._events, path, _MODIFIED)
                self._watches.append(_checked(watch))
        except BaseException:
            self.close()
            raise

    def wait(self, seconds: float) -> bool:
        ready = wait_for(self._events, self._waker, seconds=seconds)
        return self._events in ready and bool(os.read(self._events, _ROOM))

    def rest(self, seconds: float) -> None:
        wait_for(self._waker, seconds=seconds)

    def wake(self) -> None:
        self._waker.wake()

    def close(self) -> None:
        events, self._events = self._events, -1
        if events < 0:
            return
        self._waker.close()
        if os.getpid() != self._owner:  # the queue is the parent's, who goes on waiting
            os.close(events)
            return
        for watch in self._watches:
            _inotify().inotify_rm_watch(events, watch)
        _IDLE.give_back(events)


class Timed:
    """Says after a while that it may be worth a look: for files elsewhere, of which no kernel tells."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._woken = False

    def wait(self, seconds: float) -> bool:
        self.rest(min(seconds, self._seconds))
        return not self._woken

    def rest(self, seconds: float) -> None:
        if not self._woken:
            self._clock.sleep(seconds)

    def wake(self) -> None:
        self._woken = True

    def close(self) -> None:
        return None


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
