"""From a module or package to the objects its modules hold."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, cast

from mainspring.core.base.errors import InvalidInvocationError


def calling_module(depth: int) -> ModuleType:
    """The module of the code ``depth`` frames above the caller of this function."""
    frame = sys._getframe(depth + 1)  # pyright: ignore[reportPrivateUsage]  # the documented cheap way
    name: str | None = frame.f_globals.get("__name__")
    module = sys.modules.get(name or "")
    if module is None:
        raise InvalidInvocationError(
            "The module this was called from cannot be found.",
            hint="Use the loader that takes modules: load_..._from_modules([...]).",
        )
    return module


def modules_of_package(package: ModuleType) -> Iterator[ModuleType]:
    """A package and all modules below it, imported, in the order of their names."""
    yield package
    path = getattr(package, "__path__", None)
    if path is None:
        return
    for found in pkgutil.walk_packages(path, prefix=f"{package.__name__}."):
        yield import_module(found.name)


def objects_of(modules: Iterable[ModuleType], kinds: tuple[type, ...]) -> list[Any]:
    """The objects of some classes that stand in modules by name, or in a list that does.

    Each is given once, in the order in which they were defined.
    """
    found: dict[int, Any] = {}
    for module in modules:
        for value in list(vars(module).values()):
            items = cast("Iterable[Any]", value if isinstance(value, (list, tuple)) else (value,))
            for item in items:
                if isinstance(item, kinds):
                    found.setdefault(id(item), item)
    return list(found.values())
