"""What wakes those who follow a file or memory."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from mainspring.core.storage import watch as watches
from mainspring.core.storage.watch import FileWatch, MemoryWatch

PATIENCE = 60.0


def _none(folder: Path, *, prefix: str = "") -> object:
    raise OSError(28, "no room for another watch")


def test_one_sign_is_looked_at_again_for_a_while(tmp_path: Path) -> None:
    """What a writer has written to the file can be read a moment after the sign of it."""
    file = tmp_path / "data"
    file.write_text("")
    watch = FileWatch(file)
    assert not watch.wait(0)
    file.write_text("x")
    signs = 0
    while watch.wait(0.5):
        signs += 1
    assert signs >= 1 + len(watches._ECHOES)
    watch.stop()
    watch.close()


def test_a_link_is_followed_to_the_file(tmp_path: Path) -> None:
    real = tmp_path / "real" / "data"
    real.parent.mkdir()
    real.write_text("")
    link = tmp_path / "data"
    link.symlink_to(real)
    watch = FileWatch(link)
    (real.parent / "data-wal").write_text("x")
    assert watch.wait(PATIENCE)
    watch.close()


def test_a_system_that_tells_nothing_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watches, "folder_events", _none)
    monkeypatch.setattr(watches, "_BLIND", 0.001)
    watch = FileWatch(tmp_path / "data")
    assert "no room for another watch" in caplog.text
    assert watch.wait(PATIENCE)
    watch.stop()
    assert not watch.wait(PATIENCE)
    watch.close()


def test_memory_tells_by_itself() -> None:
    watch = MemoryWatch()
    assert not watch.wait(0)
    watch.tell()
    assert watch.wait(0)
    assert not watch.wait(0)
    waiting = threading.Thread(target=watch.wait, args=(1_000.0,))
    waiting.start()
    watch.stop()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    watch.tell()
    assert not watch.wait(PATIENCE)
