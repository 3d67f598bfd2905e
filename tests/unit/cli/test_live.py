"""The display on a terminal."""

import io

import pytest
from rich.console import Console

from mainspring.cli.drawn import draw_table
from mainspring.cli.live import LiveProgress
from mainspring.cli.table import Table
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import AssetMaterializationPlannedData, StepSuccessData
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
