"""From what a tick asks for to requests that can be launched: the job, the partition, the tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.records.run_request import PartitionsRequest, RunRequest
from mainspring.runtime.definitions.automation.target import AutomationTarget
from mainspring.runtime.definitions.automation.tick_context import TickContext
from mainspring.runtime.definitions.jobs.job import JobDefinition

if TYPE_CHECKING:
    from mainspring.core.records.run_request import PartitionedTarget


class RequestResolver:
    """Resolves the requests of one tick. ``tags`` go on every run."""

    __slots__ = ("_context", "_jobs", "_now", "_tags", "_targets", "_what", "_where")

    def __init__(
        self,
        context: TickContext,
        *,
        what: str,
        where: SourcePosition | None,
        targets: Sequence[AutomationTarget],
        tags: Mapping[str, str],
        now: datetime | None = None,
    ) -> None:
        self._context = context
        self._what = what
        self._where = where
        self._targets = {target.job_name: target for target in targets}
        self._tags = tags
        self._now = now
        self._jobs: dict[str, Any] = {}

    def resolve(
        self,
        requests: Sequence[RunRequest],
        partitions_requests: Sequence[PartitionsRequest] = (),
        asset_selection: AssetSelection | None = None,
    ) -> list[RunRequest]:
        """The requests with all their tags, and with the config of their partition.

        Raises ``InvariantViolationError`` for a request of no target, ``UnknownPartitionError`` for one of no
        partition of its job.
        """
        resolved: list[RunRequest] = []
        if asset_selection is not None:
            self._check_assets(requests, asset_selection)
        for request in requests:
            made = request
            if request.requires_backfill_daemon():  # it names its assets and partitions itself
                resolved.append(request.with_replaced_attrs(tags={**request.tags, **self._tags}))
                continue
            target = self._target_of(request)
            if request.partition_key is not None and not request.has_resolved_partition():
                store = self._context.instance if self._context.has_instance else None
                made = request.with_resolved_tags_and_config(
                    self._job_of(request, target), partitions_requests, store, current_time=self._now
                )
            resolved.append(made.with_replaced_attrs(tags={**made.tags, **self._tags}))
        return resolved

    def _target_of(self, request: RunRequest) -> AutomationTarget:
        if not self._targets:
            raise InvariantViolationError(
                f"{self._what} asks for a run, but it has no target.",
                where=self._where,
                hint="Give it a job=, jobs= or target=.",
            )
        if request.job_name is None:
            if len(self._targets) > 1:
                raise InvariantViolationError(
                    f"{self._what} has {len(self._targets)} targets; its RunRequests must say which is meant.",
                    where=self._where,
                    hint=f"Give job_name=, one of {', '.join(self._targets)}.",
                )
            return next(iter(self._targets.values()))
        found = self._targets.get(request.job_name)
        if found is None:
            raise InvariantViolationError(
                f"{self._what} asks for a run of the job {request.job_name!r}, which is none of its targets.",
                where=self._where,
                hint=did_you_mean(request.job_name, self._targets)
                or f"Its targets are {', '.join(self._targets)}.",
            )
        return found

    def _job_of(self, request: RunRequest, target: AutomationTarget) -> PartitionedTarget:
        """The job, cut down to the assets asked for where only they have the same partitions."""
        job: Any = self._job(target)
        if request.asset_selection and isinstance(job, JobDefinition) and job.partitions_def is None:
            return job.with_keys(request.asset_selection)
        return job

    def _job(self, target: AutomationTarget) -> PartitionedTarget:
        """The job that knows its partitions; found once for all requests."""
        known = self._jobs.get(target.job_name)
        if known is not None:
            return known
        job = target.resolvable_to_job
        if not isinstance(job, JobDefinition) and (job is None or job.partitions_def is None):
            location = self._context.location
            if location is None:
                raise InvariantViolationError(
                    f"{self._what} asks for a partition of the job {target.job_name!r}; which partitions the "
                    "job has only the definitions it belongs to know.",
                    where=self._where,
                    hint="Pass repository_def=defs.get_repository_def() or definitions=defs to the function "
                    "that builds the context.",
                )
            job = location.job(target.job_name)
        self._jobs[target.job_name] = job
        found: Any = job
        return found

    def _check_assets(self, requests: Sequence[RunRequest], selection: AssetSelection) -> None:
        asked = {key for request in requests for key in request.asset_selection or ()}
        location = self._context.location
        if location is None or not asked:
            return
        for key in sorted(asked - set(selection.resolve(location.graph))):
            raise InvariantViolationError(
                f"{self._what} asks for the asset {key.to_user_string()!r}, which is not in its "
                "asset_selection.",
                where=self._where,
            )
