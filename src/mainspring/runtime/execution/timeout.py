"""Time limits of synchronous user code: an exception in the thread that runs it.

An ``async`` function is cancelled by its event loop. A synchronous one gets ``StepTimeoutError`` at its next
instruction of Python: by an alarm signal in the main thread, which also interrupts a blocked system call, elsewhere
by an asynchronous exception, which waits for the call to return.
"""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from mainspring.runtime.execution.failure import StepTimeoutError


@contextmanager
def time_limit(seconds: float | None, what: str) -> Generator[None, None, None]:
    """Raise ``StepTimeoutError`` in the body when it runs longer than so many seconds."""
    if seconds is None:
        yield
        return
    error = StepTimeoutError(f"{what} ran longer than its timeout of {seconds:g} s.")
    on_main = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    with _alarm(seconds, error) if on_main else _from_a_thread(seconds, error):
        yield


@contextmanager
def _alarm(seconds: float, error: StepTimeoutError) -> Generator[None, None, None]:
    rung = False

    def raise_it(_number: int, _frame: FrameType | None) -> None:
        nonlocal rung
        rung = True
        raise error

    before = signal.signal(signal.SIGALRM, raise_it)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if rung:
        raise error  # user code caught it and went on


@contextmanager
def _from_a_thread(seconds: float, error: StepTimeoutError) -> Generator[None, None, None]:
    target = threading.get_ident()
    lock = threading.Lock()
    ended = thrown = False

    def at_the_end() -> None:
        nonlocal thrown
        with lock:
            if not ended:
                thrown = True
                throw_into(target, StepTimeoutError)

    timer = threading.Timer(seconds, at_the_end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except StepTimeoutError:
        # the interpreter made the exception itself, from the class alone: give it its words
        raise error from None
    finally:
        with lock:
            ended = True
        timer.cancel()
        throw_into(target, None)  # one that was thrown and has not arrived
    if thrown:
        raise error


def throw_into(thread: int, exception: type[BaseException] | None) -> None:
    """Have a thread raise at its next instruction of Python; with ``None``, take back what waits to be raised."""
    given = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), given)
