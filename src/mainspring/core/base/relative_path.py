"""Files that lie beside a module."""

from __future__ import annotations

from pathlib import Path


def file_relative_path(dunderfile: str, relative_path: str) -> str:
    """The absolute path of a file given relative to the folder of a module, by the module's ``__file__``.

    >>> file_relative_path("/project/assets.py", "data/orders.csv")
    '/project/data/orders.csv'
    """
    return str(Path(dunderfile).absolute().parent / relative_path)
