"""Waiting for files, whatever their numbers."""

from __future__ import annotations

import os
import resource

import pytest

from mainspring.core.base.waker import Waker, wait_for


def test_a_waker_ends_a_wait() -> None:
    waker, other = Waker(), Waker()
    assert wait_for(waker, other, seconds=0) == frozenset()
    waker.wake()
    assert wait_for(waker, other, seconds=60) == {waker.fileno()}
    waker.close()
    other.close()


def test_descriptors_above_1024_are_waited_for() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if most <= 1100:
        pytest.fail("this test needs a process that may have 1100 files")
    reading, writing = os.pipe()
    os.dup2(reading, 1099)
    try:
        os.write(writing, b"x")
        assert wait_for(1099, seconds=60) == {1099}
    finally:
        for each in (reading, writing, 1099):
            os.close(each)
