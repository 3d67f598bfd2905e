"""What a store promises of runs; see ``store`` for what holds for all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.filters import RunsFilter
from mainspring.core.records.run import Run, RunRecord
from mainspring.core.records.run_buckets import JobBucket, RunCursor, TagBucket
from mainspring.core.records.run_deletion import RunDeletion
from mainspring.core.records.run_stats import RunStats, StepStats


class RunReader(Protocol):
    """The reading half of the runs."""

    def get(self, run_id: str) -> RunRecord | None:
        """The run with this id."""
        ...

    def many(self, run_ids: Sequence[str]) -> dict[str, RunRecord]:
        """The runs with these ids, in their order; those that are not there are left out."""
        ...

    def find(
        self,
        wanted: RunsFilter | None = None,
        *,
        limit: int | None = None,
        order_by: str | None = None,
        ascending: bool = False,
        cursor: str | RunCursor | None = None,
        bucket_by: JobBucket | TagBucket | None = None,
    ) -> list[RunRecord]:
        """Runs in the order they were made, newest first, or by another column, those without a value before all
        others.

        ``cursor`` is the id of the last run seen, or its ``RunCursor``: the latter goes on rightly though the run has
        changed or gone. ``bucket_by`` takes only the newest of each job, or of each value of a tag.
        """
        ...

    def group(self, run_id: str) -> tuple[str, list[RunRecord]] | None:
        """The id of the first run of a chain of re-executions, and its runs by age; ``None`` for an unknown run."""
        ...

    def count(self, wanted: RunsFilter | None = None) -> int:
        """How many runs fit."""
        ...

    def tag_keys(self) -> list[str]:
        """The keys of all tags, sorted."""
        ...

    def tag_values(
        self, keys: Sequence[str], *, prefix: str | None = None, limit: int | None = None
    ) -> dict[str, set[str]]:
        """The values each of these tags has had."""
        ...

    def preview_delete(self, run_id: str) -> RunDeletion:
        """What would follow from deleting a run: of which assets something else becomes the latest."""
        ...


class RunWriter(Protocol):
    """The writing half of the runs. Status is never set by hand: it follows from events."""

    def create(self, run: Run) -> RunRecord:
        """Store a run that is new. Raises ``InvariantViolationError`` when its id is taken."""
        ...

    def start(self, run: Run, *, holder: str, events: Sequence[EventLogEntry] = ()) -> int:
        """Store a run if it is new, claim it, and append these events as the first of the claim. Returns
        the epoch.

        Raises ``InvariantViolationError`` when the run has ended.
        """
        ...

    def claim(self, run_id: str, *, holder: str, lease_seconds: float | None = None) -> int:
        """Take the run over: all former epochs are refused from now on. Returns the new epoch.

        Raises ``RunNotFoundError``, ``FencedError`` while somebody else's lease holds,
        ``InvariantViolationError`` for a run that has ended.
        """
        ...

    def extend(self, run_id: str, epoch: int, *, lease_seconds: float) -> None:
        """Hold the lease of a claim for so many seconds from now. Raises ``FencedError`` when it is lost."""
        ...

    def add_tags(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Set tags; those of other keys stay. Raises ``RunNotFoundError``."""
        ...

    def delete(self, run_id: str, *, force: bool = True) -> None:
        """Remove a run with its events; what was derived from them is derived anew. Unknown ids are
        ignored.

        Without ``force`` raises ``InvariantViolationError`` for a run in progress.
        """
        ...


class RunStore(RunReader, RunWriter, Protocol):
    """The runs."""


class RunStatsReader(Protocol):
    """The figures of runs and their steps."""

    def of_runs(self, run_ids: Sequence[str]) -> dict[str, RunStats]:
        """The figures of these runs, in as many statements as for one; zeros for a run that is not there."""
        ...

    def steps_of_run(self, run_id: str, step_keys: Collection[str] | None = None) -> list[StepStats]:
        """The figures of the steps of a run that have begun or were skipped, by their start."""
        ...
