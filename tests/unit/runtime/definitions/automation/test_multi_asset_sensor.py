import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError

A, B = dg.AssetKey("a"), dg.AssetKey("b")
JOB = dg.define_asset_job("report")


@dg.asset
def a(): ...


@dg.asset
def b(): ...


@dg.multi_asset_sensor([A, B], name="s", job=JOB)
def both(context):
    if all(context.latest_materialization_records_by_key().values()):
        context.advance_all_cursors()
        return dg.RunRequest("both")


def tick(sensor, instance, cursor):
    return sensor.evaluate_tick(dg.build_sensor_context(instance, cursor))


def test_it_waits_for_both_and_sees_each_once(instance) -> None:
    cursor, seen = None, []
    for made in ([], [a], [b], [], [a, b], []):
        if made:
            dg.materialize(made, instance=instance)
        data = tick(both, instance, cursor)
        cursor = data.cursor
        seen.append([one.run_key for one in data.run_requests])
    assert seen == [[], [], ["both"], [], ["both"], []]


def test_runs_without_moving_a_cursor_are_refused(instance) -> None:
    dg.materialize([a], instance=instance)
    sensor = dg.multi_asset_sensor([A], name="s", job=JOB)(lambda context: dg.RunRequest("x"))
    with pytest.raises(InvariantViolationError, match="has not moved its cursors"):
        tick(sensor, instance, None)
    own = dg.multi_asset_sensor([A], name="s", job=JOB)(lambda context: dg.SensorResult(cursor="1"))
    with pytest.raises(InvariantViolationError, match="keeps its own"):
        tick(own, instance, None)


def test_direct_calls(instance) -> None:
    dg.materialize([a, b], instance=instance)
    with dg.build_multi_asset_sensor_context(monitored_assets=[A, B], instance=instance) as context:
        assert both(context) == dg.RunRequest("both")
        assert both(context) is None
    with pytest.raises(dg.DagsterInvalidInvocationError, match="build_multi_asset_sensor_context"):
        both()


def test_direct_calls_of_a_generator(instance) -> None:
    dg.materialize([a], instance=instance)

    @dg.multi_asset_sensor([A], job=JOB)
    def each(context):
        for key, record in context.latest_materialization_records_by_key().items():
            if record:
                context.advance_cursor({key: record})
                yield dg.RunRequest(key.to_user_string())

    context = dg.build_multi_asset_sensor_context(monitored_assets=[A], instance=instance)
    assert [one.run_key for one in each(context)] == ["a"]
    assert list(each(context)) == []


def test_what_it_watches_and_runs() -> None:
    assert both.monitored_assets == [A, B]
    assert both.sensor_type.name == "MULTI_ASSET"
    selection = dg.AssetSelection.groups("x")
    chosen = dg.multi_asset_sensor(selection, name="s", request_assets=dg.AssetSelection.assets("a"))(
        lambda c: None
    )
    assert chosen.monitored_assets is selection
    assert chosen.has_anonymous_job
