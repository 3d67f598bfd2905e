"""``materialize``: make some assets here and now, without definitions around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.instance.instance import Instance
from mainspring.runtime.definitions.catalog import build_catalog
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.requirements import requirements_of
from mainspring.runtime.definitions.resolve import as_definition
from mainspring.runtime.execution.in_process import execute_job_in_process
from mainspring.runtime.execution.result import ExecuteInProcessResult
from mainspring.runtime.io.memory import InMemoryIOManager

EPHEMERAL_JOB_NAME = "__ephemeral_asset_job__"


def materialize(
    assets: Sequence[Any],
    run_config: Any = None,
    instance: Instance | None = None,
    resources: Mapping[str, object] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """Materialise assets in this process and give the result.

    ``assets`` may hold assets, external ones and checks; those that can be run are, or those of ``selection``.
    ``instance`` is where the run is recorded, by default one in memory. Values are stored by the IO managers among
    ``resources``, by default as files of the instance.

    Raises what a step raised, unless ``raise_on_error=False``.

    >>> @asset
    ... def numbers():
    ...     return [1, 2, 3]
    >>> materialize([numbers]).output_for_node("numbers")
    [1, 2, 3]
    """
    job = _job(assets, resources or {}, selection)
    return execute_job_in_process(
        job,
        run_config=run_config,
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        tags=tags,
    )


def materialize_to_memory(
    assets: Sequence[Any],
    run_config: Any = None,
    instance: Instance | None = None,
    resources: Mapping[str, object] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """Like ``materialize``, with every value kept in memory: nothing is written. For tests.

    Raises ``InvalidInvocationError`` where ``resources`` holds one of the assets' IO managers.
    """
    given = dict(resources or {})
    needed = {
        one.key for item in assets for one in requirements_of(as_definition(item)) if one.is_io_manager
    } | {"io_manager"}
    for key in needed & set(given):
        raise InvalidInvocationError(
            f"materialize_to_memory keeps all values in memory, so it takes no IO manager {key!r}.",
            hint="Use `materialize`.",
        )
    in_memory = InMemoryIOManager()
    bound = [_without_managers(as_definition(item), needed) for item in assets]
    job = _job(bound, given | dict.fromkeys(needed, in_memory), selection)
    return execute_job_in_process(
        job,
        run_config=run_config,
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        tags=tags,
    )


def _without_managers(definition: Any, managers: set[str]) -> Any:
    """A definition without the IO managers bound to itself."""
    kept = {key: value for key, value in definition.resource_defs.items() if key not in managers}
    return (
        definition if len(kept) == len(definition.resource_defs) else definition.copy_with(resource_defs=kept)
    )


def _job(assets: Sequence[Any], resources: Mapping[str, object], selection: Any) -> JobDefinition:
    if isinstance(assets, (str, bytes)) or not isinstance(assets, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidInvocationError(
            f"`assets` is {assets!r}; it must be a list of assets.", hint="Write materialize([my_asset])."
        )
    catalog = build_catalog(assets=assets, asset_checks=(), jobs=(), resources=resources, loggers={})
    runnable = frozenset(catalog.assets.graph.executable_asset_keys)
    job = catalog.implicit_job.copy_with(name=EPHEMERAL_JOB_NAME, keys=runnable)
    return job if selection is None else job.select(AssetSelection.from_coercible(selection))
