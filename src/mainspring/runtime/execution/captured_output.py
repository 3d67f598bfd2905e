"""The stdout and stderr of a run in this process, captured as long as its steps run."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType

from mainspring.core.instance.compute_logs.absent import NoCapture
from mainspring.core.instance.compute_logs.log_key import file_key_of, run_log_key
from mainspring.core.instance.compute_logs.store import Capture
from mainspring.core.instance.instance import Instance
from mainspring.core.records.event_data import ComputeLogsCaptureData, EngineEventData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.runtime.execution.run_log import RunLog
from mainspring.runtime.execution.scrub import Scrubber
from mainspring.runtime.execution.scrub_stream import OutputScrubber
from mainspring.runtime.plan.plan import Plan


class StepOutput:
    """In a ``with`` block, what is written is noted as this step's."""

    __slots__ = ("_capture", "_retry", "_step_key")

    def __init__(self, capture: Capture, step_key: str, retry: int) -> None:
        self._capture = capture
        self._step_key = step_key
        self._retry = retry

    def __enter__(self) -> None:
        self._capture.step_began(self._step_key, self._retry)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._capture.step_ended(self._step_key, self._retry)


@contextmanager
def captured_output(
    instance: Instance, run: Run, plan: Plan, *, log: RunLog, scrubber: Scrubber
) -> Generator[Capture, None, None]:
    """Capture by descriptor and say so in the log. Where that cannot be done, the run goes on without it."""
    store = instance.compute_log_manager
    if not store.captures:
        yield NoCapture()
        return
    step_keys = [step.key for step in plan.steps]
    file_key = file_key_of(run.run_id, step_keys)
    cleaning = None if scrubber.is_idle else OutputScrubber(scrubber)
    log_key = run_log_key(run.run_id, file_key)
    capture: Capture | None = None
    refusal: OSError | None = None
    try:
        with store.capture_logs(log_key, cleaning=cleaning) as capture:
            _say_so(log, file_key, step_keys)
            yield capture
    except OSError as error:
        if capture is not None:
            raise
        refusal = error
    finally:
        if capture is not None:
            _tell(log, capture)
    if refusal is not None:
        log.message(logging.DEBUG, f"The output of this run is not captured: {refusal}.")
        yield NoCapture()


def _tell(log: RunLog, capture: Capture) -> None:
    """What did not work as it should."""
    for note in capture.notes if not log.is_lost else ():
        log.event(EventType.ENGINE_EVENT, note, data=EngineEventData(), level=logging.WARNING)


def _say_so(log: RunLog, file_key: str, step_keys: list[str]) -> None:
    """At the beginning, so that whoever watches can read along."""
    log.event(
        EventType.LOGS_CAPTURED,
        f"Started capturing logs in process (pid: {os.getpid()}).",
        data=ComputeLogsCaptureData(file_key, step_keys),
    )
