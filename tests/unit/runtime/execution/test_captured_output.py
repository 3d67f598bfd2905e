"""The output of a run: where it goes, what the log says of it, and that nothing of it can fail a run."""

import logging
import sys
from contextlib import contextmanager

import pytest

import mainspring as dg
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.instance import Instance
from mainspring.core.records.event_data import ComputeLogsCaptureData
from mainspring.core.records.event_type import EventType


@dg.asset
def first():
    sys.stdout.write("from first\n")


@dg.asset(deps=[first])
def second():
    sys.stderr.write("from second\n")


@pytest.fixture
def instance(tmp_path):
    with Instance.local_temp(str(tmp_path)) as opened:
        yield opened


def captures(instance, run_id):
    entries = instance.all_logs(run_id, of_type=EventType.LOGS_CAPTURED)
    return [entry.get_dagster_event().logs_captured_data for entry in entries]


def test_a_run_is_captured_once_and_says_so_before_its_steps(instance) -> None:
    result = dg.materialize([first, second], instance=instance)
    (data,) = captures(instance, result.run_id)
    assert data == ComputeLogsCaptureData(data.file_key, ["first", "second"])
    kinds = [entry.dagster_event_type for entry in instance.all_logs(result.run_id) if entry.is_dagster_event]
    assert kinds.index(EventType.LOGS_CAPTURED) < kinds.index(EventType.STEP_START)
    key = [result.run_id, "compute_logs", data.file_key]
    store = instance.compute_log_manager
    assert store.read(key, LogKind.STDOUT) == (b"from first\n", 11, True)
    assert b"from second\n" in store.read(key, LogKind.STDERR).data
    assert [one.step_key for one in store.index(key).steps] == ["first", "second"]


def test_each_try_of_a_step_is_noted(instance) -> None:
    tries = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def flaky():
        tries.append(1)
        sys.stdout.write(f"try {len(tries)}\n")
        if len(tries) == 1:
            raise ValueError

    @dg.job
    def one():
        flaky()

    result = one.execute_in_process(instance=instance)
    key = [result.run_id, "compute_logs", "flaky"]
    parts = [(part.retry, part.stdout) for part in instance.compute_log_manager.index(key).slices("flaky")]
    assert parts == [(0, (0, 6)), (1, (6, 12))]


def test_an_ephemeral_instance_captures_nothing(capfd) -> None:
    with Instance.ephemeral() as instance:
        result = dg.materialize([first], instance=instance)
        assert (result.success, captures(instance, result.run_id)) == (True, [])
    assert capfd.readouterr().out == "from first\n"


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")]
)
def test_where_it_cannot_be_captured_the_run_goes_on(instance, monkeypatch, error) -> None:
    def refuses(*_, **__):
        raise error

    monkeypatch.setattr(LocalComputeLogManager, "capture_logs", refuses)
    result = dg.materialize([first], instance=instance)
    assert (result.success, captures(instance, result.run_id)) == (True, [])
    (line,) = [entry for entry in instance.all_logs(result.run_id) if "is not captured" in entry.message]
    assert (line.level, error.strerror in line.message) == (logging.DEBUG, True)


def test_what_does_not_work_is_told_in_one_event_each(instance, monkeypatch) -> None:
    class Capture:
        notes = ("It could not be uploaded.",)

        def step_began(self, step_key, retry=0): ...

        def step_ended(self, step_key, retry=0): ...

    @contextmanager
    def capture_logs(*_, **__):
        yield Capture()

    monkeypatch.setattr(LocalComputeLogManager, "capture_logs", capture_logs)
    result = dg.materialize([first], instance=instance)
    assert result.success
    (line,) = [entry for entry in instance.all_logs(result.run_id) if entry.level == logging.WARNING]
    assert (line.dagster_event_type, line.message) == (EventType.ENGINE_EVENT, "It could not be uploaded.")
