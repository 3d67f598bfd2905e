"""Clocks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mainspring.core.base.clock import ManualClock, SystemClock

START = datetime(2024, 1, 1, tzinfo=UTC)


def test_a_manual_clock_stands_until_moved() -> None:
    clock = ManualClock(START)
    assert (clock.now(), clock.timestamp(), clock.monotonic()) == (START, START.timestamp(), 0.0)
    clock.advance(90)
    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=90), 90.0)


def test_sleeping_moves_a_manual_clock_and_is_noted() -> None:
    clock = ManualClock(START)
    clock.sleep(2)
    clock.sleep(0.5)
    assert clock.slept == [2, 0.5]
    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=2.5), 2.5)


def test_a_jump_moves_the_wall_clock_alone() -> None:
    clock = ManualClock(START)
    clock.jump(-60)
    assert (clock.now(), clock.monotonic()) == (START - timedelta(seconds=60), 0.0)


def test_a_manual_clock_is_in_utc_and_needs_a_zone() -> None:
    clock = ManualClock(datetime(2024, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))))
    assert (clock.now(), clock.now().tzinfo) == (START, UTC)
    with pytest.raises(ValueError, match="aware datetime"):
        ManualClock(datetime(2024, 1, 1))  # noqa: DTZ001


def test_the_system_clock_is_aware_and_goes_forward() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    assert clock.now().tzinfo is UTC
    assert abs(clock.now().timestamp() - clock.timestamp()) < 60
    clock.sleep(0)
    assert clock.monotonic() >= before
