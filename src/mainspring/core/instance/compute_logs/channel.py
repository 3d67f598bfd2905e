"""``Channel``: one of the two streams while it is captured.

The descriptor leads straight to a file, not to a pipe: a file never blocks whoever writes to it, while an extension
that prints with the interpreter's lock held would wait for ever for a thread of the same process to empty a pipe. And
what was written is there, even if the process is killed at the next instant. With secrets to hide it leads to a file
without a name, from which clean bytes are copied.
"""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from mainspring.core.instance.compute_logs.descriptors import Redirection
from mainspring.core.instance.compute_logs.layout import Layout
from mainspring.core.instance.compute_logs.local_files import write_all
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.size_limit import SizeLimit, free
from mainspring.core.instance.compute_logs.store import Cleaner, Cleaning
from mainspring.core.instance.compute_logs.streams import PythonStream, python_stream

_BLOCK = 256 * 1024

OnDropped = Callable[[LogKind, Layout], None]


class Channel:
    """A stream from ``begin`` to ``close``. The channel owns the files.

    ``file`` is what is kept; ``source`` is what the descriptor leads to, the same unless there is something to
    clean; ``writer`` is a second opening of it.
    """

    def __init__(
        self,
        kind: LogKind,
        file: int,
        source: int,
        writer: int,
        *,
        max_bytes: int,
        on_dropped: OnDropped,
        cleaning: Cleaning | None = None,
        tee: bool = True,
    ) -> None:
        self.kind = kind
        self.source = source
        self._file = file
        self._writer = writer
        self._number = 1 if kind is LogKind.STDOUT else 2
        self._redirection = Redirection(self._number, self.drain)
        self._limit = SizeLimit(file, max_bytes)
        self._on_dropped = on_dropped
        self._clean_text = None if cleaning is None else cleaning.text
        self._to_file: Cleaner | None = None if cleaning is None else cleaning.stream()
        self._to_screen: Cleaner | None = None if cleaning is None else cleaning.stream()
        self._tee = tee
        self._python: PythonStream | None = None
        self._owner = os.getpid()
        self._lock = threading.RLock()
        self._draining = threading.Lock()
        self._passed_on: deque[tuple[int, int]] = deque()
        self._position = 0

    def begin(self) -> None:
        """Lead the descriptor and what Python prints to the file."""
        python = python_stream(str(self.kind), self._number, self._write, self._clean_text)
        self._redirection.begin(self.source)
        self._python = python
        python.begin()

    def end(self) -> None:
        """Lead them back. Doing it twice does no harm."""
        try:
            python, self._python = self._python, None
            if python is not None:
                with suppress(OSError, ValueError):  # full, or closed by user code
                    python.end()
        finally:
            self._redirection.end()

    def length(self) -> int:
        """How long what is kept is by now; with what is held back, as that mostly follows unchanged."""
        if self._to_file is None:
            return os.fstat(self.source).st_size
        self.drain()
        return os.fstat(self._file).st_size + self._to_file.held

    def _write(self, data: bytes) -> None:
        """Take what Python printed and has shown elsewhere already; it is not passed on once more."""
        if os.getpid() != self._owner:  # a forked child, whose notes the thread of its parent does not see
            write_all(self._writer, data)
            return
        with self._lock:
            write_all(self._writer, data)
            end = os.lseek(self._writer, 0, os.SEEK_CUR)
            self._passed_on.append((end - len(data), end))

    def drain(self) -> None:
        """Clean and pass on what was written since the last time; drop what is too much."""
        with self._draining:
            self._drain()

    def _drain(self) -> None:
        with self._lock:
            size = os.fstat(self.source).st_size
        if self._to_file is None and not self._shows:
            self._position = size
            self._passed_on.clear()
        while self._position < size:
            data = os.pread(self.source, min(_BLOCK, size - self._position), self._position)
            if not data:
                break
            if self._to_file is not None:
                write_all(self._file, self._to_file.feed(data))
                free(self.source, 0, self._position)
            self._show(data)
            self._position += len(data)
        self.check()

    @property
    def _shows(self) -> bool:
        return self._tee and self._redirection.saved >= 0

    @property
    def has_gap(self) -> bool:
        """Whether anything was dropped."""
        return self._limit.gap.has_gap

    def check(self, *, finally_: bool = False) -> None:
        """Drop what is too much, but nothing that was not passed on yet."""
        size = self._position if self._to_file is None else os.fstat(self._file).st_size
        if self._limit.check(size, finally_=finally_):
            self._on_dropped(self.kind, self._limit.gap)

    def finish(self) -> None:
        """Drain what is left, when nothing is written any more."""
        self.drain()
        if self._to_file is not None:
            write_all(self._file, self._to_file.finish())
        if self._to_screen is not None and self._shows:
            self._write_to_screen(self._to_screen.finish())
        self.check(finally_=True)

    def close(self) -> None:
        """Let go of all files."""
        self._redirection.close()
        for each in {self._file, self.source, self._writer}:
            os.close(each)

    def _show(self, data: bytes) -> None:
        """Pass data on, but for the parts that were."""
        start, end, at = self._position, self._position + len(data), self._position
        while self._passed_on and self._passed_on[0][0] < end:
            first, last = self._passed_on[0]
            self._show_part(data[at - start : max(first, at) - start])
            at = min(last, end)
            if last > end:
                break
            self._passed_on.popleft()
        self._show_part(data[at - start :])

    def _show_part(self, data: bytes) -> None:
        if not data or not self._shows:
            return
        self._write_to_screen(data if self._to_screen is None else self._to_screen.feed(data))

    def _write_to_screen(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            screen = self._redirection.saved
            try:
                view = view[os.write(screen, view) :]
            except BlockingIOError:
                ready = select.poll()
                ready.register(screen, select.POLLOUT)
                ready.poll()
            except OSError:  # nobody is there any more to see it
                self._tee = False
                return
