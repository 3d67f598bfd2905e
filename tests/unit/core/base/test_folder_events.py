"""Files of a folder that are written to."""

from __future__ import annotations

import os
import select
import threading
from pathlib import Path

import pytest

from mainspring.core.base.folder_events import FolderEvents, InotifyFolder, WatchedFolder, folder_events
from mainspring.core.base.waker import Waker

PATIENCE = 60.0


@pytest.fixture(params=[InotifyFolder, WatchedFolder])
def events(request: pytest.FixtureRequest, tmp_path: Path):
    made = request.param(tmp_path, prefix="data")
    yield made
    made.close()


def test_what_is_written_is_told(events: FolderEvents, tmp_path: Path) -> None:
    (tmp_path / "data-1").write_text("x")
    assert events.wait(PATIENCE)
    with (tmp_path / "data-1").open("a") as file:
        file.write("y")
        file.flush()
        assert events.wait(PATIENCE)
    (tmp_path / "elsewhere").write_text("z")
    os.rename(tmp_path / "elsewhere", tmp_path / "data-2")
    while not events.wait(PATIENCE):
        pass  # the other name was told first


def test_other_files_are_no_news(tmp_path: Path) -> None:
    events = InotifyFolder(tmp_path, prefix="data")
    (tmp_path / "other").write_text("x")
    assert not events.wait(PATIENCE)
    assert not events.wait(0)
    events.close()
    everything = InotifyFolder(tmp_path)
    (tmp_path / "other").write_text("y")
    assert everything.wait(PATIENCE)
    everything.close()


def test_a_wait_ends_when_it_is_woken(events: FolderEvents) -> None:
    waiting = threading.Thread(target=events.wait, args=(1_000.0,))
    waiting.start()
    events.wake()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    assert not events.wait(1_000.0)
    events.rest(1_000.0)


def test_the_kernel_is_asked_where_it_can_be(tmp_path: Path) -> None:
    events = folder_events(tmp_path)
    assert isinstance(events, InotifyFolder)
    events.close()
    events.close()
    events.wake()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        folder_events(tmp_path / "nowhere")


def test_a_waker_that_is_closed_does_nothing() -> None:
    waker = Waker()
    waker.wake()
    assert select.select([waker], [], [], PATIENCE)[0] == [waker]
    waker.close()
    waker.close()
    waker.wake()
