"""Schedules and sensors and their ticks."""

from __future__ import annotations

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.instigator import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
)
from mainspring.core.records.tick import InstigatorTick, InstigatorTickSummary, TickData, TickStatus
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.tick_store import CursorMove, TickPage

SENSOR, SCHEDULE = InstigatorType.SENSOR, InstigatorType.SCHEDULE
RUNNING, STOPPED, DECLARED = (
    InstigatorStatus.RUNNING,
    InstigatorStatus.STOPPED,
    InstigatorStatus.DECLARED_IN_CODE,
)
STARTED, SKIPPED, SUCCESS, FAILURE = (
    TickStatus.STARTED,
    TickStatus.SKIPPED,
    TickStatus.SUCCESS,
    TickStatus.FAILURE,
)


def sensor(name: str, **more: object) -> InstigatorState:
    return InstigatorState(name=name, instigator_type=SENSOR, **more)  # type: ignore[arg-type]


def schedule(name: str, **more: object) -> InstigatorState:
    data = ScheduleInstigatorData(cron_schedule="0 0 * * *")
    return InstigatorState(name=name, instigator_type=SCHEDULE, instigator_data=data, **more)  # type: ignore[arg-type]


def tick(of: str, timestamp: float, status: TickStatus = STARTED, **more: object) -> TickData:
    return TickData(
        selector_id=of,
        instigator_name=of,
        instigator_type=SENSOR,
        timestamp=timestamp,
        status=status,
        **more,  # type: ignore[arg-type]
    )


def times(ticks: list[InstigatorTick]) -> list[float]:
    return [one.timestamp for one in ticks]


def test_a_state_is_kept_once_and_replaced(store: SqlStore, clock: ManualClock) -> None:
    data = SensorInstigatorData(min_interval=30, cursor="7", last_run_key="k")
    made = sensor("inbox", location="shop", instigator_data=data)
    assert made.cursor == "7"
    assert store.instigators.add(made)
    assert not store.instigators.add(made.with_status(STOPPED))
    began = clock.timestamp()
    stored = store.instigators.get("sensor:inbox@shop")
    assert stored == sensor(
        "inbox",
        location="shop",
        instigator_data=data,
        create_timestamp=began,
        update_timestamp=began,
    )
    clock.advance(5)
    changed = made.with_status(RUNNING).with_data(SensorInstigatorData(min_interval=60, cursor="8"))
    assert store.instigators.update(changed)
    stored = store.instigators.get(made.selector_id)
    assert stored is not None
    assert (stored.status, stored.cursor, stored.create_timestamp, stored.update_timestamp) == (
        RUNNING,
        "8",
        began,
        began + 5,
    )
    assert stored.instigator_data == SensorInstigatorData(min_interval=60, cursor="8")
    assert not store.instigators.update(changed, expected=STOPPED)
    assert store.instigators.update(changed, expected=RUNNING)
    assert not store.instigators.update(sensor("nobody"))
    store.instigators.delete(made.selector_id)
    assert store.instigators.get(made.selector_id) is None


def test_states_are_found(store: SqlStore) -> None:
    made = [
        sensor("a", location="x", status=RUNNING),
        schedule("b", location="x", status=STOPPED),
        schedule("c", location="y", status=RUNNING),
    ]
    for one in made:
        store.instigators.add(one)

    def names(**wanted: object) -> list[str]:
        return [one.name for one in store.instigators.find(**wanted)]  # type: ignore[arg-type]

    assert names() == ["a", "b", "c"]
    assert names(kind=SCHEDULE) == ["b", "c"]
    assert names(location="x") == ["a", "b"]
    assert names(statuses=[RUNNING]) == ["a", "c"]
    assert names(statuses=[RUNNING, STOPPED], location="x", kind=SCHEDULE) == ["b"]
    assert names(statuses=[]) == []
    assert names(selector_ids=[made[2].selector_id, made[0].selector_id, "none"]) == ["a", "c"]
    assert names(selector_ids=[made[0].selector_id] * 600) == ["a"]
    assert names(selector_ids=[]) == []
    store.ticks.create(tick("a", 1))
    store.instigators.wipe()
    assert names() == []
    assert store.ticks.find("a", TickPage()) == []


