"""What kind of thing each argument of a job must be; every message names the job and its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.config.run_config import RunConfig
from mainspring.runtime.definitions.argument_types import require, require_partitions
from mainspring.runtime.definitions.hooks import HookDefinition
from mainspring.runtime.definitions.retries import RetryPolicy


def check_job_arguments(
    mappings: Mapping[str, Any],
    *,
    config: Any,
    hooks: Any,
    op_retry_policy: Any,
    partitions_def: Any,
    what: str,
    where: SourcePosition | None,
) -> None:
    """Raise ``InvalidDefinitionError`` for the first argument that is of a wrong kind.

    ``mappings`` are the arguments, by name, that must each be a dict.
    """
    for name, value in mappings.items():
        require(value, Mapping, name, what=what, where=where)
    require(op_retry_policy, RetryPolicy, "op_retry_policy", what=what, where=where)
    require_partitions(partitions_def, what=what, where=where)
    require_hooks(hooks, what=what, where=where)
    _require_config(config, what, where)


def require_hooks(hooks: Any, *, what: str, where: SourcePosition | None) -> None:
    """Raise ``InvalidDefinitionError`` unless this is ``None`` or a set, or list, of hooks."""
    listed: list[Any] = list(cast("Iterable[Any]", hooks)) if isinstance(hooks, Iterable) else [hooks]
    if hooks is None or (
        isinstance(hooks, Iterable) and all(isinstance(hook, HookDefinition) for hook in listed)
    ):
        return
    raise InvalidDefinitionError(
        f"The hooks of {what} are {hooks!r:.80}; they must be a set of hooks.",
        where=where,
        hint="Write hooks={hook}, where hook is decorated with @success_hook or @failure_hook.",
    )


def _require_config(config: Any, what: str, where: SourcePosition | None) -> None:
    if config is None or isinstance(config, (Mapping, RunConfig, ConfigMapping)):
        return
    if hasattr(config, "get_run_config_for_partition_key") and not isinstance(config, type):
        return
    raise InvalidDefinitionError(
        f"`config` of {what} is {config!r:.80}, of type {type(config).__name__}.",
        where=where,
        hint="Give a dict or a RunConfig, the run config where a run gives none; or a ConfigMapping, or a "
        "PartitionedConfig.",
    )
