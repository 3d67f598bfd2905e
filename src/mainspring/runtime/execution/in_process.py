"""Run a job in this process, as it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError, InvalidSubsetError, did_you_mean
from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.tags import PARTITION_TAG, normalize_run_tags
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.execution.call_arguments import check_call
from mainspring.runtime.execution.result import ExecuteInProcessResult
from mainspring.runtime.execution.run import Execution, Request
from mainspring.runtime.execution.run_log import Listener


def execute_job_in_process(  # noqa: PLR0913  # the published signature
    job: JobDefinition,
    *,
    run_config: Any = None,
    instance: Instance | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    op_selection: Sequence[str] | None = None,
    asset_selection: Sequence[AssetKey] | None = None,
    run_id: str | None = None,
    input_values: Mapping[str, object] | None = None,
    tags: Mapping[str, str] | None = None,
    resources: Mapping[str, object] | None = None,
    listener: Listener | None = None,
    in_memory: bool = False,
) -> ExecuteInProcessResult:
    """Run a job here and now. ``listener`` is told of each line of the log as it is written.

    With ``in_memory`` the values for which no IO manager is named live as long as the run. Raises what is wrong with
    the call, the config or the plan before a run is recorded; and, with ``raise_on_error``, the first exception of a
    failed step as user code raised it.
    """
    check_call(
        job,
        instance=instance,
        op_selection=op_selection,
        partition_key=partition_key,
        run_id=run_id,
        input_values=input_values,
        tags=tags,
        resources=resources,
    )
    chosen = part_of(job, asset_selection, op_selection)
    owned = Instance.ephemeral() if instance is None else None
    with owned or nullcontext():
        deployment = instance or owned
        assert deployment is not None  # one of the two
        all_tags = {**chosen.tags_of_runs, **normalize_run_tags(tags or {}, what="the run")}
        if partition_key is not None:
            _require_partitions(chosen)
            all_tags |= chosen.tags_for_partition(partition_key)
            all_tags[PARTITION_TAG] = str(partition_key)
        request = Request(
            chosen,
            deployment,
            chosen.run_config_for(run_config, partition_key),
            all_tags,
            run_id,
            resources or {},
            listener,
            input_values or {},
            in_memory=in_memory,
        )
        return Execution(request).run(raise_on_error=raise_on_error)


def _require_partitions(job: JobDefinition) -> None:
    """Refuse a partition of what has none; checks alone may be of an asset that is partitioned elsewhere."""
    graph = job.asset_graph
    if (
        job.partitions_def is not None
        or job.check_keys
        or any(graph.get(key).is_partitioned for key in job.keys)
    ):
        return
    what = f"The job {job.name!r} is not" if job.is_op_job else "None of the assets to be made is"
    raise InvalidInvocationError(
        f"{what} partitioned, so there is no partition to run.",
        where=job.where,
        hint="Leave out partition_key, or declare partitions_def=... where it is meant.",
    )


def part_of(
    job: JobDefinition, assets: Sequence[AssetKey] | None, ops: Sequence[str] | None
) -> JobDefinition:
    """The part of a job that is asked for. Raises ``InvalidSubsetError`` for what it does not have."""
    if assets is not None and ops is not None:
        raise InvalidInvocationError("A run is of `asset_selection` or of `op_selection`, not of both.")
    if ops is not None:
        return job.with_ops(ops)
    if assets is None:
        return job
    if job.is_op_job:
        raise InvalidInvocationError(
            f"The job {job.name!r} is one of ops, so it makes no assets that `asset_selection` could name.",
            where=job.where,
            hint="Give op_selection=[...], or leave both out.",
        )
    wanted = [AssetKey.from_coercible(key) for key in assets]
    for key in wanted:
        if key not in job.keys:
            text = key.to_user_string()
            known = sorted(one.to_user_string() for one in job.keys)
            raise InvalidSubsetError(
                f"The job {job.name!r} does not make the asset {text!r} of `asset_selection`.",
                where=job.where,
                hint=did_you_mean(text, known) or f"It makes: {', '.join(known[:10]) or 'no assets'}.",
            )
    return job.with_keys(wanted)
