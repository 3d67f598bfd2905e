"""Finding a target where none is named: in the nearest ``pyproject.toml``, or by the usual file names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mainspring.core.base.errors import InvocationError, did_you_mean
from mainspring.runtime.definitions.loaders.project_file import project_file
from mainspring.runtime.definitions.loaders.project_layout import (
    package_of,
    read_project,
    source_folders,
    table_of,
)
from mainspring.runtime.definitions.loaders.target import Target

TABLES = ("mainspring", "dagster")
_KEYS = ("module_name", "python_file", "package_name", "attribute")
_OTHER_KEYS = ("code_location_name",)
_DEFINITIONS = "definitions.py"


def find_target(folder: Path) -> Target:
    """The target of the project that a folder belongs to.

    It is what ``[tool.mainspring]`` (or ``[tool.dg.project]``, ``[tool.dagster]``) of the nearest ``pyproject.toml``
    names, else ``definitions.py`` in the folder, else the only ``<package>/definitions.py`` in it. Raises
    ``InvocationError`` where there is none.
    """
    path = project_file(folder)
    found = _named_in(path) if path is not None else None
    return found or _by_file_name(folder, path)


# -- pyproject.toml ----------------------------------------------------------------------------------------------------


def _named_in(path: Path) -> Target | None:
    tool = table_of(read_project(path), "tool", path)
    search = source_folders(path.parent)
    for name in TABLES:
        table = table_of(tool, name, path)
        if any(key in table for key in _KEYS) or (name == TABLES[0] and table):
            return _from_table(table, f"[tool.{name}] of {path}", search, path.parent)
    project = table_of(table_of(tool, "dg", path), "project", path)
    module = project.get("code_location_target_module") or (
        f"{project['root_module']}.definitions" if "root_module" in project else None
    )
    return None if module is None else Target(module_name=str(module), search=search)


def _from_table(table: Mapping[str, Any], place: str, search: tuple[Path, ...], root: Path) -> Target:
    for key, value in table.items():
        if key not in (*_KEYS, *_OTHER_KEYS):
            raise InvocationError(
                f"{place} has the key {key!r}, which means nothing.",
                hint=did_you_mean(key, _KEYS) or f"Known are: {', '.join(_KEYS)}.",
            )
        if not isinstance(value, str):
            raise InvocationError(f"{key!r} in {place} is {value!r}; it must be a string.")
    if sum(key in table for key in _KEYS[:3]) != 1:
        raise InvocationError(f"{place} must name one of module_name, python_file and package_name.")
    file = table.get("python_file")
    return Target(
        module_name=table.get("module_name"),
        python_file=None if file is None else root / file,
        package_name=table.get("package_name"),
        attribute=table.get("attribute"),
        search=search,
    )


# -- by file name ------------------------------------------------------------------------------------------------------


def _by_file_name(folder: Path, project: Path | None) -> Target:
    if (folder / _DEFINITIONS).is_file():
        root, name = package_of(folder)
        if name:
            return Target(module_name=f"{name}.definitions", search=(root,))
        return Target(python_file=folder / _DEFINITIONS, search=(folder,))
    search = source_folders(folder)
    packages = [package for place in search for package in _packages(place)]
    if len(packages) == 1:
        return Target(module_name=f"{packages[0]}.definitions", search=search)
    if packages:
        names = ", ".join(f"{name}/{_DEFINITIONS}" for name in packages)
        raise InvocationError(
            f"There are {len(packages)} places with definitions: {names}.",
            hint=f"Choose one: -m {packages[0]}.definitions",
        )
    looked = f"{project} names none, and " if project is not None else ""
    raise InvocationError(
        f"No definitions were named: {looked}there is no {_DEFINITIONS} in {folder} or in a package there.",
        hint='Name them with -m MODULE or -f FILE, or write [tool.mainspring] module_name = "..." into pyproject.toml.',
    )


def _packages(folder: Path) -> list[str]:
    found = (entry.parent for entry in folder.glob(f"*/{_DEFINITIONS}"))
    return sorted(package.name for package in found if package.name.isidentifier() and package.name != "src")
