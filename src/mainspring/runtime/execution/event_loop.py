"""Carry a coroutine to its end from synchronous code, with a loop or, where nothing in it waits, without one."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from mainspring.runtime.execution.timeout import throw_into

_T = TypeVar("_T")


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
    thread.start()
    # not thread.join: once interrupted, it takes the thread for ended
    while not carrier.ended.is_set():
        try:
            carrier.ended.wait()
        except KeyboardInterrupt:
            carrier.interrupt()
    thread.join()
    if carrier.raised is not None:
        raise carrier.raised


class _Carrier:
    """A coroutine on its way, which can be interrupted from another thread."""

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self.ended = threading.Event()
        self.raised: BaseException | None = None
        self._work = work
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def run(self) -> None:
        with asyncio.Runner() as runner:
            self._thread = threading.get_ident()
            loop = self._loop = runner.get_loop()
            task = loop.create_task(self._work)
            while not task.done():
                try:
                    # not Runner.run: its handler of Ctrl-C would leave a synchronous step running
                    loop.run_until_complete(task)
                except KeyboardInterrupt:
                    if task.done():
                        raise
                    task.cancel()

    def run_and_keep(self) -> None:
        """Run, and keep what was raised for the thread that waits."""
        try:
            self.run()
        except BaseException as error:  # handed to the caller's thread
            self.raised = error
        finally:
            self.ended.set()

    def interrupt(self) -> None:
        """Do to the thread that runs it what Ctrl-C does to the main thread."""
        if self._loop is not None and not self._loop.is_closed():
            throw_into(self._thread, KeyboardInterrupt)
            self._loop.call_soon_threadsafe(lambda: None)  # wakes it, should it be waiting
