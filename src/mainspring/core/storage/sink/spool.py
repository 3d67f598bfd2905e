"""``Spool``: records that wait on disk, in order, until the database takes them."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from mainspring.core.base.errors import StorageBusyError, StorageError, StorageFullError
from mainspring.core.storage.sink import segment

LIMIT = 1024**3
"""How many bytes wait at most."""
SEGMENT = 8 * 1024**2
"""The size at which the next file is begun."""
SUFFIX = ".spool"

_log = logging.getLogger("mainspring.events")


class _Segment:
    """One file: its sound size, how far it has been read, how many of its records wait."""

    __slots__ = ("count", "path", "read", "size")

    def __init__(self, folder: Path, number: int) -> None:
        self.path = folder / f"{number:010}{SUFFIX}"
        self.size = 0
        self.read = 0
        self.count = 0


class Spool:
    """An append-only journal of records in a folder that one process holds at a time.

    ``put`` returns when the records are on disk (``fsync``). ``peek`` shows the oldest, ``forget`` lets go of
    them; a file is removed once all its records are. What is read again after a crash begins with the oldest file,
    so records that were let go of may come again.

    Damage is survived: an unfinished last record is cut off; any other bytes that are no record are left out,
    the file is kept beside as ``.damaged``, and the log says so. Files are 0600, the folder 0700.

    All methods may be called from any thread. Raises ``StorageBusyError`` where another process holds the
    folder, ``StorageFullError`` where the disk has no room.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limit: int = LIMIT,
        segment_bytes: int = SEGMENT,
        sync: Callable[[int], object] = os.fsync,
    ) -> None:
        self.folder = folder
        self.limit = limit
        self._segment_bytes = segment_bytes
        self._sync = sync
        self._mutex = threading.Lock()
        self._segments: deque[_Segment] = deque()
        self._ready: deque[segment.Record] = deque()
        self._open: int | None = None
        self._last = 0
        with _told(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._held = _hold(folder)
            try:
                self._recover()
            except BaseException:
                os.close(self._held)
                raise

    # -- what is there ------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many records wait."""
        return sum(one.count for one in tuple(self._segments))

    @property
    def bytes(self) -> int:
        """How many bytes of files there are."""
        return sum(one.size for one in tuple(self._segments))

    @property
    def is_full(self) -> bool:
        """Whether no more records are taken for now."""
        return self.bytes >= self.limit

    def _recover(self) -> None:
        """Take over what an earlier process left."""
        numbers = sorted(int(path.stem) for path in self.folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())
        for number in numbers:
            self._last = number
            one = _Segment(self.folder, number)
            self._mend(one)
            if one.count:
                self._segments.append(one)
            else:
                one.path.unlink()
        if self._segments:
            _log.info("%s events of an earlier process wait in the spool %s", len(self), self.folder)

    def _mend(self, one: _Segment) -> None:
        """Count the records of a file; what follows its last one is cut off."""
        data = one.path.read_bytes()
        found = segment.scan(data)
        one.size, one.count = found.end, len(found.records)
        rest = len(data) - found.end
        if found.damaged or not found.is_torn:
            _keep_aside(one.path, len(found.records))
        elif rest:
            _log.warning(
                "%s ends in an event that was never finished and never acknowledged; %s bytes are cut off",
                one.path,
                rest,
            )
        if rest:
            os.truncate(one.path, found.end)

    # -- writing ------------------------------------------------------------------------------------------

    def put(self, records: Sequence[bytes]) -> None:
        """Write records after all others, and have them on disk. Raises ``StorageFullError``, and writes nothing,
        when there is no room by the spool's own limit.
        """
        if not records:
            return
        with self._mutex, _told(self.folder):
            if self.is_full:
                raise StorageFullError(
                    f"The spool {self.folder} holds {self.bytes} bytes and takes no more before the database"
                    " answers again.",
                    hint="See why the database cannot be reached, or raise the limit of the spool.",
                )
            self._write(records)

    def _write(self, records: Sequence[bytes]) -> None:
        one, handle = self._active()
        place = one.size
        parts: list[bytes] = []
        for data in records:
            parts.append(segment.frame(data, place))
            place += segment.OVERHEAD + len(data)
        try:
            _write_all(handle, b"".join(parts), one.size)
            self._sync(handle)
        except BaseException:
            # What was written is not acknowledged: it is cut off, and the file, of which nobody knows what the
            # disk holds, gets no more.
            with suppress(OSError):
                os.ftruncate(handle, one.size)
            self._finish()
            raise
        one.size = place
        one.count += len(records)
        if one.size >= self._segment_bytes:
            self._finish()

    def _active(self) -> tuple[_Segment, int]:
        """The file that is written to; a new one where there is none."""
        if self._open is None:
            self._last += 1
            one = _Segment(self.folder, self._last)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._open = os.open(one.path, flags, 0o600)
            self._segments.append(one)
            try:
                _sync_folder(self.folder, self._sync)
            except BaseException:
                self._finish()
                raise
        return self._segments[-1], self._open

    def _finish(self) -> None:
        if self._open is not None:
            os.close(self._open)
            self._open = None
            last = self._segments[-1]
            if not last.size:
                self._segments.pop()
                last.path.unlink(missing_ok=True)

    # -- reading ------------------------------------------------------------------------------------------

    def peek(self, most: int) -> list[bytes]:
        """The oldest records, up to so many; none only when none wait."""
        with self._mutex, _told(self.folder):
            while self._segments:
                first = self._segments[0]
                if len(self._ready) < most and first.read < first.size:
                    self._read(first)
                if self._ready:
                    break
                self._drop_first()
            return [record.data for record in islice(self._ready, most)]

    def _read(self, one: _Segment) -> None:
        """Make the rest of a file ready."""
        with one.path.open("rb") as file:
            file.seek(one.read)
            data = file.read(one.size - one.read)
        found = segment.scan(data, place=one.read)
        self._ready.extend(found.records)
        one.read, one.count = one.size, len(self._ready)
        if found.damaged or found.end < one.size:
            _keep_aside(one.path, one.count)

    def forget(self, count: int) -> None:
        """Let go of the oldest records, which ``peek`` has shown."""
        with self._mutex, _told(self.folder):
            for _ in range(count):
                self._ready.popleft()
                self._segments[0].count -= 1
            if self._segments and not self._ready and self._segments[0].read >= self._segments[0].size:
                self._drop_first()

    def _drop_first(self) -> None:
        first = self._segments.popleft()
        if not self._segments and self._open is not None:
            os.close(self._open)
            self._open = None
        first.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the folder. What waits stays there. Closing twice does no harm."""
        with self._mutex:
            if self._held >= 0:
                self._finish()
                os.close(self._held)
                self._held = -1


def _hold(folder: Path) -> int:
    """Take the folder for this process."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StorageBusyError(
            f"Another process holds the spool {folder}.",
            hint="End that process, or give each host a folder of its own.",
        ) from None
    return handle


def _keep_aside(path: Path, readable: int) -> None:
    """A copy of a damaged file, for whoever wants to see what it held."""
    aside = path.with_suffix(".damaged")
    shutil.copyfile(path, aside)
    aside.chmod(0o600)
    _log.error(
        "%s is damaged: %s events can be read, the others are left out; a copy is kept in %s",
        path,
        readable,
        aside,
    )


def _write_all(handle: int, data: bytes, place: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(handle, rest, place)
        place += written
        rest = rest[written:]


def _sync_folder(folder: Path, sync: Callable[[int], object]) -> None:
    """Have the name of a new file on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(folder: Path) -> Generator[None]:
    """Errors of the disk as ours."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError(
                f"The disk that holds the spool {folder} is full.",
                hint="Free some space there; what was not acknowledged is sent again.",
            ) from error
        raise StorageError(
            f"The spool {folder} cannot be used: {error.strerror}.",
            hint="See that the folder belongs to this user and can be written to.",
        ) from error
