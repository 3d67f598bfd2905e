"""Which project a folder belongs to. Cheap to import: commands that load no definitions ask it too."""

from __future__ import annotations

from pathlib import Path

FILE_NAME = "pyproject.toml"


def project_file(folder: Path) -> Path | None:
    """The nearest ``pyproject.toml``: in a folder or the closest one above it."""
    for place in (folder, *folder.parents):
        if (place / FILE_NAME).is_file():
            return place / FILE_NAME
    return None
