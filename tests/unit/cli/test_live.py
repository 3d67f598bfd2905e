"""The display on a terminal."""

import io

import pytest
from rich.console import Console

from mainspring.cli.drawn import draw_table
from mainspring.cli.live import LiveProgress
from mainspring.cli.table import Table
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import AssetMaterializationPlannedData, StepRetryData, StepSuccessData
from mainspring.core.records.event_type import EventType
from mainspring.core.values.asset_key import AssetKey


@pytest.fixture
def screen():
    return Console(file=io.StringIO(), force_terminal=True, width=80, color_system=None, soft_wrap=True)


def entry(kind, step, *, at=0.0, data=None):
    return EventLogEntry(None, 10, "", "run", at, step, "job", Event(kind.value, "job", step, "", data))


def planned(name):
    return entry(
        EventType.ASSET_MATERIALIZATION_PLANNED, name, data=AssetMaterializationPlannedData(AssetKey(name))
    )


def test_running_steps_with_their_time_and_how_far_the_run_is(screen, clock) -> None:
    progress = LiveProgress(clock=clock, console=screen)
    for name in "abcde":
        progress.take(planned(name))
    progress.take(entry(EventType.STEP_START, "a", at=clock.timestamp()))
    progress.take(entry(EventType.STEP_SUCCESS, "a", at=clock.timestamp(), data=StepSuccessData(12.0)))
    progress.take(entry(EventType.STEP_START, "b", at=clock.timestamp()))
    clock.advance(75)
    with screen.capture() as captured:
        screen.print(progress._draw())
    running, far = captured.get().splitlines()
    assert running.endswith("b  1 min 15 s")
    assert far == "  1 of 5 steps"
    assert screen.file.getvalue() == "✓ a  12 ms\n"


def test_what_users_write_is_no_markup(screen, clock) -> None:
    progress = LiveProgress(clock=clock, console=screen)
    with progress:
        progress.take(EventLogEntry(None, 20, "[bold]x[/bold] :smile:", "run", 0.0))
    assert "  [bold]x[/bold] :smile:" in screen.file.getvalue()


def test_a_table(screen) -> None:
    draw_table(Table(["asset", "rows"], [["[red]a", "3"]], right=frozenset({"rows"})), screen)
    assert [line.strip() for line in screen.file.getvalue().splitlines() if "[red]a" in line] == [
        "[red]a      3"
    ]


@pytest.mark.parametrize("width", [30, 50])
def test_a_narrow_terminal_cuts_descriptions_only(width) -> None:
    narrow = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    rows = [
        ["raw/very/long/orders", "2026-11-21 06:34:55", "", "same", "a description that has many words"],
        ["raw/very/long/customers", "2026-11-21 06:34:56", "", "same", "another"],
    ]
    draw_table(Table(["asset", "at", "partition", "group", "description"], rows), narrow)
    lines = narrow.file.getvalue().splitlines()
    told = [line for line in lines if "2026" in line]
    assert len(told) == 2
    assert told[0].startswith(" …/orders      2026-11-21 06:34:55   a des")
    assert "partition" not in lines[1]
    assert "group" not in lines[1]


def test_a_failed_try_is_told_at_once_with_the_wait(screen, clock) -> None:
    progress = LiveProgress(clock=clock, console=screen)
    progress.take(planned("a"))
    progress.take(entry(EventType.STEP_START, "a", at=clock.timestamp()))
    retry = StepRetryData(ErrorInfo("ValueError: no paper\nat all\n", ["frame"]), 30.0)
    progress.take(entry(EventType.STEP_UP_FOR_RETRY, "a", at=clock.timestamp(), data=retry))
    told = "! a: try 1 failed, trying again in 30 s\n    ValueError: no paper\n"
    assert screen.file.getvalue() == told
    progress.take(entry(EventType.STEP_RESTARTED, "a", at=clock.timestamp()))
    assert screen.file.getvalue() == told
