"""Runs: made, found, tagged, deleted.

These functions are the methods of ``Instance`` of the same names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from mainspring.core.instance.parts import Parts
from mainspring.core.records.filters import RunsFilter
from mainspring.core.records.run import Run, RunRecord, RunStatus
from mainspring.core.records.run_buckets import JobBucket, RunCursor, TagBucket
from mainspring.core.records.run_deletion import RunDeletion
from mainspring.core.records.run_stats import RunStats, StepStats
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


def create_run(  # noqa: PLR0913  # the published signature
    instance: Parts,
    *,
    job_name: str,
    run_id: str | None = None,
    run_config: Mapping[str, object] | None = None,
    status: RunStatus | None = None,
    tags: Mapping[str, str] | None = None,
    root_run_id: str | None = None,
    parent_run_id: str | None = None,
    step_keys_to_execute: Sequence[str] | None = None,
    asset_selection: AbstractSet[AssetKey] | None = None,
    asset_check_selection: AbstractSet[AssetCheckKey] | None = None,
    resolved_op_selection: AbstractSet[str] | None = None,
    op_selection: Sequence[str] | None = None,
) -> Run:
    """Store a new run, without any event."""
    run = Run(
        job_name=job_name,
        run_id=run_id or instance.ambient.ids.new(),
        run_config=dict(run_config or {}),
        status=status or RunStatus.NOT_STARTED,
        tags=dict(tags or {}),
        root_run_id=root_run_id,
        parent_run_id=parent_run_id,
        step_keys_to_execute=None if step_keys_to_execute is None else list(step_keys_to_execute),
        asset_selection=None if asset_selection is None else frozenset(asset_selection),
        asset_check_selection=None if asset_check_selection is None else frozenset(asset_check_selection),
        resolved_op_selection=None if resolved_op_selection is None else frozenset(resolved_op_selection),
        op_selection=None if op_selection is None else list(op_selection),
    )
    return add_run(instance, run)


def add_run(instance: Parts, dagster_run: Run) -> Run:
    """Store a new run, without any event. Raises ``InvariantViolationError`` when its id is taken."""
    return instance.store.runs.create(dagster_run).dagster_run


def delete_run(instance: Parts, run_id: str, *, force: bool = False) -> None:
    """Remove a run, its events and its captured output; what is known of assets is then what other events say.

    Raises ``InvariantViolationError`` for a run in progress, unless ``force``. An unknown id is passed over.
    """
    instance.store.runs.delete(run_id, force=force)
    instance.compute_log_manager.delete_logs(prefix=[run_id])


def preview_delete_run(instance: Parts, run_id: str) -> RunDeletion:
    """What would follow from deleting a run: for each asset whose latest is the run's, what becomes the latest."""
    return instance.store.runs.preview_delete(run_id)


def has_run(instance: Parts, run_id: str) -> bool:
    """Whether there is a run with this id."""
    return instance.store.runs.get(run_id) is not None


def get_run_by_id(instance: Parts, run_id: str) -> Run | None:
    """The run with this id."""
    record = instance.store.runs.get(run_id)
    return None if record is None else record.dagster_run


def get_run_record_by_id(instance: Parts, run_id: str) -> RunRecord | None:
    """The run with this id, with its times."""
    return instance.store.runs.get(run_id)


def get_run_records_by_ids(instance: Parts, run_ids: Sequence[str]) -> Mapping[str, RunRecord]:
    """The runs with these ids, in their order and in one read; those that are not there are left out."""
    return instance.store.runs.many(run_ids)


def get_run_records(
    instance: Parts,
    filters: RunsFilter | None = None,
    limit: int | None = None,
    order_by: str | None = None,
    ascending: bool = False,
    cursor: str | RunCursor | None = None,
    bucket_by: JobBucket | TagBucket | None = None,
) -> Sequence[RunRecord]:
    """Runs, newest first, or by a column of ``RUN_ORDERS``.

    ``cursor`` is the id of the last run of the page before; its ``RunCursor`` is right even where that run has changed
    or gone since. ``bucket_by`` takes only the newest of each job or of each value of a tag.
    """
    return instance.store.runs.find(
        filters, limit=limit, order_by=order_by, ascending=ascending, cursor=cursor, bucket_by=bucket_by
    )


def get_runs(
    instance: Parts,
    filters: RunsFilter | None = None,
    cursor: str | RunCursor | None = None,
    limit: int | None = None,
    bucket_by: JobBucket | TagBucket | None = None,
    ascending: bool = False,
) -> Sequence[Run]:
    """Runs, newest first, without their times."""
    found = get_run_records(instance, filters, limit, None, ascending, cursor, bucket_by)
    return [one.dagster_run for one in found]


def get_run_group(instance: Parts, run_id: str) -> tuple[str, Sequence[Run]] | None:
    """The id of the run that a chain of re-executions began with, and all its runs, oldest first.

    ``None`` for a run that is not there. A run that was never re-executed is alone in its group.
    """
    found = instance.store.runs.group(run_id)
    return None if found is None else (found[0], [record.dagster_run for record in found[1]])


def get_run_stats(instance: Parts, run_id: str) -> RunStats:
    """The figures of a run: steps, materializations, times. Zeros for a run that is not there."""
    return instance.store.run_stats.of_runs([run_id])[run_id]


def get_stats_of_runs(instance: Parts, run_ids: Sequence[str]) -> Mapping[str, RunStats]:
    """The figures of many runs in one read."""
    return instance.store.run_stats.of_runs(run_ids)


def get_run_step_stats(
    instance: Parts, run_id: str, step_keys: Sequence[str] | None = None
) -> Sequence[StepStats]:
    """The figures of the steps of a run that have begun or were skipped, by their start: a chart over time."""
    return instance.store.run_stats.steps_of_run(run_id, step_keys)


def get_run_ids(
    instance: Parts, filters: RunsFilter | None = None, cursor: str | None = None, limit: int | None = None
) -> Sequence[str]:
    """The ids of runs, newest first."""
    return [run.run_id for run in get_runs(instance, filters, cursor, limit)]


def get_runs_count(instance: Parts, filters: RunsFilter | None = None) -> int:
    """How many runs fit."""
    return instance.store.runs.count(filters)


def add_run_tags(instance: Parts, run_id: str, new_tags: Mapping[str, str]) -> None:
    """Set tags of a run; those of other keys stay."""
    instance.store.runs.add_tags(run_id, new_tags)


def get_run_tag_keys(instance: Parts) -> Sequence[str]:
    """The keys of all tags of runs."""
    return instance.store.runs.tag_keys()


def get_run_tags(
    instance: Parts, tag_keys: Sequence[str], value_prefix: str | None = None, limit: int | None = None
) -> Sequence[tuple[str, set[str]]]:
    """The values that tags of runs have had."""
    return sorted(instance.store.runs.tag_values(tag_keys, prefix=value_prefix, limit=limit).items())
