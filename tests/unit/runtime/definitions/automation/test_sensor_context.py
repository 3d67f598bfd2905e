import pytest

import mainspring as dg


def test_what_a_tick_knows(instance) -> None:
    context = dg.SensorEvaluationContext(
        None,
        10.0,
        "key",
        "cursor",
        ["log"],
        "repo",
        instance=instance,
        sensor_name="s",
        last_sensor_start_time=5.0,
    )
    assert (context.last_tick_completion_time, context.last_completion_time) == (10.0, 10.0)
    assert (context.last_run_key, context.cursor, context.log_key) == ("key", "cursor", ["log"])
    assert (context.sensor_name, context.repository_name, context.instance) == ("s", "repo", instance)
    assert context.code_location_origin is None


def test_what_was_not_given_is_said() -> None:
    context = dg.build_sensor_context()
    for name in ("instance", "sensor_name"):
        with pytest.raises(dg.DagsterInvariantViolationError, match=name):
            getattr(context, name)
    assert (context.repository_def, context.cursor, context.last_tick_completion_time) == (None, None, None)


@pytest.mark.parametrize(
    "completed,started,first",
    [(None, None, True), (None, 5.0, True), (10.0, None, False), (10.0, 5.0, False), (10.0, 11.0, True)],
)
def test_the_first_tick_since_the_start(completed, started, first) -> None:
    context = dg.SensorEvaluationContext(None, completed, last_sensor_start_time=started)
    assert context.is_first_tick_since_sensor_start is first


def test_the_cursor() -> None:
    context = dg.build_sensor_context(cursor="1")
    assert not context.cursor_updated
    context.update_cursor("2")
    assert (context.cursor, context.cursor_updated) == ("2", True)
    context.update_cursor(None)
    assert context.cursor is None
    with pytest.raises(dg.DagsterInvariantViolationError, match=r"7 is a int[\s\S]*json"):
        context.update_cursor(7)  # type: ignore[arg-type]


def test_the_definitions_are_seen_as_a_repository() -> None:
    defs = dg.Definitions()
    context = dg.build_sensor_context(definitions=defs)
    assert context.repository_def is defs.get_repository_def()
