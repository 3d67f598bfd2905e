"""Files of this machine, written so that a reader sees the old content or the new one, never a part of it."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from mainspring.core.base.ids import Ids, SystemIds

VALUE_IN_FOLDER = ".value"
"""Where a value lies whose path is a folder too: asset ``orders`` beside asset ``orders/daily``."""

_IDS = SystemIds()


@contextmanager
def replacing(path: Path, ids: Ids = _IDS, *, within: Path | None = None) -> Generator[IO[bytes], None, None]:
    """A file to write to, which takes the place of ``path`` when the block ends, and vanishes if it raises.

    Where ``path`` is a folder, the file takes its place in it under the name ``VALUE_IN_FOLDER``. Where a
    folder above is a file, that file is moved likewise into a folder of its name: only below ``within``, where that is
    given, since a file elsewhere is no value.
    """
    parent, name = os.path.split(path)
    temporary = os.path.join(parent, f".{name}.{ids.new()}.tmp")
    try:
        with _created(temporary, within) as file:
            yield file
        try:
            os.replace(temporary, path)
        except IsADirectoryError:
            os.replace(temporary, os.path.join(path, VALUE_IN_FOLDER))
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _created(file: str, within: Path | None) -> IO[bytes]:
    """A new file; its folder is made only where it is missing, which saves a call in nearly all cases."""
    try:
        return open(file, "xb")
    except (FileNotFoundError, NotADirectoryError):
        make_folder(Path(file).parent, within=within)
        return open(file, "xb")


def opened_value(path: Path) -> IO[bytes]:
    """The file of a value, for reading. Raises ``FileNotFoundError``."""
    try:
        return open(path, "rb")
    except IsADirectoryError:
        return open(path / VALUE_IN_FOLDER, "rb")
    except NotADirectoryError:
        raise FileNotFoundError(path) from None


def value_exists(path: Path) -> bool:
    """Whether there is a value at a path."""
    return path.is_file() or (path / VALUE_IN_FOLDER).is_file()


def remove_value(path: Path) -> None:
    """Remove a value, if there is one; values of other assets below the same name stay."""
    with suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(path / VALUE_IN_FOLDER if path.is_dir() else path)


def make_folder(folder: Path, ids: Ids = _IDS, *, within: Path | None = None) -> None:
    """Make a folder and those above it. A value in the way, below ``within``, is moved into the folder of its name.

    Raises ``FileExistsError`` or ``NotADirectoryError`` for another file in the way.
    """
    try:
        os.makedirs(folder, exist_ok=True)
        return
    except (FileExistsError, NotADirectoryError):
        in_the_way = next((up for up in (folder, *folder.parents) if up.is_file()), None)
        if in_the_way is not None and within is not None and within not in in_the_way.parents:
            raise
    if in_the_way is not None:
        staged = in_the_way.with_name(f".{in_the_way.name}.{ids.new()}.folder")
        staged.mkdir()
        with suppress(FileNotFoundError):  # another writer was first
            os.replace(in_the_way, staged / VALUE_IN_FOLDER)
            os.rename(staged, in_the_way)
        with suppress(FileNotFoundError, OSError):
            staged.rmdir()
    os.makedirs(folder, exist_ok=True)
