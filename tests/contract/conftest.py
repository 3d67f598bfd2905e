"""The backends on which every promise of a store is tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.storage.sql.store import SqlStore, memory_store, postgres_store, sqlite_store

BACKENDS = ("memory", "sqlite", "postgres")


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[SqlStore]:
    """An empty store; its database's time is that of the clock."""
    made = fresh_store(request, tmp_path, clock)
    yield made
    made.close()


def fresh_store(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> SqlStore:
    """An empty store of the kind a test is parametrised with."""
    if request.param == "memory":
        return memory_store(clock=clock)
    if request.param == "sqlite":
        return sqlite_store(tmp_path / "home", clock=clock)
    # asked for by name, so that no server is started for the other backends
    server = request.getfixturevalue("postgres_server")
    return postgres_store(server.new_schema(), clock=clock, database_time=clock.timestamp)
