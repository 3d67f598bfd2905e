import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError

A, B = dg.AssetKey("a"), dg.AssetKey("b")
DAYS = dg.DailyPartitionsDefinition("2024-02-01")


@dg.asset(name="a", partitions_def=DAYS)
def daily(): ...


@dg.asset(name="b", partitions_def=dg.WeeklyPartitionsDefinition("2024-02-04"), deps=["a"])
def weekly(): ...


DEFS = dg.Definitions(assets=[daily, weekly])


def report(instance, key, *partitions: str | None) -> None:
    for partition in partitions:
        instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))


def look(instance, cursor=None, keys=(A, B), **parts):
    return dg.build_multi_asset_sensor_context(
        monitored_assets=list(keys), instance=instance, cursor=cursor, **parts
    )


def moved(context) -> str | None:
    context.update_cursor_after_evaluation()
    return context.cursor


def partitions_of(records) -> list[str | None]:
    return [record.partition_key for record in records]


def test_the_latest_of_each_asset(instance) -> None:
    report(instance, A, None, None)
    first = look(instance)
    latest = first.latest_materialization_records_by_key()
    assert latest[A] is not None
    assert latest[B] is None
    first.advance_cursor(latest)
    cursor = moved(first)
    assert look(instance, cursor).latest_materialization_records_by_key() == {A: None, B: None}
    report(instance, B, None)
    again = look(instance, cursor).latest_materialization_records_by_key([B])
    assert [again[B].asset_key for _ in again] == [B]


def test_all_that_is_new_in_order(instance) -> None:
    report(instance, A, "2024-02-01", "2024-02-02", "2024-02-01")
    context = look(instance)
    assert partitions_of(context.materialization_records_for_key(A)) == [
        "2024-02-01",
        "2024-02-02",
        "2024-02-01",
    ]
    assert partitions_of(context.materialization_records_for_key(A, limit=2)) == ["2024-02-01", "2024-02-02"]
    assert context.materialization_records_for_key(B) == []


def test_the_latest_of_each_partition(instance) -> None:
    report(instance, A, "2024-02-02", "2024-02-01", "2024-02-02")
    found = look(instance).latest_materialization_records_by_partition(A)
    assert list(found) == ["2024-02-01", "2024-02-02"]
    assert [record.storage_id for record in found.values()] == sorted(
        one.storage_id for one in found.values()
    )
    report(instance, B, "2024-02-04")
    both = look(instance).latest_materialization_records_by_partition_and_asset()
    assert {key: list(per_asset) for key, per_asset in both.items()} == {
        "2024-02-01": [A],
        "2024-02-02": [A],
        "2024-02-04": [B],
    }


def test_what_is_passed_over_is_seen_again(instance) -> None:
    report(instance, A, "2024-02-01", "2024-02-02", "2024-02-03")
    first = look(instance)
    found = first.latest_materialization_records_by_partition(A)
    first.advance_cursor({A: found["2024-02-02"]})
    cursor = moved(first)
    second = look(instance, cursor)
    assert second.get_cursor_partition(A) == "2024-02-02"
    assert partitions_of(second.get_trailing_unconsumed_events(A)) == ["2024-02-01"]
    assert list(second.latest_materialization_records_by_partition(A)) == ["2024-02-01", "2024-02-03"]
    later = look(instance, cursor, definitions=DEFS)
    assert list(later.latest_materialization_records_by_partition(A, after_cursor_partition=True)) == [
        "2024-02-03"
    ]
    for record in second.latest_materialization_records_by_partition(A).values():
        second.advance_cursor({A: record})
    third = look(instance, moved(second))
    assert third.latest_materialization_records_by_partition(A) == {}
    assert third.get_trailing_unconsumed_events(A) == []


def test_all_is_consumed_at_once(instance) -> None:
    report(instance, A, "2024-02-01", "2024-02-02")
    first = look(instance)
    first.advance_cursor({A: first.latest_materialization_records_by_partition(A)["2024-02-02"]})
    second = look(instance, moved(first))
    second.advance_all_cursors()
    third = look(instance, moved(second))
    assert third.latest_materialization_records_by_partition(A) == {}
    assert third.get_cursor_partition(A) == "2024-02-02"


def test_what_comes_during_the_tick_is_new_in_the_next(instance) -> None:
    report(instance, A, "2024-02-01")
    context = look(instance)
    assert list(context.latest_materialization_records_by_partition(A)) == ["2024-02-01"]
    report(instance, A, "2024-02-02")
    assert list(context.latest_materialization_records_by_partition(A)) == ["2024-02-01"]
    assert partitions_of(context.materialization_records_for_key(A)) == ["2024-02-01"]
    context.advance_all_cursors()
    assert list(look(instance, moved(context)).latest_materialization_records_by_partition(A)) == [
        "2024-02-02"
    ]


def test_many_partitions(instance) -> None:
    keys = [f"k{number:04}" for number in range(1_200)]
    report(instance, A, *keys)
    context = look(instance)
    found = context.latest_materialization_records_by_partition(A)
    assert list(found) == keys
    context.advance_cursor({A: found["k1100"]})
    assert list(look(instance, moved(context)).latest_materialization_records_by_partition(A)) == [
        key for key in keys if key != "k1100"
    ]


def test_the_past_can_be_left_out(instance) -> None:
    report(instance, A, None)
    context = dg.build_multi_asset_sensor_context(
        monitored_assets=[A, B], instance=instance, cursor_from_latest_materializations=True
    )
    assert context.latest_materialization_records_by_key() == {A: None, B: None}
    assert not context.cursor_updated
    with pytest.raises(InvariantViolationError, match="not both"):
        look(instance, cursor="{}", cursor_from_latest_materializations=True)


def test_partitions_of_the_definitions(instance) -> None:
    context = look(instance, definitions=DEFS)
    report(instance, A, "2024-02-01")
    assert not context.all_partitions_materialized(A, ["2024-02-01", "2024-02-02"])
    report(instance, A, "2024-02-02")
    assert context.all_partitions_materialized(A, ["2024-02-01", "2024-02-02"])
    assert not context.all_partitions_materialized(A)
    report(instance, A, *DAYS.get_partition_keys(instance.ambient.clock.now()))
    assert context.all_partitions_materialized(A)
    assert context.get_downstream_partition_keys("2024-02-06", A, B) == ["2024-02-04"]
    assert context.assets_defs_by_key == {A: daily, B: weekly}


def test_a_selection(instance) -> None:
    context = dg.build_multi_asset_sensor_context(
        monitored_assets=dg.AssetSelection.assets("a").downstream(), instance=instance, definitions=DEFS
    )
    assert context.asset_keys == [A, B]
    bare = dg.build_multi_asset_sensor_context(monitored_assets=dg.AssetSelection.all(), instance=instance)
    with pytest.raises(InvariantViolationError, match="only the definitions know"):
        bare.asset_keys


def test_what_is_not_watched(instance) -> None:
    context = look(instance, keys=[A])
    with pytest.raises(InvariantViolationError, match=r"'b' is not watched[\s\S]*watches a"):
        context.latest_materialization_records_by_key([B])
    with pytest.raises(InvariantViolationError, match="not the string 'x'"):
        context.all_partitions_materialized(A, "x")
    assert context.assets_defs_by_key == {A: None}
    assert context.get_cursor_partition(None) is None
    with pytest.raises(InvariantViolationError, match="say which"):
        look(instance).get_cursor_partition(None)
