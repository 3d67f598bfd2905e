import os
import threading
from pathlib import Path

import pytest

from mainspring.core.instance.compute_logs import growth
from mainspring.core.instance.compute_logs.growth import Timed, growth_of


@pytest.fixture
def file(tmp_path):
    descriptor = os.open(tmp_path / "log", os.O_RDWR | os.O_CREAT | os.O_APPEND)
    yield descriptor
    os.close(descriptor)


@pytest.fixture(params=["kernel", "library"])
def waiting(request, file, tmp_path, clock, monkeypatch):
    if request.param == "library":

        def none(*_):
            raise OSError("no inotify")

        monkeypatch.setattr(growth, "_inotify", none)
        monkeypatch.setattr(growth._IDLE, "take", none)
    made = growth_of([file], tmp_path, clock=clock)
    assert type(made).__name__ == {"kernel": "_Kernel", "library": "WatchedFolder"}[request.param]
    yield made
    made.close()


def test_it_returns_when_the_file_was_written_to(waiting, file) -> None:
    seen = threading.Event()
    thread = threading.Thread(target=lambda: (waiting.wait(30), seen.set()))
    thread.start()
    assert not seen.wait(0.05)
    os.write(file, b"x")
    assert seen.wait(10)
    thread.join()


def test_it_returns_when_it_is_woken(waiting) -> None:
    thread = threading.Thread(target=waiting.wait, args=(1000,))
    thread.start()
    waiting.wake()
    thread.join(10)
    assert not thread.is_alive()
    assert not waiting.wait(1000)
    waiting.rest(1000)


def test_it_returns_when_the_time_is_over(waiting) -> None:
    assert not waiting.wait(0.01)
    waiting.rest(0.01)


def test_where_nothing_tells_it_looks_at_times(file, clock, monkeypatch) -> None:
    def none(*_):
        raise OSError("no inotify")

    monkeypatch.setattr(growth._IDLE, "take", none)
    monkeypatch.setattr(growth, "WatchedFolder", none)
    made = growth_of([file], Path("anywhere"), clock=clock)
    assert isinstance(made, Timed)
    assert made.wait(7)
    assert made.wait(0.01)
    made.rest(3)
    made.wake()
    assert not made.wait(7)
    made.close()
    assert clock.slept == [0.1, 0.01, 3]


def test_a_queue_of_the_kernel_is_used_again(file, tmp_path, clock) -> None:
    first = growth_of([file], tmp_path, clock=clock)
    number = first._events
    first.close()
    first.close()
    second = growth_of([file], tmp_path, clock=clock)
    assert second._events == number
    second.close()
