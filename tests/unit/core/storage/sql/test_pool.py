"""The few connections of a process."""

from __future__ import annotations

import gc
import os
import threading

import pytest

from mainspring.core.storage.sql.pool import Pool


class Line:
    """A connection that knows whether it was closed."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


class Lines:
    """Opens them, unless told to fail."""

    def __init__(self) -> None:
        self.made: list[Line] = []
        self.fail = False

    def __call__(self) -> Line:
        if self.fail:
            raise OSError("no line")
        self.made.append(Line())
        return self.made[-1]


def test_connections_are_opened_late_and_kept() -> None:
    lines = Lines()
    pool = Pool(lines)
    with pool.writing() as held, pool.reading():
        assert pool.open_connections == 0
        first = held.opened()
        assert held.opened() is first
    with pool.writing() as held, pool.reading() as other:
        assert held.opened() is first
        other.opened()
    with pool.reading() as again:
        assert again.connection is other.connection
    assert len(lines.made) == pool.open_connections == 2
    pool.close()
    assert [one.closed for one in lines.made] == [1, 1]
    assert pool.open_connections == 0
    with pool.reading() as held:
        held.opened()
    assert len(lines.made) == 3


def test_a_broken_connection_is_replaced() -> None:
    lines = Lines()
    pool = Pool(lines, readers=1)
    for use in (pool.writing, pool.reading):
        with use() as held:
            broken = held.opened()
            held.drop()
            held.drop()
            assert broken.closed == 1
            fresh = held.opened()
        with use() as held:
            assert held.connection is fresh
            held.drop()
    assert pool.open_connections == 0


def test_who_waits_is_served_though_the_connection_broke() -> None:
    pool = Pool(Lines(), readers=1)
    taken, served = threading.Event(), threading.Event()

    def wait() -> None:
        taken.wait()
        with pool.reading() as held:
            held.opened()
            served.set()

    thread = threading.Thread(target=wait)
    thread.start()
    with pool.reading() as held:
        held.opened()
        taken.set()
        held.drop()
    assert served.wait(10)
    thread.join()
    assert pool.open_connections == 1


def test_a_connection_that_cannot_be_opened_takes_no_place() -> None:
    lines = Lines()
    pool = Pool(lines, readers=1)
    lines.fail = True
    for use in (pool.writing, pool.reading, pool.reading):
        with pytest.raises(OSError, match="no line"), use() as held:
            held.opened()
    lines.fail = False
    with pool.reading() as held:
        held.opened()
    assert pool.open_connections == 1


def test_what_nobody_closes_is_closed_with_the_pool() -> None:
    lines = Lines()
    pool = Pool(lines)
    with pool.writing() as held:
        held.opened()
    del pool, held
    gc.collect()
    assert lines.made[0].closed == 1


def test_a_forked_child_leaves_the_connections_of_its_parent_alone() -> None:
    lines = Lines()
    pool = Pool(lines)
    with pool.writing() as held:
        held.opened()
    child = os.fork()
    if child == 0:
        fine = pool.open_connections == 0
        with pool.writing() as own:
            fine = fine and own.connection is None and own.opened() is lines.made[1]
        pool.close()
        os._exit(0 if fine and lines.made[0].closed == 0 and lines.made[1].closed == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert pool.open_connections == 1
