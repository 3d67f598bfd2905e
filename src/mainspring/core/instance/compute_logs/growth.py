"""Waiting for a file to grow without looking at it again and again."""

from __future__ import annotations

import ctypes
import os
import select
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from mainspring.core.base.clock import Clock

_MODIFIED = 0x2
_ROOM = 65536
_STEP_MILLISECONDS = 20


class Growth(Protocol):
    """Tells when files were written to. Close it after use."""

    def wait(self, timeout: float | None = None) -> None:
        """Return when a file was written to since the last call, ``wake`` was called or the time is over."""
        ...

    def pause(self, seconds: float) -> None:
        """Return after so many seconds, or when ``wake`` was called."""
        ...

    def wake(self) -> None:
        """Have ``wait`` and ``pause`` return at once, now and from now on. Any thread may call it."""
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
        return _Watched(folder)
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
        self._events = _IDLE.take()
        self._woken, self._waker = -1, -1
        self._watches: list[int] = []
        try:
            self._woken, self._waker = os.pipe()
            for file in files:
                path = f"/proc/self/fd/{file}".encode()
                watch = _inotify().inotify_add_watch(self._events, path, _MODIFIED)
                self._watches.append(_checked(watch))
        except BaseException:
            self.close()
            raise

    def wait(self, timeout: float | None = None) -> None:
        waiting = select.poll()  # not select, which knows only descriptors below 1024
        waiting.register(self._events, select.POLLIN)
        waiting.register(self._woken, select.POLLIN)
        ready = waiting.poll(None if timeout is None else timeout * 1000)
        if any(descriptor == self._events for descriptor, _ in ready):
            os.read(self._events, _ROOM)

    def pause(self, seconds: float) -> None:
        waiting = select.poll()
        waiting.register(self._woken, select.POLLIN)
        waiting.poll(seconds * 1000)

    def wake(self) -> None:
        os.write(self._waker, b".")

    def close(self) -> None:
        events, self._events = self._events, -1
        if events < 0:
            return
        for each in (self._woken, self._waker):
            if each >= 0:
                os.close(each)
        if os.getpid() != self._owner:  # the queue is the parent's, who goes on waiting
            os.close(events)
            return
        for watch in self._watches:
            _inotify().inotify_rm_watch(events, watch)
        _IDLE.give_back(events)


class _Watched:
    """Asks other systems for what happens in the folder, by the library ``watchfiles``."""

    def __init__(self, folder: Path) -> None:
        # It takes longer to load than all the rest, and only where the kernel cannot be asked directly.
        library: Any = import_module("watchfiles._rust_notify")
        self._stop = threading.Event()
        self._notify: Any = library.RustNotify([str(folder)], False, False, 0, False, True)

    def wait(self, timeout: float | None = None) -> None:
        if not self._stop.is_set():
            milliseconds = 0 if timeout is None else max(1, int(timeout * 1000))
            self._notify.watch(_STEP_MILLISECONDS, _STEP_MILLISECONDS, milliseconds, self._stop)

    def pause(self, seconds: float) -> None:
        self._stop.wait(seconds)

    def wake(self) -> None:
        self._stop.set()

    def close(self) -> None:
        self._notify.close()


class Timed:
    """Says after a while that it may be worth a look: for files elsewhere, of which no kernel tells."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._woken = False

    def wait(self, timeout: float | None = None) -> None:
        self.pause(self._seconds if timeout is None else min(timeout, self._seconds))

    def pause(self, seconds: float) -> None:
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
