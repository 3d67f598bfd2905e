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

_MAPPINGS = ("resource_defs", "logger_defs", "tags", "run_tags", "metadata", "input_values")


def check_job_arguments(given: Mapping[str, Any], *, what: str, where: SourcePosition | None) -> None:
    """Raise ``InvalidDefinitionError`` for the first argument, by its published name, that is of a wrong kind."""
    for name in _MAPPINGS:
        require(given[name], Mapping, name, what=what, where=where)
    require(given["op_retry_policy"], RetryPolicy, "op_retry_policy", what=what, where=where)
    require_partitions(given["partitions_def"], what=what, where=where)
    _require_hooks(given["hook_defs"], what, where)
    _require_config(given["config"], what, where)


def _require_hooks(hooks: Any, what: str, where: SourcePosition | None) -> None:
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
        f"`config` of {what} is {config!r:.80}, of type {type(config).__name__}.",  # pyright: ignore[reportUnknownArgumentType]
        where=where,
        hint="Give a dict or RunConfig (the run config where a run gives none), a ConfigMapping or a PartitionedConfig.",
    )
