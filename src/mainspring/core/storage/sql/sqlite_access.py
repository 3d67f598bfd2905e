"""How the file of a database is opened: to be written, or only to be read where this user cannot write."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from mainspring.core.base.errors import StorageError, StorageFullError

_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def make_file(path: Path) -> bool:
    """Make the file and its folder, closed to everybody else. Whether they can be written to.

    Raises a storage error where they can be neither written nor read.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_or_try(path)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise full(path) from error
        if error.errno in _NOT_ALLOWED and path.is_file() and os.access(path, os.R_OK):
            return False
        raise StorageError(
            f"The database {path} cannot be opened: {error.strerror}.",
            hint="Make the folder writable for this user, or point MAINSPRING_HOME to one that is.",
        ) from error
    beside = [_beside(path, ending) for ending in ("-wal", "-shm")]
    return os.access(path.parent, os.W_OK) or all(os.access(one, os.W_OK) for one in beside)


def _make_or_try(path: Path) -> None:
    """Make the file, or see whether the one that is there can be written.

    One that is there is never opened here: closing any descriptor of a file drops all locks that this process holds
    on it, those of SQLite's connections too, and other processes would take the database for unused.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path)) from None
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path)) from None


def address(path: Path, *, writable: bool) -> str:
    """What the driver opens, as a URI.

    To be read only, a database in WAL mode needs the files beside it. Where they are not there and cannot be made,
    nobody is writing: then the file is all there is, and is opened as one that does not change.
    """
    place = f"file:{quote(str(path.absolute()))}"
    if writable:
        return place
    reading = f"{place}?mode=ro"
    return reading if _is_readable(reading) or _holds_more(path) else f"{place}?mode=ro&immutable=1"


def _is_readable(uri: str) -> bool:
    connection = sqlite3.connect(uri, uri=True)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        return False
    else:
        return True
    finally:
        connection.close()


def _holds_more(path: Path) -> bool:
    """Whether something was committed that is not in the file yet."""
    try:
        return _beside(path, "-wal").stat().st_size > 0
    except OSError:
        return False


def full(path: Path) -> StorageFullError:
    """What is said where a disk has no room."""
    return StorageFullError(
        f"The disk that holds {path} is full.",
        hint="Free some space there; what was not stored can be sent again.",
    )


def _beside(path: Path, ending: str) -> Path:
    """A file that SQLite keeps beside the one a link may lead to."""
    real = path.resolve()
    return real.with_name(real.name + ending)
