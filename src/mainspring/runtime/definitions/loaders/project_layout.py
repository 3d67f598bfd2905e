"""How a project is laid out: where its modules lie, and what its ``pyproject.toml`` says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from mainspring.core.base.errors import InvocationError


def source_folders(root: Path) -> tuple[Path, ...]:
    """Where the modules of a project are: its folder, and ``src`` where it has one."""
    return (root, root / "src") if (root / "src").is_dir() else (root,)


def read_project(path: Path) -> Mapping[str, Any]:
    """What a ``pyproject.toml`` says. Raises ``InvocationError`` where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InvocationError(f"{path} cannot be read: {error}") from None


def table_of(above: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    """A table in a table, empty where there is none. Raises ``InvocationError`` for what is no table."""
    value: object = above.get(name, {})
    if not isinstance(value, dict):
        raise InvocationError(f"{name!r} in {path} is {value!r}; it must be a table.")
    return cast("Mapping[str, Any]", value)


def package_of(folder: Path) -> tuple[Path, str]:
    """The folder above a package, and the package's full name; an empty name for a folder that is no package."""
    parts: list[str] = []
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(parts)
