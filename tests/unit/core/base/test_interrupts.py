"""Signals raise an error of ours for a while, in the main thread."""

from __future__ import annotations

import signal
import threading

import pytest

import mainspring as dg
from mainspring.core.base.errors import ExecutionInterruptedError
from mainspring.core.base.interrupts import raise_execution_interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_raises_for_a_block(number) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    words = f"interrupted by {number.name}"
    with pytest.raises(ExecutionInterruptedError, match=words), raise_execution_interrupts():
        signal.raise_signal(number)
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_run_that_is_interrupted_is_canceled() -> None:
    @dg.asset
    def interrupted():
        signal.raise_signal(signal.SIGTERM)

    with dg.Instance.ephemeral() as instance:
        with pytest.raises(ExecutionInterruptedError), raise_execution_interrupts():
            dg.materialize([interrupted], instance=instance)
        (run,) = instance.get_runs()
        assert run.status is dg.RunStatus.CANCELED


def test_in_another_thread_nothing_changes() -> None:
    seen = []

    def elsewhere() -> None:
        with raise_execution_interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [before]
