"""Filters: what they refuse."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import InvocationError
from mainspring.core.records.event_type import RUN_EVENTS, EventType
from mainspring.core.records.filters import RunsFilter, RunStatusChangeRecordsFilter


def test_the_runs_of_a_backfill() -> None:
    assert RunsFilter.for_backfill("b") == RunsFilter(tags={"dagster/backfill": "b"})


@pytest.mark.parametrize("kind", sorted(EventType, key=lambda one: one.name))
def test_only_changes_of_run_status_can_be_asked_for(kind: EventType) -> None:
    if kind in RUN_EVENTS:
        assert RunStatusChangeRecordsFilter(kind).event_type is kind
    else:
        with pytest.raises(InvocationError, match=f"{kind.name} is not a change of run status"):
            RunStatusChangeRecordsFilter(kind)
