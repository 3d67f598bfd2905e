"""P11, P12: twenty processes may open a fresh home at once, and write to it at once."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.sqlite import FILE_NAME
from mainspring.core.storage.sql.store import sqlite_store
from mainspring.core.values.asset_key import AssetKey

PROCESSES = 20

OPENER = """
import sys
from mainspring.core.instance.instance import Instance
from mainspring.core.records.asset_events import AssetMaterialization
from mainspring.core.base.ambient import Ambient

for home in sys.stdin.read().split():
    ambient = Ambient(environ={"MAINSPRING_HOME": home})
    with Instance.get(ambient=ambient) as instance:
        instance.report_runless_asset_event(AssetMaterialization("a"))
"""


def open_at_once(folder: Path, rounds: int) -> None:
    """Each process opens one fresh home after the other, so that all come to each at nearly the same
    moment.
    """
    homes = [folder / f"home{number}" for number in range(rounds)]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    work = "\n".join(map(str, homes))
    for child in children:
        assert child.stdin is not None
        child.stdin.write(work)
        child.stdin.close()
    complaints: list[str] = []
    for child in children:
        assert child.stderr is not None
        complaints.append(child.stderr.read())
        child.wait()
        child.stderr.close()
    assert complaints == [""] * PROCESSES
    for home in homes:
        store = sqlite_store(home, clock=SystemClock())
        wanted = EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=AssetKey("a"))
        assert len(store.events.of_type(wanted)) == PROCESSES
        store.close()


@pytest.mark.system
def test_twenty_processes_open_a_fresh_home(tmp_path: Path) -> None:
    open_at_once(tmp_path, rounds=10)


@pytest.mark.system
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_processes_open_five_hundred_fresh_homes(tmp_path: Path) -> None:
    open_at_once(tmp_path, rounds=500)


WRITER = """
import sys
from mainspring.core.instance.instance import Instance
from mainspring.testing import events

run_id = sys.argv[2]
with Instance.local_temp(sys.argv[1]) as instance, instance.start_run(events.run(run_id)) as sink:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(200):
        sink.append(events.materialized("shared", run_id, partition=run_id, timestamp=number))
        if number % 5 == 0:
            sink.flush()
"""


@pytest.mark.system
def test_twenty_writers_lose_nothing_and_keep_their_order(tmp_path: Path) -> None:
    names = [f"run{number}" for number in range(PROCESSES)]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    complaints = [child.communicate("go\n")[1] for child in children]
    assert complaints == [""] * PROCESSES
    store = sqlite_store(tmp_path, clock=SystemClock())
    for name in names:
        assert [row.timestamp for row in store.events.of_run(name)] == list(range(200))
    assert store.partitions.materialized(AssetKey("shared")) == set(names)
    with store.database.read() as cursor:
        key = AssetKey("shared").to_string()
        assert replay.stored(cursor, key) == replay.replayed(cursor, key)
    store.close()


def test_nobody_else_may_look_into_a_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = sqlite_store(home, clock=SystemClock())
    store.kv.set({"a": "b"})
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in home.iterdir()}
    assert modes == dict.fromkeys((FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"), 0o600)
    store.close()
