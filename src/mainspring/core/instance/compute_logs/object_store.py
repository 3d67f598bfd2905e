"""Compute logs in an object store, or any place that fsspec has a URL for."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.instance.compute_logs.growth import Growth, Timed
from mainspring.core.instance.compute_logs.index import LogIndex, read_index
from mainspring.core.instance.compute_logs.layout import next_piece
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.local_files import INDEX, folders_of, key_of
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.store import (
    CHUNK,
    MAX_BYTES,
    Capture,
    Cleaning,
    ComputeLogManager,
    LogChunk,
)
from mainspring.core.instance.compute_logs.upload import Upload, remote_path

_LEAST_WAIT = 1.0


class FsspecComputeLogManager(ComputeLogManager):
    """Keeps compute logs below a URL of any file system that fsspec knows: ``s3://bucket/logs``, ``gs://``, ``abfs://``.

    While a run goes on its output lies in files below ``local_dir``, which are uploaded every ``upload_interval``
    seconds (``None``: not before the end) and once more at the end, and then removed. A store that cannot be reached
    fails no run: the local files stay, are read in its place, and the run's log says so. ``upload_timeout`` is how
    long the end of a run waits for the upload. ``storage_options`` are for the file system; best leave credentials
    to its environment.
    """

    def __init__(
        self,
        url: str,
        local_dir: str,
        *,
        upload_interval: float | None = 30.0,
        upload_timeout: float = 60.0,
        max_bytes: int = MAX_BYTES,
        storage_options: Mapping[str, Any] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.upload_interval = upload_interval
        self.upload_timeout = upload_timeout
        self.storage_options = dict(storage_options or {})
        self._clock: Clock = clock or SystemClock()
        self._local = LocalComputeLogManager(local_dir, max_bytes, clock=self._clock)

    def _connect(self) -> tuple[Any, str]:
        """The file system behind the URL and the path in it. It holds on to nothing that others have changed since."""
        # It takes long to load, and most instances keep their logs on their own disk.
        fsspec: Any = import_module("fsspec")
        files, root = fsspec.core.url_to_fs(self.url, **self.storage_options)
        files.invalidate_cache()
        return files, root.rstrip("/")

    @contextmanager
    def capture_logs(
        self, log_key: Sequence[str], *, cleaning: Cleaning | None = None, tee: bool = True
    ) -> Generator[Capture, None, None]:
        """Capture into local files and upload them; see ``ComputeLogManager``."""
        owner = os.getpid()
        upload = Upload(self._local, log_key, self._connect)
        capture = self._local.capture_logs(log_key, cleaning=cleaning, tee=tee)
        ended = threading.Event()
        thread = threading.Thread(target=self._upload_at_times, args=(upload, ended), daemon=True)
        if self.upload_interval is not None:
            thread.start()
        try:
            with capture:
                yield capture
        finally:
            ended.set()
            if os.getpid() == owner:
                capture.notes.extend(self._last_upload(upload, thread))

    def _upload_at_times(self, upload: Upload, ended: threading.Event) -> None:
        while not ended.wait(self.upload_interval):
            upload.try_all()

    def _last_upload(self, upload: Upload, before: threading.Thread) -> list[str]:
        """Upload all of it, for no longer than may be waited; what went wrong, in a sentence."""
        told: list[str] = []

        def last() -> None:
            if before.ident is not None:
                before.join()
            error = upload.try_all()
            if error is None:
                self._local.delete_logs(upload.log_key)
            else:
                told.append(f"{type(error).__name__}: {error}")

        thread = threading.Thread(target=last, name="compute-logs-upload", daemon=True)
        thread.start()
        thread.join(self.upload_timeout)
        if thread.is_alive():
            told.append(f"the upload took longer than {self.upload_timeout:g} s")
        place = self._local.place(upload.log_key, LogKind.STDOUT)
        return [
            f"The captured output could not be uploaded to {self.url}: {why}. It is kept in {place}."
            for why in told
        ]

    def append(self, log_key: Sequence[str], kind: LogKind, data: bytes) -> None:
        """Add to the local file of a stream; ``complete`` uploads it."""
        self._local.append(log_key, kind, data)

    def complete(self, log_key: Sequence[str]) -> None:
        """Upload what was appended. Raises what went wrong; the local files then stay."""
        self._local.complete(log_key)
        error = Upload(self._local, log_key, self._connect).try_all()
        if error is not None:
            raise error
        self._local.delete_logs(log_key)

    def read(
        self, log_key: Sequence[str], kind: LogKind, *, cursor: int = 0, max_bytes: int = CHUNK
    ) -> LogChunk:
        """From the local files while there are any, else from the store."""
        if self._is_local(log_key):
            chunk = self._local.read(log_key, kind, cursor=cursor, max_bytes=max_bytes)
            if chunk.data or self._is_local(log_key):  # it was not uploaded and removed meanwhile
                return chunk
        files, root = self._connect()
        index = _remote_index(files, root, log_key)
        layout = index.layout(kind)
        path = remote_path(root, log_key, kind.suffix)
        size = _size(files, path)
        piece = next_piece(layout, size=size, cursor=cursor, max_bytes=max_bytes)
        data = piece.notice
        if not data and piece.length:
            data = files.cat_file(path, start=piece.place, end=piece.place + piece.length)
        at = piece.cursor if piece.notice else max(0, cursor) + len(data)
        return LogChunk(data, at, is_complete=index.is_complete and at >= layout.length(size))

    def index(self, log_key: Sequence[str]) -> LogIndex:
        """That of the local files while there are any, else that of the store."""
        if self._is_local(log_key):
            return self._local.index(log_key)
        return _remote_index(*self._connect(), log_key, with_steps=True)

    def size(self, log_key: Sequence[str], kind: LogKind) -> int:
        """How many bytes were written in all."""
        if self._is_local(log_key):
            return self._local.size(log_key, kind)
        files, root = self._connect()
        size = _size(files, remote_path(root, log_key, kind.suffix))
        return _remote_index(files, root, log_key).layout(kind).length(size)

    def log_keys(self, prefix: Sequence[str]) -> Iterator[Sequence[str]]:
        """The keys of logs here and there, sorted."""
        files, root = self._connect()
        found = {tuple(key) for key in self._local.log_keys(prefix)}
        for names in folders_of(prefix):
            paths = map(str, files.find("/".join([root, *names])))
            found |= {
                key_of(path.removeprefix(root).strip("/").split("/"))
                for path in paths
                if path.endswith(INDEX)
            }
        yield from sorted(found)

    def delete_logs(self, log_key: Sequence[str] | None = None, prefix: Sequence[str] | None = None) -> None:
        """Remove a log or all that begin so, here and there."""
        self._local.delete_logs(log_key, prefix)
        files, root = self._connect()
        if log_key is not None:
            for suffix in (LogKind.STDOUT.suffix, LogKind.STDERR.suffix, INDEX):
                with suppress(FileNotFoundError):
                    files.rm_file(remote_path(root, log_key, suffix))
        for names in folders_of(prefix) if prefix else ():
            with suppress(FileNotFoundError):
                files.rm("/".join([root, *names]), recursive=True)

    def place(self, log_key: Sequence[str], kind: LogKind) -> str:
        """The URL of the object, or the path of the local file while there is one."""
        if self._is_local(log_key):
            return self._local.place(log_key, kind)
        return remote_path(self.url, log_key, kind.suffix)

    def growth(self, log_key: Sequence[str]) -> Growth:
        """The kernel tells of local files; of others nobody does, so that they are looked at from time to time."""
        if self._is_local(log_key):
            return self._local.growth(log_key)
        return Timed(self._clock, max(_LEAST_WAIT, self.upload_interval or 0))

    def _is_local(self, log_key: Sequence[str]) -> bool:
        return self._local.has(log_key)


def _remote_index(files: Any, root: str, log_key: Sequence[str], *, with_steps: bool = False) -> LogIndex:
    with suppress(FileNotFoundError):
        return read_index(files.cat_file(remote_path(root, log_key, INDEX)), with_steps=with_steps)
    return LogIndex()


def _size(files: Any, path: str) -> int:
    """The size of an object; none where it is not there."""
    try:
        return int(files.info(path)["size"])
    except FileNotFoundError:
        return 0
