"""``define_asset_job``: a job as a selection of assets, resolved when all definitions are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.errors import OrchestratorError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.metadata import normalize_metadata
from mainspring.core.values.names import validate_name
from mainspring.core.values.owners import validate_owners
from mainspring.core.values.tags import normalize_run_tags
from mainspring.runtime.definitions.jobs.arguments import require_hooks
from mainspring.runtime.definitions.retries import RetryPolicy


@dataclass(frozen=True, slots=True)
class UnresolvedAssetJob:
    """A job whose assets are not known yet."""

    name: str
    selection: AssetSelection
    config: Any = None
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    run_tags: Mapping[str, str] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    partitions_def: Any = None
    executor_def: Any = None
    hooks: frozenset[Any] = frozenset()
    op_retry_policy: RetryPolicy | None = None
    owners: Sequence[str] = ()
    automation_condition: Any = None
    where: SourcePosition | None = None


def define_asset_job(  # noqa: PLR0913, PLR0917  # the published parameters
    name: str,
    selection: Any = None,
    config: Any = None,
    description: str | None = None,
    tags: Mapping[str, object] | None = None,
    run_tags: Mapping[str, object] | None = None,
    metadata: Mapping[str, Any] | None = None,
    partitions_def: Any = None,
    executor_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    owners: Sequence[str] | None = None,
    automation_condition: Any = None,
) -> UnresolvedAssetJob:
    """Declare a job of the assets a selection stands for; of all of them where none is given.

    ``selection`` is an ``AssetSelection``, a string in the selection language, or a list of keys or
    definitions; ``config`` the default run config; ``tags`` go on the job and its runs, ``run_tags`` on the
    runs alone.

    >>> define_asset_job("nightly", selection="group:sales and not tag:slow").name
    'nightly'
    """
    where = user_position()
    what = f"job {name!r}"
    require_hooks(hooks, what=what, where=where)
    return UnresolvedAssetJob(
        validate_name(name, what="a job", where=where),
        AssetSelection.all() if selection is None else _selected(selection, name, where),
        config,
        description,
        normalize_run_tags(tags, what=what, where=where) if tags else {},
        normalize_run_tags(run_tags, what=what, where=where) if run_tags is not None else None,
        normalize_metadata(metadata) if metadata else {},
        partitions_def,
        executor_def,
        frozenset(hooks or ()),
        op_retry_policy,
        validate_owners(owners, what=what, where=where) if owners else (),
        automation_condition,
        where,
    )


def _selected(selection: object, name: str, where: SourcePosition | None) -> AssetSelection:
    try:
        return AssetSelection.from_coercible(selection)
    except OrchestratorError as error:
        error.message = f"The `selection` of the job {name!r}: {error.message}"
        error.where = where
        raise
