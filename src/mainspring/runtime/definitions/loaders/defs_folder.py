"""``load_from_defs_folder``: everything that the modules of a project's ``defs`` folder declare."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.loaders.definitions import load_definitions_from_modules
from mainspring.runtime.definitions.loaders.definitions_function import DefsLoadContext
from mainspring.runtime.definitions.loaders.folder_modules import modules_below
from mainspring.runtime.definitions.loaders.own_definitions import as_definitions, wholes_of
from mainspring.runtime.definitions.loaders.project_file import project_file
from mainspring.runtime.definitions.loaders.project_layout import (
    package_of,
    read_project,
    source_folders,
    table_of,
)

_DEFS = "defs"


def load_from_defs_folder(*, path_within_project: Path | str | None = None) -> Definitions:
    """Everything that is declared in the modules of a project's ``defs`` folder, at any depth, as one ``Definitions``.

    ``path_within_project`` is any path in the project, usually ``Path(__file__).parent``. The folder is the package
    ``<root_module>.defs``, where ``[tool.dg.project]`` of the project's ``pyproject.toml`` names the ``root_module``
    (or ``defs_module`` itself); else the nearest folder ``defs`` at the path or above it.

    A module that holds ``Definitions``, a ``@definitions`` function or a repository gives what these say; of any
    other module all assets, checks, jobs, schedules and sensors are taken. Raises ``InvalidInvocationError`` where
    there is no such folder, ``InvalidDefinitionError`` where a ``defs.yaml`` stands in it: components are not
    supported, ``InvariantViolationError`` where two modules give different things one name.

    >>> defs = load_from_defs_folder(path_within_project=Path(__file__).parent)
    """
    if path_within_project is None:
        raise InvalidInvocationError(
            "load_from_defs_folder does not know which project is meant.",
            hint="Write load_from_defs_folder(path_within_project=Path(__file__).parent).",
        )
    path = Path(path_within_project).resolve()
    root, name, search = _project_of(path)
    return _load(_imported(name, path, search), root, stop_at_definitions=False)


def load_defs(
    defs_root: ModuleType,
    project_root: Path | None = None,
    terminate_autoloading_on_keyword_files: bool = True,
) -> Definitions:
    """Everything that is declared in the modules of a package; ``load_from_defs_folder`` is today's way.

    With ``terminate_autoloading_on_keyword_files``, a folder that holds ``definitions.py`` gives what stands there,
    and nothing else of it or below it is loaded.
    """
    if not getattr(defs_root, "__path__", None):
        raise InvalidInvocationError(
            f"load_defs was given the module {defs_root.__name__!r}, which is no package.",
            hint="Give the package whose modules are to be loaded.",
        )
    folder = _folder_of(defs_root)
    file = project_file(folder)
    root = project_root or (file.parent if file is not None else folder.parent)
    return _load(defs_root, root, stop_at_definitions=terminate_autoloading_on_keyword_files)


# -- where it is -------------------------------------------------------------------------------------------------------


def _project_of(path: Path) -> tuple[Path, str, tuple[Path, ...]]:
    """The root of the project, the name of its package of definitions, and where that may be found."""
    file = project_file(path if path.is_dir() else path.parent)
    if file is not None:
        table = table_of(table_of(table_of(read_project(file), "tool", file), "dg", file), "project", file)
        name = _named_in(table)
        if name is not None:
            return file.parent, name, source_folders(file.parent)
    for folder in (path, *path.parents):
        if (folder / _DEFS).is_dir():
            above, package = package_of(folder)
            name = f"{package}.{_DEFS}" if package else _DEFS
            return (file.parent if file is not None else above), name, (above,)
        if file is not None and folder == file.parent:
            break
    raise InvalidInvocationError(
        f"There is no folder {_DEFS!r} in {path} or above it.",
        hint='Make one, or name its package in pyproject.toml: [tool.dg.project] defs_module = "...".',
    )


def _named_in(project: Mapping[str, Any]) -> str | None:
    if "defs_module" in project:
        return str(project["defs_module"])
    return f"{project['root_module']}.{_DEFS}" if "root_module" in project else None


def _imported(name: str, path: Path, search: tuple[Path, ...]) -> ModuleType:
    if find_spec(name.partition(".")[0]) is None:  # a project that is not installed
        sys.path[:0] = [str(folder) for folder in search if str(folder) not in sys.path]
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise InvalidInvocationError(
            f"There is no package {name!r}, which is the {_DEFS!r} folder of the project that {path} belongs to.",
            hint=f"Make the folder {name.replace('.', '/')}, or say its name in pyproject.toml: "
            '[tool.dg.project] defs_module = "...".',
        ) from None


def _folder_of(package: ModuleType) -> Path:
    return Path(next(iter(package.__path__)))


# -- what is in it -----------------------------------------------------------------------------------------------------


def _load(package: ModuleType, root: Path, *, stop_at_definitions: bool) -> Definitions:
    folder = _folder_of(package)
    found = modules_below(folder, package.__name__, stop_at_definitions=stop_at_definitions)
    made: list[Definitions] = []
    for name in found:
        module = import_module(name)
        path = Path(module.__file__ or folder)
        context = DefsLoadContext(path, root, folder, package.__name__)
        wholes = wholes_of(module)
        if wholes:
            made += [as_definitions(whole, context) for whole in wholes.values()]
        else:
            loose = load_definitions_from_modules([module])
            loose.where = SourcePosition(str(path), 1)
            made.append(loose)
    return Definitions.merge(*made)
