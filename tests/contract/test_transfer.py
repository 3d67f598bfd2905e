"""What is exported and imported, or copied, is what was there; on all databases, and from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import InvocationError, StorageError
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.bare import Bare, BareSqlite
from mainspring.core.storage.sql.bare_postgres import BarePostgres
from mainspring.core.storage.sql.schema import TABLES
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from mainspring.core.storage.sql.transfer.copying import copy_database
from mainspring.core.storage.sql.transfer.exporting import export_instance, export_runs
from mainspring.core.storage.sql.transfer.file import ExportFile
from mainspring.core.storage.sql.transfer.importing import import_file
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

A = AssetKey("a")


class Place:
    """A database that can be opened as a store, or looked at."""

    def __init__(self, opened: Callable[[], SqlStore], bare: Callable[[], Bare]) -> None:
        self.opened = opened
        self.bare = bare


@pytest.fixture
def places(
    request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock
) -> Iterator[Callable[[str], Place]]:
    """Makes empty databases of a kind. What was opened is closed at the end."""
    stores: list[SqlStore] = []

    def kept(store: SqlStore) -> SqlStore:
        stores.append(store)
        return store

    def make(kind: str) -> Place:
        if kind == "sqlite":
            folder = tmp_path / f"home{len(stores)}"
            kept(sqlite_store(folder, clock=clock))
            return Place(
                lambda: kept(sqlite_store(folder, clock=clock)), lambda: BareSqlite(folder / "mainspring.db")
            )
        conninfo = request.getfixturevalue("postgres_server").new_schema()
        kept(postgres_store(conninfo, clock=clock))
        return Place(lambda: kept(postgres_store(conninfo, clock=clock)), lambda: BarePostgres(conninfo))

    yield make
    for store in stores:
        store.close()


def nothing(*_: object) -> None: ...


def fill(store: SqlStore) -> None:
    for number in range(5):
        run_id = f"run{number}"
        store.runs.create(events.run(run_id, tags={"team": "x", "n": str(number)}))
        lines = [
            events.line(EventType.RUN_START, run_id, timestamp=number),
            events.line(EventType.STEP_START, run_id, timestamp=number, step_key="s"),
            events.planned("a", run_id, partition=f"p{number % 3}", timestamp=number),
            events.message(run_id, "Zażółć\0 gęślą", timestamp=number),
            events.check_planned("a", "c", run_id),
            events.check_evaluated("a", "c", run_id, timestamp=number),
        ]
        if number % 2:
            lines.append(events.materialized("a", run_id, partition=f"p{number % 3}", timestamp=number))
        ending = EventType.RUN_FAILURE if number == 2 else EventType.RUN_SUCCESS
        lines.append(events.line(ending, run_id, timestamp=number))
        store.events.append([Sequenced(0, seq, one) for seq, one in enumerate(lines, 1)])
    store.assets.wipe_partitions(A, ["p1"], timestamp=9)
    store.events.append([Sequenced(0, None, events.materialized("b", timestamp=10))])
    store.events.append([Sequenced(0, None, events.materialized("b", "run9", timestamp=10))])
    store.runs.delete("run9")  # the greatest id is not the last that was given
    store.kv.set({"cursor": "7"})
    store.dynamic_partitions.add("d", ["x", "y"], location="here")


def spoil(store: SqlStore, kind: str) -> None:
    with store.database.write() as cursor:
        cursor.execute("UPDATE events SET body = ? WHERE id = 4", (b"\xff\x00\xfe",))
        cursor.execute("UPDATE events SET event_type = 'DREAM' WHERE id = 5")
        if kind == "sqlite":
            cursor.execute("UPDATE events SET body = 7 WHERE id = 12")
            cursor.execute("UPDATE runs SET tags = CAST(x'ff' AS TEXT) WHERE run_id = 'run1'")
            cursor.execute("UPDATE kv SET value = 'a' || char(0) || 'b'")


def everything(store: SqlStore, *, leave_out: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    with store.database.read() as cursor:
        for table in TABLES:
            if table not in leave_out:
                cursor.execute(f"SELECT * FROM {table}")
                rows = [
                    tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                    for row in cursor.fetchall()
                ]
                found[table] = sorted(rows, key=repr)
    found["assets"] = [row[1:] for row in found.get("assets", [])]  # numbered anew where they are derived
    return found


def says_what_the_log_says(store: SqlStore) -> None:
    with store.database.read() as cursor:
        for name in ("a", "b"):
            key = AssetKey(name).to_string()
            assert replay.stored(cursor, key) == replay.replayed(cursor, key)


KINDS = ("sqlite", "postgres")
PAIRS = [(one, other) for one in KINDS for other in KINDS]


@pytest.mark.parametrize("source, target", PAIRS)
def test_an_instance_through_a_file(
    places: Callable[[str], Place], tmp_path: Path, clock: ManualClock, source: str, target: str
) -> None:
    there, here = places(source), places(target)
    store = there.opened()
    fill(store)
    path = tmp_path / "all.gz"
    bare = there.bare()
    rows = export_instance(bare, path, clock=clock, version="1", told=nothing)
    bare.close()
    other = here.opened()
    done = import_file(other.database, ExportFile(path), skip_existing=False, told=nothing)
    assert (done.rows, done.runs, done.skipped) == (rows, [f"run{n}" for n in range(5)], [])
    assert everything(other) == everything(store)
    says_what_the_log_says(other)
    (number,) = other.events.append([Sequenced(0, None, events.materialized("c"))])
    assert number > max(row[0] for row in everything(store)["events"])
    with pytest.raises(InvocationError, match="only be imported into an empty one"):
        import_file(other.database, ExportFile(path), skip_existing=True, told=nothing)


@pytest.mark.parametrize("source, target", PAIRS)
def test_runs_through_a_file(
    places: Callable[[str], Place], tmp_path: Path, clock: ManualClock, source: str, target: str
) -> None:
    there, here = places(source), places(target)
    store, other = there.opened(), here.opened()
    fill(store)
    other.events.append([Sequenced(0, None, events.materialized("z"))])
    path = tmp_path / "runs.gz"
    bare = there.bare()
    export_runs(bare, ["run3", "run1"], path, clock=clock, version="1", told=nothing)
    bare.close()
    done = import_file(other.database, ExportFile(path), skip_existing=False, told=nothing)
    assert done.runs == ["run3", "run1"]
    for run_id in done.runs:
        mine, theirs = store.events.of_run(run_id), other.events.of_run(run_id)
        assert [getattr(one, "event_log_entry", None) for one in mine] == [
            getattr(one, "event_log_entry", None) for one in theirs
        ]
        assert [one.storage_id for one in theirs] == sorted(one.storage_id for one in theirs)
        record = other.runs.get(run_id)
        assert record is not None
        assert record.dagster_run == store.runs.get(run_id).dagster_run  # type: ignore[union-attr]
    assert min(one.storage_id for one in other.events.of_run("run3")) == 2
    assert other.partitions.materialized(A) == {"p0", "p1"}
    says_what_the_log_says(other)
    before = everything(other)
    with pytest.raises(InvocationError, match="run3 is there already, and 1 more"):
        import_file(other.database, ExportFile(path), skip_existing=False, told=nothing)
    done = import_file(other.database, ExportFile(path), skip_existing=True, told=nothing)
    assert (done.runs, done.skipped) == ([], ["run3", "run1"])
    assert everything(other) == before


@pytest.mark.parametrize("source, target", PAIRS)
def test_rows_that_cannot_be_read_are_exported(
    places: Callable[[str], Place], tmp_path: Path, clock: ManualClock, source: str, target: str
) -> None:
    there, here = places(source), places(target)
    store, other = there.opened(), here.opened()
    fill(store)
    spoil(store, source)
    path = tmp_path / "all.gz"
    bare = there.bare()
    export_instance(bare, path, clock=clock, version="1", told=nothing)
    bare.close()
    import_file(other.database, ExportFile(path), skip_existing=False, told=nothing)
    with other.database.read() as cursor:
        cursor.execute("SELECT body, event_type FROM events WHERE id IN (4, 5) ORDER BY id")
        first, second = cursor.fetchall()
    assert (bytes(first[0]), second[1]) == (b"\xff\x00\xfe", "DREAM")
    assert other.runs.get("run1") is not None
    assert len(other.events.of_run("run0")) == len(store.events.of_run("run0"))


@pytest.mark.parametrize("source, target", PAIRS)
def test_a_copy_is_the_same(places: Callable[[str], Place], source: str, target: str) -> None:
    there, here = places(source), places(target)
    store = there.opened()
    fill(store)
    spoil(store, source)
    reading, writing = there.bare(), here.bare()
    done = copy_database(reading, writing, replace=False, told=nothing)
    assert done.mended == (3 if source == "sqlite" else 0)
    other = here.opened()
    if source == target == "postgres":
        assert everything(other) == everything(store)
    assert {table: len(rows) for table, rows in everything(other).items()} == {
        table: len(rows) for table, rows in everything(store).items()
    }
    assert [one.storage_id for one in other.events.of_run("run4")] == [
        one.storage_id for one in store.events.of_run("run4")
    ]
    same = [Sequenced(0, None, events.materialized("c"))]
    assert other.events.append(same) == store.events.append(same)
    with pytest.raises(InvocationError, match="holds records already"):
        copy_database(reading, writing, replace=False, told=nothing)
    assert (
        copy_database(reading, writing, replace=True, told=nothing).rows["events"] == done.rows["events"] + 1
    )
    with pytest.raises(InvocationError, match="into itself"):
        copy_database(reading, reading, replace=True, told=nothing)
    reading.close()
    writing.close()


@pytest.mark.parametrize("target", KINDS)
def test_a_copy_that_was_interrupted_is_not_used(places: Callable[[str], Place], target: str) -> None:
    there, here = places("sqlite"), places(target)
    fill(there.opened())
    reading, writing = there.bare(), here.bare()

    def power_cut(what: str, done: int, total: int) -> None:
        if what == "comparing tables":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(reading, writing, replace=False, told=power_cut)
    with pytest.raises(StorageError, match="the target of a copy that was not finished"):
        here.opened()
    with pytest.raises(InvocationError, match="not finished"):
        copy_database(reading, writing, replace=False, told=nothing)
    copy_database(reading, writing, replace=True, told=nothing)
    says_what_the_log_says(here.opened())
    reading.close()
    writing.close()


@pytest.mark.parametrize("target", KINDS)
def test_a_copy_that_differs_is_noticed(places: Callable[[str], Place], target: str) -> None:
    there, here = places("sqlite"), places(target)
    fill(there.opened())
    reading, writing = there.bare(), here.bare()

    def meddle(what: str, done: int, total: int) -> None:
        """Somebody writes to the target once all is there."""
        if done == total:
            with writing.write() as cursor:
                cursor.execute("UPDATE run_tags SET value = 'y' WHERE value = 'x'")

    with pytest.raises(StorageError, match=r"The table run_tags of .* is not what was copied"):
        copy_database(reading, writing, replace=False, told=meddle)
    with pytest.raises(StorageError, match="not finished"):
        here.opened()
    reading.close()
    writing.close()
