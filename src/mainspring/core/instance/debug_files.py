"""Runs with their logs out of a file that ``mainspring debug export`` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mainspring.core.instance.paging import line_of
from mainspring.core.records.debug_run import DebugRunPayload
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.run import Run
from mainspring.core.storage.codec import read_row
from mainspring.core.storage.sql.run_query import read_run
from mainspring.core.storage.sql.transfer.file import ExportFile

_RUN = (
    "id",
    "run_id",
    "job_name",
    "status",
    "epoch",
    "create_time",
    "update_time",
    "start_time",
    "end_time",
    "tags",
)
_EVENT = ("id", "run_id", "event_type", "timestamp", "body")


def debug_runs_in(path: str | Path) -> list[DebugRunPayload]:
    """The runs of a file with their logs. Raises ``InvocationError`` for a file that cannot be read.

    Rows that cannot be read stand in the log as they are shown.
    """
    file = ExportFile(Path(path))
    version = file.header().version
    runs: dict[str, Run] = {}
    logs: dict[str, list[EventLogEntry]] = {}
    for row in file.rows():
        values: dict[str, Any] = row.values
        if row.table == "runs":
            run = read_run((*(values.get(name) for name in _RUN), values.get("body"))).dagster_run
            runs[run.run_id] = run
        elif row.table == "events" and values.get("run_id") in runs:
            line = line_of(read_row(tuple(values.get(name) for name in _EVENT)))
            logs.setdefault(str(values["run_id"]), []).append(line)
    return [
        DebugRunPayload(version=version, dagster_run=run, event_list=logs.get(run_id, []))
        for run_id, run in runs.items()
    ]
