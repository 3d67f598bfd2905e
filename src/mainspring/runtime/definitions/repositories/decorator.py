"""``@repository``: the definitions that a function lists, under its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from typing import Any, cast, overload

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.kinds import part_of
from mainspring.runtime.definitions.parts_of_definitions import as_job
from mainspring.runtime.definitions.repositories.data import RepositoryData
from mainspring.runtime.definitions.repositories.definition import RepositoryDefinition
from mainspring.runtime.definitions.repositories.lazy import LazyRepositoryData
from mainspring.runtime.definitions.repositories.of_definitions import repository_of
from mainspring.runtime.definitions.resolve import Faults


@overload
def repository(definitions_fn: Callable[[], Any], /) -> RepositoryDefinition: ...


@overload
def repository(
    *,
    name: str | None = None,
    description: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    default_executor_def: Any = None,
    default_logger_defs: Mapping[str, Any] | None = None,
) -> Callable[[Callable[[], Any]], RepositoryDefinition]: ...


def repository(
    definitions_fn: Callable[[], Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    default_executor_def: Any = None,
    default_logger_defs: Mapping[str, Any] | None = None,
) -> Any:
    """Make a repository of what a function returns. ``Definitions`` is today's way; this one has a name.

    The function is called once, now. It returns one of:

    * a list of assets, checks, jobs, graphs (each becomes a job), schedules and sensors, also in lists inside it;
    * a dict ``{"jobs": {name: job}, "schedules": {...}, "sensors": {...}}``, in which a function without parameters
      may stand for an object; it is called when the object is asked for;
    * an object of a class derived from ``RepositoryData``.

    ``default_executor_def`` and ``default_logger_defs`` are for the jobs that have none of their own. Raises
    ``InvalidDefinitionError`` with every fault.

    >>> @repository
    ... def sales():
    ...     return [AssetSpec("orders"), define_asset_job("nightly")]
    >>> sales.name
    'sales'
    """

    def declare(function: Callable[[], Any]) -> RepositoryDefinition:
        where = position_of(function)
        made_name = validate_name(name or function.__name__, what="a repository", where=where)
        what = f"The repository {made_name!r}"
        parameters = ", ".join(signature(function).parameters)
        if parameters:
            raise InvalidDefinitionError(
                f"The function of the repository {made_name!r} has parameters: {parameters}.",
                where=where,
                hint="It is called without arguments; let it read what it needs.",
            )
        returned = function()
        said = description if description is not None else function.__doc__
        if isinstance(returned, RepositoryData):
            _refuse_defaults(default_executor_def, default_logger_defs, what, where)
            data: RepositoryData = returned
        elif isinstance(returned, Mapping):
            data = LazyRepositoryData(
                cast("Mapping[str, Any]", returned),
                what=what,
                where=where,
                executor=default_executor_def,
                loggers=default_logger_defs,
            )
        else:
            parts = _sorted_into_parts(returned, what, where)
            definitions = Definitions(
                assets=parts["assets"],
                jobs=parts["jobs"],
                schedules=parts["schedules"],
                sensors=parts["sensors"],
                executor=default_executor_def,
                loggers=default_logger_defs,
            )
            definitions.where = where
            return repository_of(definitions, name=made_name, description=said, metadata=metadata)
        return RepositoryDefinition(
            made_name, repository_data=data, description=said, metadata=metadata, where=where
        )

    return declare if definitions_fn is None else declare(definitions_fn)


def _refuse_defaults(executor: Any, loggers: Any, what: str, where: SourcePosition | None) -> None:
    if executor is not None or loggers is not None:
        raise InvalidDefinitionError(
            f"{what} is a RepositoryData, which makes its jobs itself; it takes no default_executor_def and no "
            "default_logger_defs.",
            where=where,
        )


def _sorted_into_parts(returned: Any, what: str, where: SourcePosition | None) -> dict[str, list[Any]]:
    """What was listed, by the part of ``Definitions`` it belongs in."""
    if isinstance(returned, (str, Definitions)) or not isinstance(returned, Iterable):
        raise InvalidDefinitionError(
            f"The function of {what[0].lower()}{what[1:]} returned {returned!r}; it must return a list, a dict or a "
            "RepositoryData.",
            where=where,
            hint="Definitions need no repository: leave @repository out."
            if isinstance(returned, Definitions)
            else None,
        )
    faults = Faults()
    parts: dict[str, list[Any]] = {"assets": [], "jobs": [], "schedules": [], "sensors": []}
    for place, item in enumerate(_flat(cast("Iterable[Any]", returned)), 1):
        made = as_job(item)
        part = part_of(made)
        if part is None:
            faults.add(f"{what} lists {item!r} (item {place}), which is no definition.", where=where)
        else:
            parts[part].append(made)
    faults.raise_if_any()
    return parts


def _flat(items: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        found.extend(cast("Iterable[Any]", item) if isinstance(item, (list, tuple)) else [item])
    return found
