"""Carry a coroutine to its end from synchronous code, with a loop or, where nothing in it waits, without one."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from mainspring.runtime.execution.timeout import throw_into

_T = TypeVar("_T")

_LOOK_AGAIN_SECONDS = 1.0
"""After so long it is asked whether the thread still lives: an interrupt may have hit its very last instruction."""


def drive(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """The result of a coroutine that never suspends: no loop is needed.

    Raises ``RuntimeError`` where it waits for something after all.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError("a synchronous step waited for something asynchronous")


def complete(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on a loop of its own; in another thread where this one has a loop running already.

    ``KeyboardInterrupt`` cancels the coroutine, which is then given the time to end. In another thread it reaches
    synchronous code at its next instruction of Python.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        _Carrier(work).run()
        return
    carrier = _Carrier(work)
    # what the caller's context variables say holds for the steps as well
    thread = threading.Thread(
        target=contextvars.copy_context().run, args=(carrier.run_and_keep,), name="mainspring-async-steps"
    )
    called = False
    # not thread.join: once interrupted, it takes the thread for ended
    while not carrier.ended.is_set() and not (carrier.begun and not thread.is_alive()):
        try:
            if not called:
                called = True
                thread.start()
            carrier.ended.wait(_LOOK_AGAIN_SECONDS)
        except KeyboardInterrupt:
            if not carrier.interrupt():
                work.close()
                raise
    thread.join()
    if carrier.raised is not None:
        raise carrier.raised


class _Carrier:
    """A coroutine on its way, which can be interrupted from another thread at any instant, its start included."""

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self.begun = False
        self.ended = threading.Event()
        self.raised: BaseException | None = None
        self._work = work
        self._interrupted = False
        self._undelivered: list[type[BaseException]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def run(self) -> None:
        with asyncio.Runner() as runner:
            self._thread = threading.get_ident()
            loop = runner.get_loop()
            task = loop.create_task(self._work)
            self._loop = loop
            while not task.done():
                try:
                    if self._undelivered:  # it came before there was a loop
                        raise self._undelivered.pop()
                    # not Runner.run: its handler of Ctrl-C would leave a synchronous step running
                    loop.run_until_complete(task)
                except KeyboardInterrupt:
                    if task.done():
                        raise
                    task.cancel()

    def run_and_keep(self) -> None:
        """Run, and keep what was raised for the thread that waits."""
        self.begun = True
        try:
            if self._interrupted:
                self._work.close()
                raise KeyboardInterrupt
            self.run()
        except BaseException as error:  # handed to the caller's thread
            self.raised = error
        finally:
            self.ended.set()

    def interrupt(self) -> bool:
        """Do to the thread that runs it what Ctrl-C does to the main thread.

        ``False`` where the thread had not begun; it then never runs the coroutine. Each side sets its own flag before
        it reads the other's, so an interrupt that one of them misses is seen by the other.
        """
        self._interrupted = True
        if not self.begun:
            return False
        self._undelivered.append(KeyboardInterrupt)
        if self._loop is not None and not self._loop.is_closed():
            try:
                interrupt = self._undelivered.pop()
            except IndexError:
                return True  # the loop took it itself
            throw_into(self._thread, interrupt)
            with suppress(RuntimeError):  # closed in the meantime: it has ended by itself
                self._loop.call_soon_threadsafe(lambda: None)  # wakes it, should it be waiting
        return True
