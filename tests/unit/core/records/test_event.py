"""Events and lines of the log: what they answer, how they are stored."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.event import Event, EventLogEntry, EventLogRecord
from mainspring.core.records.event_data import EngineEventData, StepMaterializationData, UnknownEventData
from mainspring.core.records.event_type import FAILURE_EVENTS, HOOK_EVENTS, RUN_EVENTS, STEP_EVENTS, EventType
from mainspring.core.storage.codec import decode_entry, encode_entry
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

LINES = [
    events.materialized("a", "r", partition="p", tags={"t": "1"}, timestamp=1.5),
    events.observed("a/b", "r"),
    events.planned("a", "r", partition="p"),
    events.failed("a", "r"),
    events.wiped("a", partitions=["p", "q"]),
    events.check_planned("a", "c", "r"),
    events.check_evaluated("a", "c", "r", passed=False, partition="p"),
    events.message("r", "hello"),
    *(events.line(kind, "r", step_key="s.t") for kind in EventType),
]


@pytest.mark.parametrize("entry", LINES, ids=lambda entry: entry.message)
def test_a_line_comes_back_as_it_was(entry: EventLogEntry) -> None:
    assert decode_entry(encode_entry(entry)) == entry


@pytest.mark.parametrize("kind", EventType)
def test_every_type_knows_its_families(kind: EventType) -> None:
    event = events.line(kind, "r").get_dagster_event()
    assert event.event_type is kind
    assert event.is_step_event == (kind in STEP_EVENTS)
    assert event.is_job_event == (kind in RUN_EVENTS)
    assert event.is_hook_event == (kind in HOOK_EVENTS)
    assert event.is_failure == (kind in FAILURE_EVENTS)


def test_what_a_materialization_speaks_of() -> None:
    entry = events.materialized("a", "r", partition="p", tags={"t": "1"})
    record = EventLogRecord(7, entry)
    assert (record.asset_key, record.partition_key, record.run_id) == (AssetKey("a"), "p", "r")
    assert record.asset_event == record.asset_materialization == entry.asset_materialization
    assert (entry.tags, entry.asset_observation) == ({"t": "1"}, None)
    event = entry.get_dagster_event()
    assert event.materialization == event.step_materialization_data.materialization
    with pytest.raises(InvariantViolationError, match="has no ASSET_OBSERVATION data"):
        _ = event.asset_observation_data


def test_a_message_is_no_event() -> None:
    entry = events.message("r", "hello")
    assert (entry.is_dagster_event, entry.dagster_event_type, entry.message) == (False, None, "hello")
    with pytest.raises(InvariantViolationError, match="is a message"):
        entry.get_dagster_event()


def test_a_type_that_only_a_newer_version_knows() -> None:
    event = Event("ASSET_DREAMT", event_specific_data=UnknownEventData({"a": 1}))
    with pytest.raises(InvariantViolationError, match="ASSET_DREAMT"):
        _ = event.event_type
    assert (event.is_step_event, event.asset_key) == (False, None)


def test_node_name_and_engine_data() -> None:
    event = Event("ENGINE_EVENT", step_key="graph.op", event_specific_data=EngineEventData(marker_start="m"))
    assert (event.node_name, event.engine_event_data.marker_start) == ("graph", "m")
    assert Event("STEP_START").node_name is None
    assert StepMaterializationData(LINES[0].get_dagster_event().materialization).asset_lineage == ()
