"""Whose code something is: the project's own, an installed package's, or Python's."""

from __future__ import annotations

import sys
import sysconfig
from enum import Enum
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import PurePath
from types import ModuleType
from typing import NamedTuple

_OURS = __name__.partition(".")[0]
_PACKAGE_FOLDERS = frozenset({"site-packages", "dist-packages"})


class Owner(Enum):
    """Who wrote some code."""

    PROJECT = "project"
    PACKAGE = "package"
    PYTHON = "python"


class Origin(NamedTuple):
    """Whose a module is. ``version`` tells which code of a package or of Python it is; ``None`` if nobody knows."""

    owner: Owner
    name: str
    version: str | None

    @property
    def is_first_party(self) -> bool:
        """Whether it belongs to the project."""
        return self.owner is Owner.PROJECT


_PYTHON = Origin(Owner.PYTHON, "python", f"{sys.version_info[0]}.{sys.version_info[1]}")


class Origins:
    """Tells whose modules are, by their names. Each package is looked up once."""

    def __init__(self) -> None:
        self._by_module: dict[str, Origin] = {}
        self._by_package: dict[str, Origin] = {}
        self._installed = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})

    def of(self, module_name: object) -> Origin:
        """Whose the module with this name is; what says no module is Python's own."""
        if not isinstance(module_name, str) or not module_name:
            return _PYTHON
        found = self._by_module.get(module_name)
        if found is None:
            found = self._by_module[module_name] = self._found(module_name)
        return found

    def _found(self, module_name: str) -> Origin:
        top = module_name.partition(".")[0]
        if top in sys.stdlib_module_names or top == "builtins":
            return _PYTHON
        if top == _OURS:
            return self._package(top)
        if top == "__main__":
            return Origin(Owner.PROJECT, module_name, None)
        places = _places_of(module_name)
        if any(self._is_installed(place) for place in places):
            return self._package(top)
        return Origin(Owner.PROJECT, module_name, None)

    def _is_installed(self, place: str) -> bool:
        return place.startswith(self._installed) or not _PACKAGE_FOLDERS.isdisjoint(PurePath(place).parts)

    def _package(self, top: str) -> Origin:
        found = self._by_package.get(top)
        if found is None:
            found = self._by_package[top] = Origin(Owner.PACKAGE, top, _version_of(top))
        return found


def _places_of(module_name: str) -> list[str]:
    """The file of a module, or the folders of a package without one. Nothing is imported for it but parent packages."""
    module = sys.modules.get(module_name)
    if module is None:
        try:
            return _places_of_spec(find_spec(module_name))
        except (ImportError, ValueError, AttributeError):
            return []
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return [file]
    return _places_of_spec(getattr(module, "__spec__", None))


def _places_of_spec(spec: ModuleSpec | None) -> list[str]:
    if spec is None:
        return []
    if spec.origin is not None and spec.has_location:
        return [spec.origin]
    return list(spec.submodule_search_locations or ())


def _version_of(top: str) -> str | None:
    try:
        return version(top)
    except PackageNotFoundError:
        pass
    names = sorted(set(packages_distributions().get(top, ())))
    if names:
        return ",".join(f"{name}=={version(name)}" for name in names)
    module: ModuleType | None = sys.modules.get(top)
    said = getattr(module, "__version__", None)
    return said if isinstance(said, str) else None
