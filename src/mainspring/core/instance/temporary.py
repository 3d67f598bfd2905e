"""A folder that goes when its owner does."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path


class TemporaryFolder:
    """A fresh folder, removed by ``remove``, with this object, or at the end of the process that made it.

    Unlike the one of the standard library it does not warn when it is removed with its owner, and a forked
    child leaves it to its parent.
    """

    def __init__(self) -> None:
        self.path: Path = Path(tempfile.mkdtemp(prefix="mainspring-"))
        self._finalizer = weakref.finalize(self, _remove, self.path, os.getpid())

    def remove(self) -> None:
        """Remove the folder with all that is in it. Doing it twice does no harm."""
        self._finalizer()


def _remove(path: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(path, ignore_errors=True)
