"""Places of files: local paths and URLs alike. Libraries for URLs are loaded only when one is used."""

from __future__ import annotations

from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

_WITHOUT_FOLDERS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "memory"})
"""Stores of objects: a folder is there as soon as something in it is."""


def place(base: str | PathLike[str], storage_options: dict[str, Any] | None = None) -> Any:
    """A ``pathlib.Path`` for a local path, a ``UPath`` for a URL such as ``s3://bucket/folder``."""
    text = base if isinstance(base, str) else base.__fspath__()
    if "://" in text:
        return import_module("upath").UPath(text, **(storage_options or {}))
    return Path(text)


def is_local(path: Any) -> bool:
    """Whether a path is one of this machine's own file system."""
    return isinstance(path, Path)


def has_folders(path: Any) -> bool:
    """Whether folders must be made before something is written into them."""
    return is_local(path) or path.protocol not in _WITHOUT_FOLDERS


def file_system_of(path: Any) -> Any:
    """The fsspec file system of a path."""
    return import_module("fsspec").filesystem("file") if is_local(path) else path.fs


def neighbours(path: Any) -> list[str]:
    """The names of what lies in the folder of a path; none where there is no such folder."""
    try:
        return [entry.name for entry in path.parent.iterdir()]
    except (OSError, ValueError):
        return []
    finally:
        forget_listings(path)


def forget_listings(path: Any) -> None:
    """Have the store asked again: fsspec keeps what it listed, and does not see what others wrote since."""
    if not is_local(path):
        for listed in (path, path.parent):  # s3fs and gcsfs forget the folders above too, adlfs does not
            path.fs.invalidate_cache(listed.path)
