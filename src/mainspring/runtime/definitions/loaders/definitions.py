"""``load_definitions_from_...``: everything that modules declare, as one ``Definitions``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.kinds import Part, declared_classes, part_of
from mainspring.runtime.definitions.loaders.modules import calling_module, modules_of_package, objects_of


def load_definitions_from_modules(
    modules: Iterable[ModuleType],
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """The assets, checks, jobs, schedules and sensors that stand in modules, together with what is given here."""
    parts: dict[Part, list[Any]] = {"assets": [], "jobs": [], "schedules": [], "sensors": []}
    for item in objects_of(modules, declared_classes()):
        part = part_of(item)
        if part is not None:
            parts[part].append(item)
    return Definitions(
        assets=parts["assets"],
        jobs=parts["jobs"],
        schedules=parts["schedules"],
        sensors=parts["sensors"],
        resources=resources,
        loggers=loggers,
        executor=executor,
    )


def load_definitions_from_module(
    module: ModuleType,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """Everything one module declares."""
    return load_definitions_from_modules([module], resources, loggers, executor)


def load_definitions_from_current_module(
    resources: Mapping[str, Any] | None = None, loggers: Mapping[str, Any] | None = None, executor: Any = None
) -> Definitions:
    """Everything the calling module declares."""
    return load_definitions_from_modules([calling_module(1)], resources, loggers, executor)


def load_definitions_from_package_module(
    package_module: ModuleType,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """Everything a package and all modules below it declare."""
    return load_definitions_from_modules(modules_of_package(package_module), resources, loggers, executor)


def load_definitions_from_package_name(
    package_name: str,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """Everything a package given by name declares."""
    return load_definitions_from_package_module(import_module(package_name), resources, loggers, executor)
