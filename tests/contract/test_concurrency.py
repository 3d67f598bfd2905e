"""Threads, forks, interrupts and processes that stand still: nobody is kept waiting for ever, nothing is lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mainspring.core.base.clock import ManualClock, SystemClock
from mainspring.core.base.errors import StorageBusyError
from mainspring.core.storage.sql import postgres
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events
from mainspring.testing.world import START
from tools.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]


def send(store: SqlStore, run_id: str, seq: int) -> None:
    store.events.append(
        [Sequenced(0, seq, events.materialized("a", run_id, partition=str(seq), timestamp=seq))]
    )


def test_threads_of_one_process_share_few_connections(store: SqlStore) -> None:
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for seq in range(1, 16):
                send(store, f"r{number}", seq)
                store.events.of_run(f"r{number}")
                store.assets.records()
                assert store.database.open_connections <= 4
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    for number in range(12):
        assert [row.timestamp for row in store.events.of_run(f"r{number}")] == list(range(1, 16))


def interrupted(store: SqlStore) -> None:
    with store.database.read(), store.database.write() as cursor:
        cursor.execute("INSERT INTO kv (key, value) VALUES (?, ?)", ("k", "v"))
        raise KeyboardInterrupt


def test_an_interrupt_leaves_nothing_open(tmp_path: Path, postgres_server: PostgresServer) -> None:
    """As ctrl-C does: wherever it strikes, the next transaction begins as if it had not been."""
    for store in (
        sqlite_store(tmp_path, clock=SystemClock()),
        postgres_store(postgres_server.new_schema(), clock=SystemClock()),
    ):
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                interrupted(store)
        assert store.kv.get(["k"]) == {}
        store.kv.set({"k": "w"})
        assert store.kv.get(["k"]) == {"k": "w"}
        store.close()


FORK = """
import json, os, sys
from pathlib import Path
from mainspring.core.base.clock import SystemClock
from mainspring.core.storage.sql.store import postgres_store, sqlite_store
place = json.loads(sys.argv[1])
clock = SystemClock()
store = sqlite_store(Path(place), clock=clock) if isinstance(place, str) else postgres_store(place, clock=clock)
store.kv.set({"before": "1"})
store.kv.get(["before"])
child = os.fork()
name = "parent" if child else "child"
for number in range(30):
    store.kv.set({name: str(number)})
    assert store.kv.get(["before", name]) == {"before": "1", name: str(number)}
if not child:
    sys.exit(0)
_, status = os.waitpid(child, 0)
assert status == 0, status
store.kv.set({"after": "1"})
print(json.dumps(store.kv.get(["before", "parent", "child", "after"])))
store.close()
"""


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_parent_and_child_of_a_fork_both_go_on(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if database == "sqlite":
        place: object = str(tmp_path)
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        place = server.new_schema()
    ended = subprocess.run(
        [sys.executable, "-c", FORK, json.dumps(place)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == {"before": "1", "parent": "29", "child": "29", "after": "1"}


HOLDER = """
import json, sys
from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import StorageAwayError
from mainspring.core.storage.sql import postgres
from mainspring.core.storage.sql.store import postgres_store
postgres._SESSION = sys.argv[2]
store = postgres_store(json.loads(sys.argv[1]), clock=SystemClock())
try:
    with store.database.write() as cursor:
        cursor.execute("INSERT INTO kv (key, value) VALUES (?, ?)", ("held", "1"))
        print("in", flush=True)
        sys.stdin.readline()
except StorageAwayError:
    print("lost", flush=True)
store.kv.set({"again": "1"})
"""


def test_a_process_that_stands_still_in_a_transaction_loses_it(postgres_server: PostgresServer) -> None:
    """The lock of all writers is free again after the time the session allows, long before they give up."""
    assert "idle_in_transaction_session_timeout = '30s'" in postgres._SESSION
    assert "lock_timeout = '60s'" in postgres._SESSION
    place = postgres_server.new_schema()
    quick = postgres._SESSION.replace("'30s'", "'1s'")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, json.dumps(place), quick],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "in\n"
    holder.send_signal(signal.SIGSTOP)
    store = postgres_store(place, clock=SystemClock())
    send(store, "r", 1)
    holder.send_signal(signal.SIGCONT)
    said, _ = holder.communicate("\n")
    assert (said, holder.returncode) == ("lost\n", 0)
    assert store.kv.get(["held", "again"]) == {"again": "1"}
    store.close()


class Waiting(ManualClock):
    """A clock that lets another process end while somebody waits."""

    first: SqlStore | None = None

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if len(self.slept) == 3 and self.first is not None:
            self.first.close()
            SystemClock().sleep(0.2)  # the server takes a moment to notice


def test_who_finds_no_connection_waits_for_one(postgres_server: PostgresServer) -> None:
    """A user who may have one connection: the second of two processes waits until the first has ended."""
    place = postgres_server.new_schema()
    schema = place["options"].removeprefix("-csearch_path=")
    postgres_server.psql(
        f"CREATE ROLE role_{schema} LOGIN CONNECTION LIMIT 1; GRANT ALL ON SCHEMA {schema} TO role_{schema}"
    )
    waiting = Waiting(START)
    limited = {**place, "user": f"role_{schema}"}
    first = postgres_store(limited, clock=SystemClock())
    with pytest.raises(StorageBusyError, match="no connection left"):
        postgres_store(limited, clock=SystemClock())
    second = postgres_store(place, clock=waiting)  # opened while there was room
    second.database._conninfo = limited  # type: ignore[attr-defined]
    second.close()
    waiting.first = first
    second.kv.set({"a": "b"})
    assert len(waiting.slept) == 3
    second.close()
