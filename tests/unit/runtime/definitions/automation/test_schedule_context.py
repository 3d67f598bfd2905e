from datetime import UTC, datetime

import pytest

import mainspring as dg
from mainspring.core.base.clock import ManualClock

AT = datetime(2024, 3, 1, tzinfo=UTC)


def test_what_was_not_given_is_said(instance) -> None:
    context = dg.ScheduleEvaluationContext(None, None)
    for name in ("instance", "scheduled_execution_time", "repository_def"):
        with pytest.raises(dg.DagsterInvariantViolationError, match=name):
            getattr(context, name)
    assert (context.instance_ref, context.log_key, context.time_of_tick) == (None, None, None)
    assert dg.build_schedule_context(instance).instance is instance


def test_the_time_is_that_of_the_clock_where_none_is_given(instance) -> None:
    assert dg.build_schedule_context(instance).scheduled_execution_time == datetime(2024, 3, 1, 1, tzinfo=UTC)
    assert dg.build_schedule_context(clock=ManualClock(AT)).scheduled_execution_time == AT
    assert dg.build_schedule_context(scheduled_execution_time=AT).scheduled_execution_time == AT


def test_a_time_without_a_zone_is_left_as_it_is() -> None:
    context = dg.build_schedule_context(scheduled_execution_time=AT.replace(tzinfo=None))
    assert context.scheduled_execution_time == AT.replace(tzinfo=None)
    assert context.time_of_tick == AT
