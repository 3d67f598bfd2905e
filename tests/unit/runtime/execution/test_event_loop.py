"""A coroutine carried by another thread can be interrupted at any instant."""

import asyncio
import threading

import pytest

from mainspring.runtime.execution.event_loop import complete


def in_a_loop(work):
    async def notebook():
        complete(work)

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(notebook())
    finally:
        loop.close()


class Waits:
    """A coroutine that waits until it is cancelled, and notes how far it came."""

    def __init__(self):
        self.seen = []

    async def __call__(self):
        self.seen.append("began")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.seen.append("cancelled")
            raise


def test_an_interrupt_before_the_thread_begins_never_runs_it(monkeypatch):
    def start(thread):
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", start)
    waits = Waits()
    with pytest.raises(KeyboardInterrupt):
        in_a_loop(waits())
    assert waits.seen == []


def test_an_interrupt_while_the_thread_starts_ends_it(monkeypatch):
    began = threading.Event()
    original = threading.Thread.start
    waits = Waits()

    async def work():
        began.set()
        await waits()

    def start(thread):
        original(thread)
        began.wait()
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)):
        in_a_loop(work())
    assert waits.seen in (["began", "cancelled"], [])  # the second: it came before the first line
    assert not [one for one in threading.enumerate() if one.name == "mainspring-async-steps"]


def test_an_interrupt_before_the_loop_exists_is_delivered_when_it_does(monkeypatch):
    """The thread has begun and makes its loop: nothing could be thrown into it yet."""
    making, made = threading.Event(), threading.Event()
    runner = asyncio.Runner
    original = threading.Thread.start
    waits = Waits()

    def slow_runner():
        making.set()
        made.wait()
        return runner()

    def start(thread):
        original(thread)
        making.wait()
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", start)
    monkeypatch.setattr("mainspring.runtime.execution.event_loop.asyncio.Runner", slow_runner)
    from mainspring.runtime.execution import event_loop

    interrupt = event_loop._Carrier.interrupt

    def then_let_it_go_on(carrier):
        answer = interrupt(carrier)
        made.set()
        return answer

    monkeypatch.setattr(event_loop._Carrier, "interrupt", then_let_it_go_on)
    with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)):
        in_a_loop(waits())
    assert waits.seen == []
