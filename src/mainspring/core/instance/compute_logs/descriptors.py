"""Redirections of descriptors 1 and 2, which belong to the whole process: who has them, and who had them before.

Runs nest (a run started inside an asset) and overlap (runs in several threads), and end in any order. Each
redirection keeps what the descriptor led to before it; where one ends that is not the latest, the next one inherits
that. So the descriptor leads to the latest file, what arrives there is passed on to the one before, and so on to the
terminal.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

_CLOSED = -1


class _OfProcess:
    """The redirections in force, by descriptor. A forked child inherits them, but not a lock somebody held."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self.chains: dict[int, list[Redirection]] = {}

    @contextmanager
    def held(self, number: int) -> Generator[list[Redirection], None, None]:
        """The redirections of a descriptor, the latest last, for as long as nobody else changes them."""
        if self._pid != os.getpid():
            self._pid, self._lock = os.getpid(), threading.RLock()
        with self._lock:
            yield self.chains.setdefault(number, [])


_PROCESS = _OfProcess()


class Redirection:
    """Leads a descriptor to a file from ``begin`` to ``end``.

    ``saved`` is what it led to before: the terminal, or the file of the redirection around this one; -1 where it
    was closed. It stays open until ``close``, so that what was written can be passed on to it; ``pass_on`` does that.
    """

    def __init__(self, number: int, pass_on: Callable[[], None] = lambda: None) -> None:
        self.number = number
        self._pass_on = pass_on
        self.saved: int = _CLOSED
        self._is_on = False

    def begin(self, file: int) -> None:
        """Lead the descriptor to an open file, for child processes as well."""
        with _PROCESS.held(self.number) as chain:
            self.saved = _copy(self.number)
            self._is_on = True  # before it is: to undo what was not done yet does no harm
            chain.append(self)
            os.dup2(file, self.number)

    def end(self) -> None:
        """Lead it back. Doing it twice does no harm."""
        with _PROCESS.held(self.number) as chain:
            if not self._is_on:
                return
            self._is_on = False
            place = chain.index(self) if self in chain else len(chain)
            for later in reversed(chain[place + 1 :]):
                later.pass_on()
            del chain[place : place + 1]
            if place < len(chain):
                chain[place].inherit(self.saved)
            elif self.saved == _CLOSED:
                _close(self.number)
            else:
                os.dup2(self.saved, self.number)
            if place:  # now, as the redirection around this one may end next
                self.pass_on()

    def pass_on(self) -> None:
        """Have what was written so far go where the descriptor led before."""
        with suppress(OSError):  # full: what is lost is not ours to tell here
            self._pass_on()

    def inherit(self, saved: int) -> None:
        """Take over what another redirection, which ends before this one, led away from."""
        if saved == _CLOSED:
            _close(self.saved)
            self.saved = _CLOSED
        elif self.saved == _CLOSED:
            self.saved = _copy(saved)
        else:
            os.dup2(saved, self.saved, inheritable=False)

    def close(self) -> None:
        """Let go of what it led to before."""
        self.end()
        with _PROCESS.held(self.number):
            _close(self.saved)
            self.saved = _CLOSED


def above_standard(descriptor: int) -> int:
    """The same open file under a number above 2, where the three standard ones are not all open."""
    passing: list[int] = []
    try:
        while descriptor <= 2:
            passing.append(descriptor)
            descriptor = os.dup(descriptor)
    finally:
        for each in passing:
            os.close(each)
    return descriptor


def _copy(descriptor: int) -> int:
    try:
        return above_standard(os.dup(descriptor))
    except OSError:
        return _CLOSED


def _close(descriptor: int) -> None:
    if descriptor != _CLOSED:
        os.close(descriptor)
