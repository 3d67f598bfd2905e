"""The backends on which every promise of a store is tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.storage.sql.store import SqlStore, memory_store, sqlite_store

BACKENDS = ("memory", "sqlite")


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[SqlStore]:
    made = (
        memory_store(clock=clock)
        if request.param == "memory"
        else sqlite_store(tmp_path / "home", clock=clock)
    )
    yield made
    made.close()
