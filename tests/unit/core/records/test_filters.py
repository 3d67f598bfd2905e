"""Filters: what they refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mainspring.core.base.errors import InvalidInvocationError, InvocationError
from mainspring.core.records.event_type import RUN_EVENTS, EventType
from mainspring.core.records.filters import (
    AssetRecordsFilter,
    EventRecordsFilter,
    RunsFilter,
    RunStatusChangeRecordsFilter,
)
from mainspring.core.values.asset_key import AssetKey


def test_the_runs_of_a_backfill() -> None:
    assert RunsFilter.for_backfill("b") == RunsFilter(tags={"dagster/backfill": "b"})


@pytest.mark.parametrize("kind", sorted(EventType, key=lambda one: one.name))
def test_only_changes_of_run_status_can_be_asked_for(kind: EventType) -> None:
    if kind in RUN_EVENTS:
        assert RunStatusChangeRecordsFilter(kind).event_type is kind
    else:
        with pytest.raises(InvocationError, match=f"{kind.name} is not a change of run status"):
            RunStatusChangeRecordsFilter(kind)


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: RunsFilter(run_ids="abc"), "run_ids of a filter is a list, not the single string 'abc'"),
        (lambda: RunsFilter(statuses=["SUCCESS"]), "'SUCCESS' cannot stand in the field statuses"),
        (lambda: EventRecordsFilter("RUN_START"), "'RUN_START' cannot stand in the field event_type"),
        (
            lambda: EventRecordsFilter(EventType.RUN_START, after_cursor="5"),
            "'5' cannot stand in the field after_cursor",
        ),
        (
            lambda: EventRecordsFilter(EventType.ASSET_OBSERVATION, asset_partitions="2026"),
            "asset_partitions of a filter is a list",
        ),
        (lambda: AssetRecordsFilter("a"), "'a' cannot stand in the field asset_key"),
        (
            lambda: AssetRecordsFilter(AssetKey("a"), asset_partitions="2026"),
            "asset_partitions of a filter is a list",
        ),
        (lambda: RunStatusChangeRecordsFilter("SUCCESS"), "'SUCCESS' cannot stand in the field event_type"),
        (
            lambda: RunStatusChangeRecordsFilter(EventType.RUN_SUCCESS, job_names="fine"),
            "job_names of a filter is a list",
        ),
    ],
)
def test_what_no_database_could_compare_with_is_refused_where_it_is_written(
    make: Callable[[], object], said: str
) -> None:
    with pytest.raises(InvalidInvocationError, match=said):
        make()
