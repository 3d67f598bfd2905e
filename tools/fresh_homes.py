"""Twenty processes open one fresh database after the other, all at nearly the same moment.

    .venv/bin/python -m tools.fresh_homes sqlite --tries 500
    .venv/bin/python -m tools.fresh_homes postgres --tries 500

Says how many tries went wrong, and how; the exit status is 1 if any did.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mainspring.core.base.clock import SystemClock
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from mainspring.core.values.asset_key import AssetKey
from tools.postgres_server import PostgresServer

PROCESSES = 20

OPENER = """
import json, sys
from pathlib import Path
from mainspring.core.base.clock import SystemClock
from mainspring.core.storage.sql.store import postgres_store, sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

for place in json.load(sys.stdin):
    clock = SystemClock()
    store = sqlite_store(Path(place), clock=clock) if isinstance(place, str) else postgres_store(place, clock=clock)
    store.events.append([Sequenced(0, None, events.materialized("a"))])
    store.close()
"""


def open_at_once(places: Sequence[Any], *, processes: int = PROCESSES) -> list[str]:
    """Open each of these folders, or parameters of connections, by so many processes. What went wrong."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write(json.dumps(places))
        child.stdin.close()
    faults: list[str] = []
    for child in children:
        assert child.stderr is not None
        complaint = child.stderr.read()
        child.stderr.close()
        if child.wait() or complaint:
            faults.append(f"a process ended with {child.returncode}: {complaint.strip()[-500:]}")
    for place in places:
        faults.extend(_missing(place, processes))
    return faults


def _missing(place: Any, processes: int) -> list[str]:
    store = opened(place)
    wanted = EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=AssetKey("a"))
    found = len(store.events.of_type(wanted))
    store.close()
    return [] if found == processes else [f"{found} of {processes} events are there"]


def opened(place: Any) -> SqlStore:
    """The store in a folder, or behind the parameters of a connection."""
    clock = SystemClock()
    return (
        sqlite_store(Path(place), clock=clock)
        if isinstance(place, str)
        else postgres_store(place, clock=clock)
    )


def _main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=["sqlite", "postgres"])
    parser.add_argument("--tries", type=int, default=500)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = PostgresServer() if given.kind == "postgres" else None
        places: list[Any] = [
            str(Path(folder) / str(number)) if server is None else server.new_schema()
            for number in range(given.tries)
        ]
        faults = open_at_once(places, processes=given.processes)
        if server is not None:
            server.close()
    sys.stdout.write("\n".join([*faults, f"{given.tries} tries, {len(faults)} faults\n"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(_main())
