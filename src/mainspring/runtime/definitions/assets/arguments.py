"""``AssetArguments``: what ``@asset`` was given, and whether each argument is what it must be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.partitions.backfill_policy import BackfillPolicy
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.tags import COMPUTE_KIND_TAG
from mainspring.runtime.definitions.argument_types import require, require_items, require_names
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.retries import RetryPolicy


class AssetArguments(NamedTuple):
    """The arguments of ``@asset``, by name."""

    name: str | None = None
    key_prefix: str | Sequence[str] | None = None
    ins: Mapping[str, Any] | None = None
    deps: Iterable[Any] | None = None
    metadata: Mapping[str, Any] | None = None
    tags: Mapping[str, str] | None = None
    description: str | None = None
    config_schema: Any = None
    required_resource_keys: AbstractSet[str] | None = None
    resource_defs: Mapping[str, object] | None = None
    hooks: AbstractSet[Any] | None = None
    io_manager_def: object | None = None
    io_manager_key: str | None = None
    dagster_type: Any = None
    partitions_def: Any = None
    op_tags: Mapping[str, Any] | None = None
    group_name: str | None = None
    output_required: bool = True
    automation_condition: Any = None
    freshness_policy: Any = None
    backfill_policy: Any = None
    retry_policy: RetryPolicy | None = None
    code_version: str | None = None
    key: AssetKey | str | Sequence[str] | None = None
    check_specs: Sequence[AssetCheckSpec] | None = None
    owners: Sequence[str] | None = None
    kinds: AbstractSet[str] | None = None
    pool: str | None = None
    compute_kind: str | None = None
    is_virtual: bool = False
    timeout: float | timedelta | None = None


def check_arguments(said: AssetArguments, *, what: str, where: SourcePosition | None) -> None:
    """Raise ``InvalidDefinitionError`` for an argument of a wrong kind. The spec checks those it takes
    itself.
    """
    check_run_arguments(
        retry_policy=said.retry_policy,
        backfill_policy=said.backfill_policy,
        op_tags=said.op_tags,
        pool=said.pool,
        check_specs=said.check_specs,
        what=what,
        where=where,
    )
    require(said.io_manager_key, str, "io_manager_key", what=what, where=where)
    require(said.compute_kind, str, "compute_kind", what=what, where=where)
    if said.compute_kind and said.kinds:
        raise InvalidDefinitionError(
            f"{what} has `kinds` and also a `compute_kind`.", where=where, hint="Say it in `kinds` alone."
        )


def check_run_arguments(
    *,
    retry_policy: Any = None,
    backfill_policy: Any = None,
    op_tags: Any = None,
    pool: Any = None,
    check_specs: Any = None,
    required_resource_keys: Any = None,
    what: str,
    where: SourcePosition | None,
) -> None:
    """Raise ``InvalidDefinitionError`` for an argument of how something runs that is of a wrong kind."""
    require(retry_policy, RetryPolicy, "retry_policy", what=what, where=where)
    require(backfill_policy, BackfillPolicy, "backfill_policy", what=what, where=where)
    require(op_tags, Mapping, "op_tags", what=what, where=where)
    require(pool, str, "pool", what=what, where=where)
    if check_specs is not None:
        require_items(check_specs, AssetCheckSpec, "check_specs", what=what, where=where)
    if required_resource_keys is not None:
        require_names(required_resource_keys, "required_resource_keys", what=what, where=where)


def with_compute_kind(
    op_tags: Mapping[str, Any] | None, compute_kind: str | None, *, what: str = "an asset"
) -> Mapping[str, Any]:
    """The tags of the op, with the one that says its kind."""
    if not compute_kind:
        return {} if op_tags is None else op_tags
    require(op_tags, Mapping, "op_tags", what=what, where=user_position())
    return {**(op_tags or {}), COMPUTE_KIND_TAG: compute_kind}
