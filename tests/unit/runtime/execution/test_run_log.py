"""What a run says reaches the sink, the listener and the result, without secrets; a lost log is known to be lost."""

from __future__ import annotations

import logging

import pytest

import mainspring as dg
from mainspring.core.base.errors import StorageFullError
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.runtime.execution.in_process import execute_job_in_process
from mainspring.runtime.execution.run_log import RunLog
from mainspring.runtime.execution.scrub import HIDDEN, Scrubber
from mainspring.testing.world import simulated_world


class Sink:
    def __init__(self, room=99):
        self.taken = []
        self.room = room

    def append(self, entry):
        if len(self.taken) >= self.room:
            raise StorageFullError("no room")
        self.taken.append(entry)

    def flush(self):
        pass

    def close(self):
        pass


def log_to(sink, **said):
    return RunLog(Run(job_name="j", run_id="r"), sink, simulated_world().clock, **said)


def test_an_event_and_a_message() -> None:
    sink, heard = Sink(), []
    log = log_to(sink, listener=heard.append)
    event = log.event(EventType.STEP_START, "begins", step_key="s")
    log.message(logging.INFO, "hello", "s", timestamp=0)
    assert log.events == [event]
    assert heard == sink.taken
    assert [(entry.level, entry.user_message, entry.step_key) for entry in sink.taken] == [
        (logging.DEBUG, "begins", "s"),
        (logging.INFO, "hello", "s"),
    ]
    assert sink.taken[1].timestamp == 0


def test_nobody_hears_a_secret() -> None:
    sink, heard = Sink(), []
    log = log_to(sink, listener=heard.append, scrubber=Scrubber({"hunter2"}))
    log.event(EventType.STEP_START, "with hunter2")
    log.message(logging.ERROR, "by hunter2")
    said = repr([sink.taken, heard, log.events])
    assert "hunter2" not in said
    assert said.count(f"by {HIDDEN}") == 2


def test_a_log_that_is_lost_says_so() -> None:
    log = log_to(Sink(room=1))
    log.message(logging.INFO, "fits")
    assert not log.is_lost
    with pytest.raises(StorageFullError):
        log.message(logging.INFO, "does not")
    assert log.is_lost


def test_a_run_whose_log_is_lost_stops_at_once(instance, monkeypatch) -> None:
    ran = []

    @dg.asset
    def first():
        ran.append("first")

    @dg.asset
    def second():
        ran.append("second")

    job = dg.Definitions(assets=[first, second]).get_implicit_global_asset_job_def()
    monkeypatch.setattr(type(instance), "start_run", lambda *_, **__: Sink(room=8))
    with pytest.raises(StorageFullError):
        execute_job_in_process(job, instance=instance, resources={"io_manager": dg.mem_io_manager})
    assert ran == ["first"]
