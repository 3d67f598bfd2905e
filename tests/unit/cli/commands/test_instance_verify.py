"""``instance verify``."""

import pytest

from mainspring.core.records.event_type import EventType
from mainspring.testing import events


@pytest.fixture(autouse=True)
def recorded(instance):
    told = [events.line(EventType.RUN_START, "r"), events.materialized("orders", "r", partition="p")]
    instance.start_run(events.run("r"), events=told).close()
    return instance


def spoil(instance, text: str) -> None:
    with instance.store.database.write() as cursor:
        cursor.execute(text)


def test_all_is_well(call) -> None:
    answer = call("instance", "verify")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.endswith(
        "1 asset, 1 partition, 0 check results, 1 run, 0 steps compared with the log: all is as it says.\n"
    )


def test_differences_are_shown_and_mended(call, recorded) -> None:
    spoil(recorded, "UPDATE asset_partitions SET status = 'FAILED'")
    spoil(recorded, "UPDATE runs SET status = 'SUCCESS', end_time = 5.0")
    spoil(
        recorded,
        "INSERT INTO check_executions VALUES (9, '[\"orders\"]', 'c', NULL, 'r', 'PLANNED', 1.0, 9, NULL)",
    )
    answer = call("instance", "verify")
    assert answer.status == 1
    assert answer.out.splitlines() == [
        'orders, check c#9: is stored as id 9, asset ["orders"], check c, run_id r, status PLANNED,'
        " timestamp 1.0, planned 9; the log knows nothing of it",
        "orders, partition p: status is FAILED, the log says MATERIALIZED",
        "run r: status is SUCCESS, the log says STARTED; end_time is 5.0, the log says nothing",
    ]
    assert "3 differences.\nhint: `mainspring instance verify --mend`" in answer.err
    mended = call("instance", "verify", "--mend", "--json")
    assert mended.status == 0
    assert (mended.json["left"], len(mended.json["findings"])) == (0, 3)
    assert mended.json["findings"][1] == {
        "kind": "partition",
        "name": "orders",
        "part": "p",
        "stored": {"status": "FAILED"},
        "replayed": {"status": "MATERIALIZED"},
        "mended": True,
        "reason": None,
    }
    assert call("instance", "verify").status == 0


def test_what_cannot_be_judged(call, recorded) -> None:
    spoil(recorded, "UPDATE runs SET body = x'ff'")
    answer = call("instance", "verify", "--mend")
    assert (answer.status, answer.out) == (1, "run r: its record cannot be read: nobody knows how it began\n")
