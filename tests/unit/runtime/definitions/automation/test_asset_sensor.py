import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError

JOB = dg.define_asset_job("report")


def materialize(instance, *rows: int, asset: str = "orders") -> None:
    for number in rows:
        instance.report_runless_asset_event(dg.AssetMaterialization(asset, metadata={"rows": number}))


def by_rows(context, asset_event):
    rows = asset_event.dagster_event.materialization.metadata["rows"].value
    return dg.RunRequest(str(rows))


ON_ORDERS = dg.asset_sensor(dg.AssetKey("orders"), name="s", job=JOB)(by_rows)


def test_each_new_materialization_is_seen_once(instance) -> None:
    cursor, seen = None, []
    for rows in ([], [1], [], [2, 3], [], [4]):
        materialize(instance, *rows)
        materialize(instance, 99, asset="other")
        data = ON_ORDERS.evaluate_tick(dg.build_sensor_context(instance, cursor))
        seen.append([one.run_key for one in data.run_requests] or data.skip_message)
        cursor = data.cursor
    none = "No new materialization of the asset 'orders'."
    assert seen == [none, ["1"], none, ["3"], none, ["4"]]


def test_what_was_there_before_the_first_tick_counts(instance) -> None:
    materialize(instance, 1, 2)
    data = ON_ORDERS.evaluate_tick(dg.build_sensor_context(instance))
    assert [(one.run_key, one.tags) for one in data.run_requests] == [("2", {"dagster/sensor_name": "s"})]
    assert data.cursor is not None
    assert int(data.cursor) > 0


def test_the_cursor_moves_where_the_function_asks_for_nothing(instance) -> None:
    materialize(instance, 1)
    calls = []
    quiet = dg.AssetSensorDefinition("q", dg.AssetKey("orders"), "report", lambda context: calls.append("c"))
    data = quiet.evaluate_tick(dg.build_sensor_context(instance))
    again = quiet.evaluate_tick(dg.build_sensor_context(instance, data.cursor))
    assert (calls, again.skip_message) == (["c"], "No new materialization of the asset 'orders'.")
    assert quiet.asset_key == dg.AssetKey("orders")


def test_a_result_is_passed_on(instance) -> None:
    materialize(instance, 1)
    sensor = dg.asset_sensor("orders", name="s", job=JOB)(
        lambda context: dg.SensorResult([dg.RunRequest("a")])
    )
    assert [one.run_key for one in sensor.evaluate_tick(dg.build_sensor_context(instance)).run_requests] == [
        "a"
    ]


def test_the_cursor_is_its_own(instance) -> None:
    materialize(instance, 1)
    by_result = dg.asset_sensor("orders", name="s", job=JOB)(lambda context: dg.SensorResult(cursor="1"))
    by_context = dg.asset_sensor("orders", name="s", job=JOB)(lambda context: context.update_cursor("1"))
    for sensor in (by_result, by_context):
        with pytest.raises(InvariantViolationError, match="an asset sensor keeps its own"):
            sensor.evaluate_tick(dg.build_sensor_context(instance))
    with pytest.raises(InvariantViolationError, match="the cursor 'abc', which is none of its own"):
        ON_ORDERS.evaluate_tick(dg.build_sensor_context(instance, "abc"))


def test_an_error_leaves_the_event_for_the_next_tick(instance) -> None:
    materialize(instance, 1)
    broken = dg.asset_sensor("orders", name="s", job=JOB)(lambda context: 1 / 0)
    context = dg.build_sensor_context(instance)
    with pytest.raises(dg.DagsterUserCodeExecutionError):
        broken.evaluate_tick(context)
    assert context.cursor is None


def test_direct_calls(instance) -> None:
    materialize(instance, 7)
    event = instance.get_latest_materialization_event(dg.AssetKey("orders"))
    assert ON_ORDERS(dg.build_sensor_context(instance), event) == dg.RunRequest("7")
    with pytest.raises(dg.DagsterInvalidInvocationError, match="takes 'asset_event'"):
        ON_ORDERS(dg.build_sensor_context(instance))


def test_what_it_is() -> None:
    assert ON_ORDERS.sensor_type.name == "ASSET"
    assert isinstance(ON_ORDERS.with_attributes(metadata={"a": 1}), dg.AssetSensorDefinition)
