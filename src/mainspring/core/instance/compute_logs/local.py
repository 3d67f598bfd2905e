"""Compute logs in a folder of this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.base.errors import InvocationError
from mainspring.core.instance.compute_logs.capture import CaptureOptions, LocalCapture
from mainspring.core.instance.compute_logs.growth import Growth, Timed, growth_of
from mainspring.core.instance.compute_logs.index import Completed, Dropped, LogIndex
from mainspring.core.instance.compute_logs.layout import Layout, next_piece
from mainspring.core.instance.compute_logs.local_files import (
    INDEX,
    SHORT,
    SUFFIXES,
    LogFiles,
    data_suffix,
    folders_of,
    key_of,
    log_files,
    names_of,
    open_folder,
    write_all,
)
from mainspring.core.instance.compute_logs.log_key import FOLDER, LogKind
from mainspring.core.instance.compute_logs.size_limit import SizeLimit, kept
from mainspring.core.instance.compute_logs.store import (
    CHUNK,
    MAX_BYTES,
    Cleaning,
    ComputeLogManager,
    LogChunk,
)

_APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT
_LOOK_AGAIN_SECONDS = 0.25


class LocalComputeLogManager(ComputeLogManager):
    """Keeps the stdout and stderr of each run in files below ``base_dir``, readable by their owner only.

    The log with the key ``[run_id, "compute_logs", "orders"]`` is ``<run_id>/compute_logs/orders.out``, ``.err`` and
    an ``.index`` that says which step wrote what. Of each stream at most ``max_bytes`` are kept: its beginning and
    its newest end.
    """

    def __init__(self, base_dir: str, max_bytes: int = MAX_BYTES, *, clock: Clock | None = None) -> None:
        if max_bytes < 1:
            raise InvocationError(f"`max_bytes` of compute logs must be at least 1; it is {max_bytes}.")
        self.base_dir = base_dir
        self.max_bytes = max_bytes
        self._root = Path(base_dir)
        self._clock: Clock = clock or SystemClock()

    def capture_logs(
        self, log_key: Sequence[str], *, cleaning: Cleaning | None = None, tee: bool = True
    ) -> LocalCapture:
        """Capture into files; see ``ComputeLogManager``."""
        options = CaptureOptions(self.max_bytes, cleaning, tee, self._clock)

        def complete() -> None:
            if self.has(log_key):  # the run was not deleted meanwhile
                self.complete(log_key)

        return LocalCapture(self._root, log_key, options, complete=complete)

    def append(self, log_key: Sequence[str], kind: LogKind, data: bytes) -> None:
        """Add to a stream, and drop its middle where that makes it too long."""
        with log_files(self._root, log_key, make=True) as files:
            assert files is not None  # made
            layout = files.index().layout(kind)
            file = files.opened(data_suffix(kind, layout), _APPEND)
            try:
                write_all(file, data)
                limit = SizeLimit(file, self.max_bytes, layout)
                if layout.inserted is None and limit.check(os.fstat(file).st_size):
                    files.note(Dropped(kind, limit.gap.start, limit.gap.end))
            finally:
                os.close(file)

    def complete(self, log_key: Sequence[str]) -> None:
        """Say so in the index; a stream that is too long is written anew without its middle, to be looked at."""
        with log_files(self._root, log_key, make=True) as files:
            assert files is not None  # made
            index = files.index()
            for kind in LogKind:
                if index.layout(kind).inserted is None:
                    _shorten(files, kind, index.layout(kind), max_bytes=self.max_bytes)
            files.note(Completed())

    def read(
        self, log_key: Sequence[str], kind: LogKind, *, cursor: int = 0, max_bytes: int = CHUNK
    ) -> LogChunk:
        """What a stream says from a cursor on."""
        with log_files(self._root, log_key) as files:
            if files is None:
                return LogChunk(b"", cursor, is_complete=False)
            index = files.index()  # before the bytes: what is complete then has all of them
            layout = index.layout(kind)
            with files.reading(data_suffix(kind, layout)) as file:
                size = 0 if file is None else os.fstat(file).st_size
                piece = next_piece(layout, size=size, cursor=cursor, max_bytes=max_bytes)
                data = piece.notice
                if not data and piece.length and file is not None:
                    data = os.pread(file, piece.length, piece.place)
            at = piece.cursor if piece.notice else max(0, cursor) + len(data)
            is_at_end = at >= layout.length(size)
            return LogChunk(data, at, is_complete=index.is_complete and is_at_end)

    def has(self, log_key: Sequence[str]) -> bool:
        """Whether anything is here of a log."""
        with log_files(self._root, log_key) as files:
            if files is None:
                return False
            with files.reading(INDEX) as index, files.reading(LogKind.STDOUT.suffix) as stdout:
                return index is not None or stdout is not None

    def index(self, log_key: Sequence[str]) -> LogIndex:
        """Which step wrote which part."""
        with log_files(self._root, log_key) as files:
            return LogIndex() if files is None else files.index(with_steps=True)

    def size(self, log_key: Sequence[str], kind: LogKind) -> int:
        """How many bytes were written in all."""
        with log_files(self._root, log_key) as files:
            if files is None:
                return 0
            layout = files.index().layout(kind)
            with files.reading(data_suffix(kind, layout)) as file:
                return 0 if file is None else layout.length(os.fstat(file).st_size)

    def disk_bytes(self, prefix: Sequence[str]) -> int:
        """How much room all logs take whose keys begin so."""
        total = 0
        for path in self._found(prefix):
            with suppress(FileNotFoundError):
                total += path.lstat().st_blocks * 512
        return total

    def log_keys(self, prefix: Sequence[str]) -> Iterator[Sequence[str]]:
        """The keys of logs, sorted."""
        found = {
            key_of(path.relative_to(self._root).parts)
            for path in self._found(prefix)
            if path.name.endswith(INDEX)
        }
        yield from sorted(found)

    def _found(self, prefix: Sequence[str]) -> Iterator[Path]:
        """The files of logs below a prefix; links are not followed."""
        for start in folders_of(prefix):
            for folder, _, names in os.walk(self._root.joinpath(*start), followlinks=False):
                if FOLDER in Path(folder).relative_to(self._root).parts[:2]:
                    yield from (Path(folder, name) for name in names if name.endswith(SUFFIXES))

    def delete_logs(self, log_key: Sequence[str] | None = None, prefix: Sequence[str] | None = None) -> None:
        """Remove a log, or all of a run with ``prefix=[run_id]``; nothing else that lies beside them."""
        if log_key is not None:
            with log_files(self._root, log_key) as files:
                if files is not None:
                    files.remove()
            names = names_of(log_key)
            with suppress(OSError):  # other logs lie there
                self._root.joinpath(*names[:-1]).rmdir()
                self._root.joinpath(*names[:-2]).rmdir()
        for names in folders_of(prefix) if prefix else ():
            self._remove_folder(names)

    def _remove_folder(self, names: Sequence[str]) -> None:
        try:
            above = open_folder(self._root, names[:-1])
        except OSError:
            return
        try:
            shutil.rmtree(names[-1], ignore_errors=True, dir_fd=above)
        finally:
            os.close(above)
        with suppress(OSError):  # something else lies in it
            self._root.joinpath(*names[:-1]).rmdir()

    def place(self, log_key: Sequence[str], kind: LogKind) -> str:
        """The path of the file."""
        suffix = data_suffix(kind, self.index(log_key).layout(kind))
        return str(self._root.joinpath(*names_of(log_key))) + suffix

    def growth(self, log_key: Sequence[str]) -> Growth:
        """The kernel tells of a log on this machine."""
        with log_files(self._root, log_key) as files:
            if files is None:
                return Timed(self._clock, _LOOK_AGAIN_SECONDS)
            opened: list[int] = []
            try:
                for suffix in (INDEX, LogKind.STDOUT.suffix, LogKind.STDERR.suffix):
                    with suppress(OSError):
                        opened.append(files.opened(suffix, os.O_RDONLY))
                if not opened:
                    return Timed(self._clock, _LOOK_AGAIN_SECONDS)
                return growth_of(opened, files.path, clock=self._clock)
            finally:
                for each in opened:
                    os.close(each)


def _shorten(files: LogFiles, kind: LogKind, layout: Layout, *, max_bytes: int) -> None:
    """Write a stream that is too long anew. The index says which of the two files counts."""
    try:
        whole = files.opened(kind.suffix, os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        limit = SizeLimit(whole, max_bytes, layout)
        limit.check(os.fstat(whole).st_size, finally_=True)
        gap = limit.gap
        if not gap.has_gap:
            return
        files.remove(kind.suffix + SHORT)
        short = files.opened(kind.suffix + SHORT, _APPEND | os.O_EXCL)
        try:
            for data in kept(whole, gap):
                write_all(short, data)
        finally:
            os.close(short)
    finally:
        os.close(whole)
    files.note(Dropped(kind, gap.start, gap.end, len(gap.notice(gap.start))))
    files.remove(kind.suffix)
