"""Runs: their states, how these follow each other, how a run is stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base import serial
from mainspring.core.records.event_type import RUN_EVENTS
from mainspring.core.records.run import (
    CANCELABLE,
    FINISHED,
    IN_PROGRESS,
    STATUS_AFTER,
    Run,
    RunStatus,
    encode_run,
)
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


def test_nothing_follows_a_final_state() -> None:
    assert all(not (came_from & FINISHED) for _, came_from in STATUS_AFTER.values())


def test_every_run_event_leads_somewhere_and_every_state_to_an_end() -> None:
    assert set(STATUS_AFTER) == {kind.value for kind in RUN_EVENTS}
    for status in set(RunStatus) - FINISHED:
        assert any(to in FINISHED and status in came_from for to, came_from in STATUS_AFTER.values())


def test_groups_of_states_fit() -> None:
    assert not FINISHED & IN_PROGRESS
    assert not FINISHED & CANCELABLE
    assert RunStatus.CANCELING not in CANCELABLE


@pytest.mark.parametrize("status", RunStatus)
def test_what_a_run_says_of_its_state(status: RunStatus) -> None:
    run = Run(job_name="j", run_id="r").with_status(status)
    assert run.status is status
    assert (run.is_finished, run.is_success, run.is_failure) == (
        status in FINISHED,
        status is RunStatus.SUCCESS,
        status is RunStatus.FAILURE,
    )
    assert run.is_failure_or_canceled == (status in (RunStatus.FAILURE, RunStatus.CANCELED))
    assert run.is_cancelable == (status in CANCELABLE)


def test_what_a_run_says_of_its_tags_and_parents() -> None:
    run = Run(job_name="j", run_id="r", tags={"a": "b"}, root_run_id="0", parent_run_id="1")
    assert (run.get_root_run_id(), run.get_parent_run_id(), run.previous_run_id) == ("0", "1", "1")
    assert (run.is_resume_retry, run.is_partitioned) == (False, False)
    other = run.with_tags({"dagster/partition": "p", "dagster/is_resume_retry": "true"})
    assert (other.is_resume_retry, other.is_partitioned) == (True, True)
    assert run.tags == {"a": "b"}


KEYS = st.lists(
    st.text(st.characters(codec="ascii", exclude_characters="\\"), min_size=1), min_size=1, max_size=3
)


@given(
    keys=st.frozensets(KEYS.map(AssetKey), max_size=3),
    names=st.text(min_size=1),
    tags=st.dictionaries(st.text(), st.text()),
    config=st.dictionaries(st.text(), st.none() | st.integers(-(2**53), 2**53) | st.lists(st.booleans())),
)
def test_a_run_comes_back_as_it_was(
    keys: frozenset[AssetKey], names: str, tags: dict[str, str], config: dict[str, object]
) -> None:
    run = Run(
        job_name=names,
        run_id="r",
        tags=tags,
        run_config=config,
        asset_selection=keys,
        asset_check_selection=frozenset(AssetCheckKey(key, names) for key in keys),
    )
    assert serial.decode(encode_run(run), Run) == run
