"""Waiting for the files of a folder to be written to, without looking at them again and again.

Linux is asked by inotify: who waits sleeps in the kernel. Elsewhere the library ``watchfiles`` is asked; it is
loaded only there.
"""

from __future__ import annotations

import ctypes
import os
import struct
import threading
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from mainspring.core.base.waker import Waker, wait_for

_MODIFIED, _MOVED_HERE, _CREATED = 0x2, 0x80, 0x100
_HEADER = struct.Struct("iIII")
_MOST_BYTES = 65_536

_STEP_MILLISECONDS = 10
_NEVER = 3_600.0


class FolderEvents(Protocol):
    """Tells when files of a folder are written to. Close it after use."""

    def wait(self, seconds: float) -> bool:
        """Return when a file was written to, made or put there (true), ``wake`` was called or the time is over."""
        ...

    def rest(self, seconds: float) -> None:
        """Return after so many seconds, or when ``wake`` was called."""
        ...

    def wake(self) -> None:
        """Have ``wait`` and ``rest`` return at once, now and from now on. Any thread may call it."""
        ...

    def close(self) -> None:
        """Let go of what it holds. Nobody may be waiting."""
        ...


def folder_events(folder: Path, *, prefix: str = "") -> FolderEvents:
    """What tells of the files of a folder whose names begin with ``prefix``.

    Raises ``OSError`` where this system cannot tell, or has no place left for another who asks.
    """
    try:
        return InotifyFolder(folder, prefix=prefix)
    except OSError:
        if _inotify() is not None:
            raise  # a library could not do better
    return WatchedFolder(folder, prefix=prefix)


@cache
def _inotify() -> Any:
    library = ctypes.CDLL(None, use_errno=True)
    return library if hasattr(library, "inotify_init1") else None


class InotifyFolder:
    """Asks Linux. It is told of whatever process writes, within a fraction of a millisecond."""

    def __init__(self, folder: Path, *, prefix: str = "") -> None:
        library = _inotify()
        if library is None:
            raise OSError("no inotify on this system")
        self._prefix = prefix.encode()
        self._events = _checked(library.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        self._waker = Waker()
        try:
            mask = _MODIFIED | _MOVED_HERE | _CREATED
            _checked(library.inotify_add_watch(self._events, os.fsencode(folder), mask))
        except BaseException:
            self.close()
            raise

    def wait(self, seconds: float) -> bool:
        """See ``FolderEvents``."""
        ready = wait_for(self._events, self._waker, seconds=seconds)
        return self._events in ready and self._concerned(os.read(self._events, _MOST_BYTES))

    def _concerned(self, told: bytes) -> bool:
        """Whether any of the names is one of ours; an event without a name is about all of them."""
        if not self._prefix:
            return True
        start = 0
        while start < len(told):
            _, _, _, length = _HEADER.unpack_from(told, start)
            name = told[start + _HEADER.size : start + _HEADER.size + length]
            if not length or name.startswith(self._prefix):
                return True
            start += _HEADER.size + length
        return False

    def rest(self, seconds: float) -> None:
        """See ``FolderEvents``."""
        wait_for(self._waker, seconds=seconds)

    def wake(self) -> None:
        """See ``FolderEvents``."""
        self._waker.wake()

    def close(self) -> None:
        """See ``FolderEvents``."""
        events, self._events = self._events, -1
        if events >= 0:
            os.close(events)
        self._waker.close()


class WatchedFolder:
    """Asks other systems by the library ``watchfiles``, which tells within some hundredths of a second."""

    def __init__(self, folder: Path, *, prefix: str = "") -> None:
        library: Any = import_module("watchfiles._rust_notify")
        self._prefix = prefix
        self._stop = threading.Event()
        self._notify: Any = library.RustNotify([str(folder)], False, False, 0, False, True)

    def wait(self, seconds: float) -> bool:
        """See ``FolderEvents``."""
        if self._stop.is_set():
            return False
        milliseconds = max(1, int(min(seconds, _NEVER) * 1000))
        told: Any = self._notify.watch(_STEP_MILLISECONDS, _STEP_MILLISECONDS, milliseconds, self._stop)
        if isinstance(told, str):
            return False  # the time is over, or it was woken
        changes: Iterable[tuple[int, str]] = told
        return any(Path(path).name.startswith(self._prefix) for _, path in changes)

    def rest(self, seconds: float) -> None:
        """See ``FolderEvents``."""
        self._stop.wait(seconds)

    def wake(self) -> None:
        """See ``FolderEvents``."""
        self._stop.set()

    def close(self) -> None:
        """See ``FolderEvents``."""
        self._notify.close()


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
