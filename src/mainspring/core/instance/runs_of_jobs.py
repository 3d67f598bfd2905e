"""Runs made for a job that is at hand.

``create_run_for_job`` is the method of ``Instance`` of that name. The instance knows nothing of definitions: it asks a
job for what a run keeps of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.instance.parts import Parts
from mainspring.core.instance.runs import add_run
from mainspring.core.records.run import Run, RunStatus
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.tags import normalize_run_tags


class JobAtHand(Protocol):
    """What a run keeps of its job."""

    name: str

    @property
    def tags_of_runs(self) -> Mapping[str, str]:
        """The tags that all its runs have."""
        ...

    @property
    def is_op_job(self) -> bool:
        """Whether it is of ops, not of assets."""
        ...

    @property
    def keys(self) -> AbstractSet[AssetKey]:
        """The assets it makes."""
        ...

    @property
    def check_keys(self) -> AbstractSet[AssetCheckKey]:
        """The checks it evaluates."""
        ...

    @property
    def op_selection(self) -> AbstractSet[str] | None:
        """The ops it was narrowed to."""
        ...

    @property
    def selected_ops(self) -> Sequence[Any]:
        """Its ops, each with the ``path`` that leads to it."""
        ...

    def with_ops(self, op_selection: Iterable[str], /) -> Any:
        """The part of it that is these ops."""
        ...

    def with_keys(self, keys: Iterable[AssetKey], /) -> Any:
        """The part of it that makes these assets."""
        ...


class PlanAtHand(Protocol):
    """The steps of a run."""

    @property
    def steps(self) -> Sequence[Any]:
        """Each with its ``key``."""
        ...


def create_run_for_job(  # noqa: PLR0913, PLR0917  # the published signature
    instance: Parts,
    job_def: JobAtHand,
    execution_plan: PlanAtHand | None = None,
    run_id: str | None = None,
    run_config: Mapping[str, object] | None = None,
    resolved_op_selection: AbstractSet[str] | None = None,
    status: RunStatus | str | None = None,
    tags: Mapping[str, str] | None = None,
    root_run_id: str | None = None,
    parent_run_id: str | None = None,
    op_selection: Sequence[str] | None = None,
    asset_selection: AbstractSet[AssetKey] | None = None,
) -> Run:
    """Store a new run of a job, without any event: with its name, its tags and what of it is to run.

    Raises ``InvalidInvocationError`` when both ops and assets are selected, ``InvalidSubsetError`` for what the job
    does not have, ``InvariantViolationError`` when the id is taken.
    """
    if op_selection is not None and asset_selection is not None:
        raise InvalidInvocationError("A run is of `asset_selection` or of `op_selection`, not of both.")
    chosen: JobAtHand = job_def
    if op_selection is not None:
        chosen = job_def.with_ops(op_selection)
    elif asset_selection is not None:
        chosen = job_def.with_keys(asset_selection)
    ops = None if chosen.op_selection is None else sorted(chosen.op_selection)
    resolved = None if resolved_op_selection is None else frozenset(resolved_op_selection)
    if resolved is None and ops is not None:
        resolved = frozenset(".".join(op.path) for op in chosen.selected_ops)
    run = Run(
        job_name=job_def.name,
        run_id=run_id or instance.ambient.ids.new(),
        run_config=dict(run_config or {}),
        status=RunStatus(status) if status is not None else RunStatus.NOT_STARTED,
        tags={**chosen.tags_of_runs, **normalize_run_tags(tags or {}, what="the run")},
        root_run_id=root_run_id,
        parent_run_id=parent_run_id,
        step_keys_to_execute=None if execution_plan is None else [step.key for step in execution_plan.steps],
        asset_selection=None if chosen.is_op_job else frozenset(chosen.keys),
        asset_check_selection=None if chosen.is_op_job else frozenset(chosen.check_keys),
        op_selection=ops,
        resolved_op_selection=resolved,
    )
    return add_run(instance, run)
