"""What may stand in each part of a ``Definitions``, and how several are merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError
from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.checks.definition import AssetChecksDefinition
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.jobs.asset_job import UnresolvedAssetJob
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.resolve import Faults, as_definition

LISTS = ("assets", "asset_checks", "jobs", "schedules", "sensors")
MAPPINGS = ("resources", "loggers")
PARTS = (*LISTS, *MAPPINGS, "executor", "metadata")


def checked_parts(*, where: SourcePosition | None, **parts: Any) -> dict[str, Any]:
    """The parts as lists and dicts. Raises ``InvalidDefinitionError`` for all that is in a wrong place."""
    faults = Faults()
    checked: dict[str, Any] = {name: _as_list(parts[name], name, faults, where) for name in LISTS}
    checked |= {name: _as_mapping(parts[name], name, faults, where) for name in MAPPINGS}
    for item in checked["assets"]:
        _note(faults, as_definition, item, "assets", where)
    for item in checked["asset_checks"]:
        if not isinstance(item, AssetsDefinition) or not item.check_specs_by_key:
            faults.add(
                f"`asset_checks` holds {item!r}, which evaluates no checks.",
                where=where,
                hint="Decorate it with @asset_check(asset=...).",
            )
    checked["jobs"] = [as_job(item) for item in checked["jobs"]]
    for item in checked["jobs"]:
        if not isinstance(item, (UnresolvedAssetJob, JobDefinition)):
            faults.add(
                f"`jobs` holds {item!r}, which is no job.",
                where=where,
                hint="Make one with @job, or with define_asset_job(name, selection=...).",
            )
    for name, logger in checked["loggers"].items():
        if not callable(getattr(logger, "logger_fn", None)):
            faults.add(
                f"`loggers` holds {logger!r} under {name!r}, which is no logger.",
                where=where,
                hint="Decorate a function with @logger.",
            )
    if checked["schedules"] or checked["sensors"]:  # few declarations need what schedules are made of
        call("check_kinds")(checked["schedules"], checked["sensors"], faults, where)
    checked["asset_checks"] += [item for item in checked["assets"] if isinstance(item, AssetChecksDefinition)]
    checked["assets"] = [item for item in checked["assets"] if not isinstance(item, AssetChecksDefinition)]
    faults.raise_if_any()
    return checked


def as_job(item: Any) -> Any:
    """A graph as a job of its own; anything else as it is."""
    return item.to_job() if getattr(item, "is_graph", False) and hasattr(item, "to_job") else item


def _as_list(value: Any, name: str, faults: Faults, where: SourcePosition | None) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        faults.add(
            f"`{name}` of Definitions is {value!r}; it must be a list.",
            where=where,
            hint=f"Write {name}=[...].",
        )
        return []
    return _flat(value)  # pyright: ignore[reportUnknownArgumentType]


def _flat(items: Iterable[Any]) -> list[Any]:
    """The items, with those of a list inside the list in its place: loaders give lists."""
    found: list[Any] = []
    for item in items:
        found.extend(item if isinstance(item, (list, tuple)) else [item])  # pyright: ignore[reportUnknownArgumentType]
    return found


def _as_mapping(value: Any, name: str, faults: Faults, where: SourcePosition | None) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):  # pyright: ignore[reportUnknownVariableType]
        faults.add(
            f"`{name}` of Definitions is {value!r}; it must be a dict with names as keys.", where=where
        )
        return {}
    return dict(value)  # pyright: ignore[reportUnknownArgumentType]


def _note(faults: Faults, check: Any, item: Any, name: str, where: SourcePosition | None) -> None:
    try:
        check(item)
    except InvalidDefinitionError as error:
        faults.add(f"`{name}` of Definitions: {error.message}", where=where, hint=error.hint)


def merged_parts(
    sets: Sequence[Mapping[str, Any]], places: Sequence[SourcePosition | None]
) -> dict[str, Any]:
    """The parts of several definitions as those of one; the same object given twice counts once.

    Raises ``InvariantViolationError`` with every name that is given to different things.
    """
    faults = Faults()
    merged: dict[str, Any] = {name: _without_repeats(one[name] for one in sets) for name in LISTS}
    for name in (*MAPPINGS, "metadata"):
        merged[name] = _merged_mapping([one[name] for one in sets], name, faults, places)
    executors = [one["executor"] for one in sets if one["executor"] is not None]
    if any(executor is not executors[0] for executor in executors):
        faults.add(
            "Definitions that are merged name different executors.", hint="Name the executor in one of them."
        )
    merged["executor"] = executors[0] if executors else None
    if faults.found:
        raise InvariantViolationError("\n\n".join(map(str, faults.found)))
    return merged


def _without_repeats(lists: Iterable[Sequence[Any]]) -> list[Any]:
    return list({id(item): item for items in lists for item in items}.values())


def _merged_mapping(
    mappings: Sequence[Mapping[str, Any]], name: str, faults: Faults, places: Sequence[SourcePosition | None]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    said: dict[str, SourcePosition | None] = {}
    for mapping, where in zip(mappings, places, strict=True):
        for key, value in mapping.items():
            if key in merged and merged[key] is not value and not _same(merged[key], value):
                faults.add(
                    f"Definitions that are merged give different {name} the name {key!r}: at "
                    f"{said[key]} and at {where}.",
                    hint="Keep one, or give one of them another name.",
                )
            merged[key] = value
            said[key] = where
    return merged


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:  # a user's object may refuse to be compared
        return False
