"""A host that is killed while its database is away: every event it acknowledged is stored once, in order."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.records.event import EventLogRecord
from mainspring.core.storage.sink.host import HostWriter
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.sql.store import SqlStore, sqlite_store
from mainspring.testing import events

pytestmark = pytest.mark.system

HOST = """
import sys, threading
from pathlib import Path
from mainspring.core.base.clock import SystemClock
from mainspring.core.storage.sink import DirectSink, Pace
from mainspring.core.storage.sink.host import Grouping, HostWriter
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.sql.store import SqlStore, sqlite_store
from mainspring.testing import events
from mainspring.testing.faults import UnsteadyEvents

home, epoch, away_from = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
store = sqlite_store(home, clock=SystemClock())
unsteady = UnsteadyEvents(store.events)
spool = Spool(home / "spool", segment_bytes=20_000)
host = HostWriter(unsteady, spool, clock=SystemClock(), grouping=Grouping(pause=0.01))
out = threading.Lock()

def work(run_id):
    seq = 0
    def hear(told):
        with out:
            for storage_id, entry in told:
                print(run_id, entry.user_message, storage_id)
            sys.stdout.flush()
    sink = DirectSink(host, run_id, epoch, clock=SystemClock(), pace=Pace(interval=None, batch=5), on_stored=hear)
    while True:
        seq += 1
        if seq == away_from:
            unsteady.is_away = True
        if seq % 100 == 99:
            unsteady.is_away = not unsteady.is_away
        sink.append(events.message(run_id, str(seq)))

for run_id in ("r1", "r2", "r3"):
    threading.Thread(target=work, args=(run_id,)).start()
"""


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_host_keeps_its_word(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    store = sqlite_store(tmp_path, clock=SystemClock())
    for run_id in ("r1", "r2", "r3"):
        store.runs.create(events.run(run_id))
    told: dict[str, list[str]] = {}
    spooled = 0
    for _ in range(3):
        epochs = {store.runs.claim(run_id, holder="test") for run_id in ("r1", "r2", "r3")}
        (epoch,) = epochs
        host = subprocess.Popen(
            [sys.executable, "-c", HOST, str(tmp_path), str(epoch), str(chance.randrange(1, 60))],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert host.stdout is not None
        lines = [host.stdout.readline() for _ in range(chance.randrange(1, 900))]
        host.send_signal(signal.SIGKILL)
        lines += host.stdout.read().splitlines(keepends=True)
        host.wait()
        host.stdout.close()
        for line in lines:
            if line.endswith("\n"):  # the last may have been cut by the kill
                run_id, word, storage_id = line.split()
                told.setdefault(f"{run_id} {epoch}", []).append(word)
                spooled += storage_id == "-1"
        drain(store, tmp_path / "spool")
    assert spooled > 0
    for run_id in ("r1", "r2", "r3"):
        stored: dict[int, list[str]] = {}
        with store.database.read() as cursor:
            cursor.execute("SELECT id, epoch FROM events WHERE run_id = ? ORDER BY id", (run_id,))
            epochs_of = dict(cursor.fetchall())
        for row in store.events.of_run(run_id):
            assert isinstance(row, EventLogRecord)
            stored.setdefault(epochs_of[row.storage_id], []).append(row.event_log_entry.user_message)
        for epoch, words in stored.items():
            assert words == [str(number) for number in range(1, len(words) + 1)]
            heard = told.get(f"{run_id} {epoch}", [])
            assert heard == words[: len(heard)]
    store.close()


def drain(store: SqlStore, folder: Path) -> None:
    """The next host brings what the killed one left to the database."""
    pause = threading.Event()
    with HostWriter(store.events, Spool(folder), clock=SystemClock()) as host:
        while host.is_spooling:
            pause.wait(0.005)
