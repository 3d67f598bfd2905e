"""The few connections of a process to one database: one that writes, behind a lock, and some that read."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar

from mainspring.core.base.errors import StorageBusyError

READERS = 3
"""Connections for reading, besides the one for writing: four in all."""


class Connection(Protocol):
    """What the pool needs of a driver's connection."""

    def close(self) -> None:
        """Close it."""
        ...


C = TypeVar("C", bound=Connection)


class Held(Generic[C]):
    """The right to one connection, which is opened when it is first asked for."""

    __slots__ = ("_connect", "_open", "connection")

    def __init__(self, connect: Callable[[], C], open_ones: list[C], connection: C | None) -> None:
        self._connect = connect
        self._open = open_ones
        self.connection = connection

    def opened(self) -> C:
        """The connection."""
        found = self.connection
        if found is None:
            found = self.connection = self._connect()
            self._open.append(found)
        return found

    def drop(self) -> None:
        """Forget a connection that has broken; another is opened in its place when it is asked for."""
        broken, self.connection = self.connection, None
        if broken is not None:
            self._open.remove(broken)
            with suppress(Exception):  # it is broken: closing it is a courtesy
                broken.close()


class Pool(Generic[C]):
    """Opens connections when they are needed and keeps them. A forked child opens its own.

    ``connect`` opens one. Connections that nobody closes are closed with this object, by the process that opened
    them.
    """

    def __init__(self, connect: Callable[[], C], *, readers: int = READERS) -> None:
        self._connect = connect
        self._readers = readers
        self._abandoned: list[object] = []
        self._begin()

    def _begin(self) -> None:
        """No connection is open, in this process at least."""
        self._pid = os.getpid()
        self._write_lock = threading.Lock()
        self._returned = threading.Condition()
        self._writer: C | None = None
        self._idle: list[C] = []
        self._reading = 0
        self._open: list[C] = []
        weakref.finalize(self, _close_all, self._open, self._pid)

    def _own(self) -> None:
        """After a fork the parent's connections are left alone, neither used nor closed."""
        if self._pid != os.getpid():
            self._abandoned.append((self._open, self._idle, self._writer))
            self._begin()

    @contextmanager
    def writing(self) -> Generator[Held[C]]:
        """The right to the one connection that writes, for a block."""
        self._own()
        with self._write_lock:
            held = Held(self._connect, self._open, self._writer)
            try:
                yield held
            finally:
                self._writer = held.connection

    @contextmanager
    def reading(self, seconds: float | None = None) -> Generator[Held[C]]:
        """The right to a connection to read with, for a block; waits for one while all are in use.

        Raises ``StorageBusyError`` when none is free within so many seconds.
        """
        self._own()
        with self._returned:
            if not self._returned.wait_for(self._has_reader, seconds):
                raise StorageBusyError("All connections that read are in use.", hint="Try again.")
            idle = self._idle.pop() if self._idle else None
            self._reading += idle is None
        held = Held(self._connect, self._open, idle)
        try:
            yield held
        finally:
            with self._returned:
                if held.connection is None:
                    self._reading -= 1
                else:
                    self._idle.append(held.connection)
                self._returned.notify()

    def _has_reader(self) -> bool:
        return bool(self._idle) or self._reading < self._readers

    @property
    def open_connections(self) -> int:
        """How many connections this process holds."""
        return len(self._open) if self._pid == os.getpid() else 0

    def close(self) -> None:
        """Close what is idle; the next use opens anew."""
        self._own()
        with self._write_lock, self._returned:
            idle, self._idle = self._idle, []
            self._reading -= len(idle)
            if self._writer is not None:
                idle.append(self._writer)
                self._writer = None
            for connection in idle:
                self._open.remove(connection)
                connection.close()


def _close_all(connections: list[C], owner: int) -> None:
    """Close what one process opened; in a child of that process, do nothing."""
    if os.getpid() == owner:
        while connections:
            connections.pop().close()
