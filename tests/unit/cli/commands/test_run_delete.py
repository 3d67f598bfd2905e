"""``run delete``."""

import io
import sys

import pytest

from mainspring.core.records.event_type import EventType
from mainspring.testing import events


class Terminal(io.StringIO):
    """Somebody who sits there and types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def recorded(instance):
    for run_id in ("first", "second"):
        told = [
            events.line(EventType.RUN_START, run_id),
            events.materialized("orders", run_id, partition="p"),
        ]
        instance.start_run(
            events.run(run_id), events=[*told, events.line(EventType.RUN_SUCCESS, run_id)]
        ).close()
    instance.start_run(events.run("third"), events=[events.line(EventType.RUN_START, "third")]).close()
    return instance


def test_with_yes(call, recorded) -> None:
    assert call("run", "delete", "first", "sec", "--yes") == (0, "", "Deleted 2 runs.\n")
    assert recorded.get_run_ids() == ["third"]
    assert recorded.get_asset_keys() == []


@pytest.mark.parametrize("typed, left", [("y\n", ["third", "first"]), ("n\n", ["third", "second", "first"])])
def test_it_shows_what_follows_and_asks(typed, left, call, recorded, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    answer = call("run", "delete", "second", "--json")
    assert answer.json == {"deleted": [] if "n" in typed else ["second"]}
    shown = answer.err.splitlines()
    assert shown[:2] == ["To be deleted:", "  second  job, SUCCESS: 3 events"]
    assert shown[2].startswith("    orders will stand as materialized 1970-01-01")
    assert shown[2].endswith("by run first, 1 partition of it as before this run")
    assert recorded.get_run_ids() == left


def test_a_run_in_progress_is_deleted_by_force_only(call, recorded) -> None:
    refused = call("run", "delete", "third", "--yes")
    assert refused.status == 2
    assert refused.err.startswith("error: Run third is in progress (STARTED).\nhint: Wait for its end")
    assert call("run", "delete", "third", "--yes", "--force").status == 0
    assert recorded.get_run_ids() == ["second", "first"]


def test_without_a_terminal_nothing_is_deleted(call, recorded, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    answer = call("run", "delete", "first")
    assert answer.status == 2
    assert "nothing was deleted" in answer.err
    assert len(recorded.get_run_ids()) == 3


def test_an_unknown_run(call) -> None:
    answer = call("run", "delete", "firts", "--yes")
    assert answer.status == 2
    assert answer.err.startswith("error: There is no run 'firts'.")
