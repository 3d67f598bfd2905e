"""Room is given back beside those who write; the pace follows what is measured."""

from collections import namedtuple
from pathlib import Path

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import StorageFullError
from mainspring.core.storage.sql import vacuum as vacuum_module
from mainspring.core.storage.sql.bare import BareSqlite
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.store import sqlite_store
from mainspring.core.storage.sql.vacuum import Vacuumed, vacuum
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

Usage = namedtuple("Usage", "total used free")


def nothing(*_: object) -> None: ...


def test_pages_go_back_while_others_write(tmp_path: Path, clock: ManualClock) -> None:
    store = sqlite_store(tmp_path, clock=clock)
    store.events.append([Sequenced(0, None, events.message("r", "x" * 2000)) for _ in range(2000)])
    with store.database.write() as cursor:
        cursor.execute("DELETE FROM events WHERE id < 1999")
    database = BareSqlite(tmp_path / "mainspring.db")
    seen: list[int] = []

    def told(what: str, done: int, total: int) -> None:
        seen.append(done)
        store.kv.set({"n": str(done)})  # nobody has to wait

    done = vacuum(database, clock=clock, told=told)
    database.close()
    assert done.after < done.before / 4
    assert done.left == 0
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert len(store.events.of_run("r")) == 2
    store.close()


def test_writing_it_anew_needs_room(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_store(tmp_path, clock=clock).close()
    database = BareSqlite(tmp_path / "mainspring.db")
    monkeypatch.setattr(vacuum_module.shutil, "disk_usage", lambda _: Usage(10, 10, 1000))
    with pytest.raises(StorageFullError, match="of free room beside it; there are 1,000"):
        vacuum(database, clock=clock, told=nothing, whole=True)
    monkeypatch.undo()
    assert isinstance(vacuum(database, clock=clock, told=nothing, whole=True), Vacuumed)
    database.close()


def test_the_pace_follows_what_is_measured(clock: ManualClock) -> None:
    pace = Pace(clock=clock, hold=0.01)
    sizes = [pace.size]
    for seconds in (0.0, 0.001, 0.005, 0.01, 0.1, 0.02):
        pace.held(seconds)
        sizes.append(pace.size)
    assert sizes == [20, 30, 45, 67, 67, 13, 6]
    assert pace.longest == 0.1
    assert clock.slept == [0.005, 0.005, 0.01, 0.02, 0.2, 0.04]
    for _ in range(40):
        pace.held(10.0)
    assert pace.size == 2
    for _ in range(40):
        pace.held(0.0)
    assert pace.size == 5000
