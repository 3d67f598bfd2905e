"""A real PostgreSQL server that is stopped, or killed, and started again while workers write: they wait and go on,
nothing is lost, order is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mainspring.control.host.intake import intake_app
from mainspring.core.base.clock import SystemClock
from mainspring.core.records.event import EventLogRecord
from mainspring.core.storage.sink import DirectSink, Pace
from mainspring.core.storage.sink.host import Grouping, HostWriter
from mainspring.core.storage.sink.http import HttpSink
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.sql.postgres import PostgresDatabase
from mainspring.core.storage.sql.store import SqlStore
from mainspring.testing import events
from tests.served import served
from tools.postgres_server import PostgresServer

pytestmark = [pytest.mark.system, pytest.mark.postgres]

RUNS = [f"r{number}" for number in range(8)]
COUNT = 300
PACE = Pace(interval=0.005, batch=20, capacity=40)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own: nobody else may be disturbed."""
    made = PostgresServer()
    yield made
    made.close()


def is_away(store: SqlStore) -> bool:
    try:
        store.events.last_id()
    except Exception:
        return True
    return False


class Workers:
    """Threads that write, and stop halfway until they are let go on."""

    def __init__(self) -> None:
        self.failures: list[BaseException] = []
        self.halfway = threading.Barrier(len(RUNS) + 1)
        self.go_on = threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self, sinks: dict[str, DirectSink]) -> None:
        for run_id, sink in sinks.items():
            thread = threading.Thread(target=self._work, args=(run_id, sink), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _work(self, run_id: str, sink: DirectSink) -> None:
        try:
            for number in range(COUNT):
                if number == COUNT // 3:
                    self.halfway.wait(60)
                    assert self.go_on.wait(60)
                sink.append(events.message(run_id, str(number)))
            sink.close()
        except BaseException as error:
            self.failures.append(error)

    def join(self) -> None:
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()


@pytest.mark.parametrize("how", ["stopped", "killed"])
@pytest.mark.parametrize("kind", ["direct", "host", "http"])
def test_nothing_is_lost_while_the_server_is_away(
    server: PostgresServer, tmp_path: Path, kind: str, how: str
) -> None:
    clock = SystemClock()
    database = PostgresDatabase(server.new_schema(), clock=clock, away_seconds=0.0)
    store = SqlStore(database)
    host: HostWriter | None = None
    workers = Workers()
    with ExitStack() as stack:
        stack.callback(store.close)
        epochs = {run_id: store.runs.start(events.run(run_id), holder="test") for run_id in RUNS}
        if kind == "direct":
            sinks = {
                run_id: DirectSink(store.events, run_id, epoch, clock=clock, pace=PACE)
                for run_id, epoch in epochs.items()
            }
        else:
            host = stack.enter_context(
                HostWriter(store.events, Spool(tmp_path / "spool"), clock=clock, grouping=Grouping(pause=0.1))
            )
            if kind == "host":
                sinks = {
                    run_id: DirectSink(host, run_id, epoch, clock=clock, pace=PACE)
                    for run_id, epoch in epochs.items()
                }
            else:
                app = intake_app(host, token="t")
                address = stack.enter_context(served(app, path=tmp_path / "host.sock"))
                sinks = {
                    run_id: HttpSink(address, run_id, epoch, clock=clock, token="t", pace=PACE)
                    for run_id, epoch in epochs.items()
                }
        workers.start(sinks)
        workers.halfway.wait(60)
        server.stop() if how == "stopped" else server.kill()
        assert is_away(store)
        workers.go_on.set()
        if host is not None:  # all of them come to their end without the database
            workers.join()
            assert host.spooled > 0
        else:
            workers.threads[0].join(0.5)
            assert all(thread.is_alive() for thread in workers.threads)
        server.start()
        workers.join()
        pause = threading.Event()
        while host is not None and host.is_spooling:
            pause.wait(0.01)
        assert workers.failures == []
        stored = {run_id: store.events.of_run(run_id) for run_id in RUNS}
    words = {
        run_id: [row.event_log_entry.user_message for row in rows if isinstance(row, EventLogRecord)]
        for run_id, rows in stored.items()
    }
    assert words == {run_id: [str(number) for number in range(COUNT)] for run_id in RUNS}