def test_status_and_cursor_change_only_from_what_was_seen(store: SqlStore) -> None:
    one = sensor("a", instigator_data=SensorInstigatorData(min_interval=9))
    store.instigators.add(one)
    ref = one.selector_id
    assert store.instigators.set_status(ref, RUNNING, expected=[DECLARED, STOPPED])
    assert not store.instigators.set_status(ref, STOPPED, expected=[DECLARED])
    assert not store.instigators.set_status(ref, STOPPED, expected=[])
    assert store.instigators.set_cursor(ref, CursorMove(None, "1"))
    assert not store.instigators.set_cursor(ref, CursorMove(None, "2"))
    assert store.instigators.set_cursor(ref, CursorMove("1", "2"))
    assert not store.instigators.set_cursor("nobody", CursorMove(None, "1"))
    assert not store.instigators.set_status("nobody", RUNNING)
    found = store.instigators.get(ref)
    assert found is not None
    assert (found.status, found.cursor) == (RUNNING, "2")
    assert found.instigator_data == SensorInstigatorData(min_interval=9, cursor="2")
    assert store.instigators.set_cursor(ref, CursorMove("2", None))
    assert store.instigators.set_status(ref, STOPPED)


def test_a_tick_is_made_once_by_its_key(store: SqlStore) -> None:
    first, is_new = store.ticks.create(tick("a", 10.5))
    assert (is_new, first.tick_data) == (True, tick("a", 10.5))
    again, is_new = store.ticks.create(tick("a", 10.5, FAILURE))
    assert (again, is_new) == (first, False)
    other, is_new = store.ticks.create(tick("a", 10.5, tick_key="manual"))
    assert is_new
    assert other.tick_id > first.tick_id
    assert store.ticks.create(tick("b", 10.5))[1]
    assert store.ticks.get("a", 10.5) == other
    assert store.ticks.get("a", 11) is None


def test_a_tick_keeps_all_that_is_said_of_it(store: SqlStore) -> None:
    made, _ = store.ticks.create(tick("a", 1.25))
    said = tick(
        "a",
        1.25,
        FAILURE,
        end_timestamp=2.5,
        run_ids=["r"],
        run_keys=["k"],
        error=ErrorInfo("boom"),
        skip_reason="none",
        cursor="c",
        origin_run_ids=["o"],
        failure_count=2,
        user_interrupted=True,
        log_key=["l"],
    )
    assert store.ticks.update(made.with_data(said), expected=[STARTED])
    assert not store.ticks.update(made, expected=[STARTED])
    assert store.ticks.find("a", TickPage()) == [InstigatorTick(tick_id=made.tick_id, tick_data=said)]
    assert not store.ticks.update(InstigatorTick(tick_id=99, tick_data=said))


def test_ticks_are_listed_newest_first(store: SqlStore) -> None:
    for number in range(6):
        store.ticks.create(tick("a", number, SKIPPED if number % 2 else SUCCESS))
    late, _ = store.ticks.create(tick("a", 2.5, SUCCESS))
    twin, _ = store.ticks.create(tick("a", 2.5, SKIPPED, tick_key="twin"))
    store.ticks.create(tick("b", 9))

    def found(**page: object) -> list[float]:
        return times(store.ticks.find("a", TickPage(**page)))  # type: ignore[arg-type]

    assert found() == [5, 4, 3, 2.5, 2.5, 2, 1, 0]
    assert found(before=4, after=1) == [3, 2.5, 2.5, 2]
    assert found(statuses=[SUCCESS], limit=3) == [4, 2.5, 2]
    assert found(statuses=[]) == []
    assert found(limit=0) == []
    assert found(cursor=twin.tick_id, limit=2) == [2.5, 2]
    assert found(cursor=late.tick_id, limit=2) == [2, 1]
    (summary,) = store.ticks.summaries("a", TickPage(limit=1))
    assert summary == InstigatorTickSummary(tick_id=6, selector_id="a", status=SKIPPED, timestamp=5)


def test_open_ticks_are_found(store: SqlStore) -> None:
    for number in (3, 1, 2):
        store.ticks.create(tick("a", number))
    store.ticks.create(tick("a", 4, SUCCESS))
    assert times(store.ticks.open([SENSOR, SCHEDULE])) == [1, 2, 3]
    assert store.ticks.open([SCHEDULE]) == []
    assert store.ticks.open([]) == []


