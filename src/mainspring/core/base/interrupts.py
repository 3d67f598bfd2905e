"""``raise_execution_interrupts``: signals as an error of ours, for who starts runs from a program."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from types import FrameType

from mainspring.core.base.errors import ExecutionInterruptedError

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def raise_execution_interrupts() -> Generator[None, None, None]:
    """In a ``with`` block, ctrl-c and a request to terminate raise ``ExecutionInterruptedError``.

    A run that is interrupted so is recorded as canceled. Outside the main thread, which alone is told of signals,
    it changes nothing.
    """
    with ExitStack() as restoring:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                restoring.callback(signal.signal, number, signal.signal(number, _interrupt))
        yield


def _interrupt(number: int, frame: FrameType | None) -> None:
    del frame
    raise ExecutionInterruptedError(f"interrupted by {signal.Signals(number).name}")
