"""Waiting for the notifications of a PostgreSQL server, on a connection of its own."""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql

from mainspring.core.base.errors import StorageError
from mainspring.core.base.waker import Waker, wait_for

_log = logging.getLogger(__name__)

Driver = psycopg.Connection[tuple[Any, ...]]

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


class ListenWatch:
    """Listens on a channel; see ``Watch``. A connection that is lost is opened again, as long as it takes."""

    def __init__(self, connect: Callable[[], Driver], channel: str) -> None:
        self._connect = connect
        self._listen = sql.SQL("LISTEN {}").format(sql.Identifier(channel))
        self._open: list[Driver] = []
        self._pause = _SHORTEST_PAUSE
        self._stopped = False
        self._waker = Waker()
        self._finalizer = weakref.finalize(self, _let_go, self._open, self._waker, os.getpid())

    @property
    def is_open(self) -> bool:
        """Whether it holds a connection."""
        return bool(self._open)

    def wait(self, seconds: float) -> bool:
        """Return when the server tells of events, and after each connecting: who knows what was missed."""
        if self._stopped:
            return False
        if not self._open:
            return self._reopened(seconds)
        connection = self._open[0]
        try:
            if connection.fileno() not in wait_for(connection, self._waker, seconds=seconds):
                return False
            for _ in connection.notifies(timeout=0):
                pass
        except (psycopg.Error, OSError) as error:
            _log.info("the connection that listens was lost and is opened again: %s", error)
            self._drop()
            return False
        return True

    def _reopened(self, seconds: float) -> bool:
        try:
            connection = self._connect()
        except StorageError as error:
            _log.debug("no connection to listen on: %s", error)
            wait_for(self._waker, seconds=min(self._pause, seconds))
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            return False
        self._open.append(connection)
        try:
            connection.execute(self._listen, prepare=False)
        except psycopg.Error:
            self._drop()
            return False
        self._pause = _SHORTEST_PAUSE
        return True

    def _drop(self) -> None:
        _close_all(self._open)

    def stop(self) -> None:
        """See ``Watch``."""
        self._stopped = True
        self._waker.wake()

    def close(self) -> None:
        """See ``Watch``."""
        self._finalizer()


def _let_go(connections: list[Driver], waker: Waker, owner: int) -> None:
    """Close what this process opened; in a child of it the connection is left alone."""
    waker.close()
    if os.getpid() == owner:
        _close_all(connections)


def _close_all(connections: list[Driver]) -> None:
    while connections:
        with suppress(Exception):  # it may be broken: closing it is a courtesy
            connections.pop().close()
