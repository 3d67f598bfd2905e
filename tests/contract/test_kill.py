"""P1: no acknowledged event is lost or doubled when its writer is killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.records.event import EventLogRecord
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.store import sqlite_store
from mainspring.core.values.asset_key import AssetKey

WRITER = """
import sys
from pathlib import Path
from mainspring.core.base.clock import SystemClock
from mainspring.core.storage.sql.store import sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

store = sqlite_store(Path(sys.argv[1]), clock=SystemClock())
seq = 0
while True:
    batch = []
    for _ in range(int(sys.argv[2])):
        seq += 1
        batch.append(Sequenced(1, seq, events.materialized("a", sys.argv[3], partition=str(seq % 7),
        timestamp=seq)))
    ids = store.events.append(batch)
    for one, storage_id in zip(batch, ids):
        print(one.seq, storage_id)
    sys.stdout.flush()
"""


@pytest.mark.system
@pytest.mark.parametrize("batch", [1, 7, 200])
def test_a_killed_writer_keeps_its_word(tmp_path: Path, batch: int) -> None:
    chance = random.Random(batch)
    told: dict[tuple[str, int], int] = {}
    for number in range(4):
        run_id = f"run-{number}"
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(batch), run_id],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(chance.randrange(1, 400))]
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.read().splitlines(keepends=True)
        child.wait()
        child.stdout.close()
        for text in lines:
            # The last line may have been cut by the kill.
            if text.endswith("\n"):
                seq, storage_id = map(int, text.split())
                told[run_id, seq] = storage_id

    store = sqlite_store(tmp_path, clock=SystemClock())
    found: dict[tuple[str, int], int] = {}
    for number in range(4):
        for row in store.events.of_run(f"run-{number}"):
            assert isinstance(row, EventLogRecord)
            key = (row.run_id, int(row.timestamp))
            assert key not in found
            found[key] = row.storage_id
    assert told.items() <= found.items()
    with store.database.read() as cursor:
        stored = stored_key(AssetKey("a"))
        assert replay.stored(cursor, stored) == replay.replayed(cursor, stored)
    store.close()