def test_the_newest_ticks_of_many_instigators(store: SqlStore) -> None:
    with store.database.write() as cursor:
        cursor.executemany(
            "INSERT INTO ticks (instigator_id, tick_key, kind, status, timestamp, body) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (f"s{of}", str(n), "SENSOR", "SKIPPED" if n % 3 else "SUCCESS", float(n // 2), b"{}")
                for of in range(1200)
                for n in range(of % 4 + 1)
            ],
        )
    ids = [f"s{of}" for of in range(1200)]
    found = store.ticks.newest([*ids, "nobody", "s0"], limit=1)
    assert list(found) == [*ids, "nobody"]
    assert {len(ticks) for ref, ticks in found.items() if ref != "nobody"} == {1}
    assert found["nobody"] == []
    assert [one.tick_data.tick_key for one in found["s3"]] == ["3"]
    keys = {ref: [one.tick_data.tick_key for one in ticks] for ref, ticks in store.ticks.newest(ids).items()}
    assert (keys["s0"], keys["s3"], keys["s7"]) == (["0"], ["3", "2", "1", "0"], ["3", "2", "1", "0"])
    only = store.ticks.newest(["s3", "s2"], limit=1, statuses=[SUCCESS])
    assert {ref: [one.tick_data.tick_key for one in ticks] for ref, ticks in only.items()} == {
        "s3": ["3"],
        "s2": ["0"],
    }
    assert store.ticks.newest(["s3"], statuses=[]) == {"s3": []}
    assert store.ticks.newest(["s3"], limit=0) == {"s3": []}
    assert store.ticks.newest([]) == {}


def test_a_purge_keeps_the_newest_tick_of_each(store: SqlStore) -> None:
    for of in ("a", "b"):
        for number in range(5):
            store.ticks.create(tick(of, number, SKIPPED))
    store.ticks.create(tick("a", 2, SUCCESS, tick_key="done"))
    store.ticks.create(tick("c", 0, SKIPPED))
    assert store.ticks.purge(SENSOR, SKIPPED, before=3, limit=4) == 4
    assert store.ticks.purge(SENSOR, SKIPPED, before=3, limit=4) == 2
    assert store.ticks.purge(SENSOR, SKIPPED, before=3, limit=4) == 0
    assert store.ticks.purge(SCHEDULE, SKIPPED, before=99, limit=4) == 0
    assert times(store.ticks.find("a", TickPage())) == [4, 3, 2]
    assert times(store.ticks.find("c", TickPage())) == [0]
    assert store.ticks.purge_of("a", before=99, statuses=[SUCCESS], limit=9) == 1
    assert store.ticks.purge_of("a", before=99, statuses=[], limit=9) == 0
    assert store.ticks.purge_of("a", before=99, limit=9) == 1
    assert times(store.ticks.find("a", TickPage())) == [4]
    assert times(store.ticks.find("b", TickPage())) == [4, 3]


@pytest.mark.parametrize("limit", [1, 5])
def test_a_page_of_instigators_costs_a_fixed_number_of_statements(
    store: SqlStore, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for of in range(20):
        store.ticks.create(tick(f"s{of}", 1))
    said = spy_on_statements(store, monkeypatch)
    store.ticks.newest([f"s{of}" for of in range(20)], limit=limit)
    store.ticks.newest([f"s{of}" for of in range(500)], limit=limit)
    assert len(said) == 2


def spy_on_statements(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that reading transactions run from now on."""
    from contextlib import contextmanager

    said: list[str] = []
    real = store.database.read

    class Spy:
        def __init__(self, cursor: object) -> None:
            self._cursor = cursor

        def execute(self, text: str, *values: object) -> object:
            said.append(text)
            return self._cursor.execute(text, *values)  # type: ignore[attr-defined]

        def __getattr__(self, name: str) -> object:
            return getattr(self._cursor, name)

    @contextmanager
    def read():  # type: ignore[no-untyped-def]
        with real() as cursor:
            yield Spy(cursor)

    monkeypatch.setattr(store.database, "read", read)
    return said
