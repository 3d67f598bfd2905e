"""``LocalCapture``: the stdout and stderr of this process, caught by descriptor into files of this machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mainspring.core.base.clock import Clock
from mainspring.core.instance.compute_logs.c_output import flush_c_output
from mainspring.core.instance.compute_logs.channel import Channel
from mainspring.core.instance.compute_logs.growth import Growth, growth_of
from mainspring.core.instance.compute_logs.index import (
    Completed,
    Dropped,
    Line,
    StepBegan,
    StepEnded,
    encode_line,
)
from mainspring.core.instance.compute_logs.layout import Layout
from mainspring.core.instance.compute_logs.local_files import INDEX, LogFiles, log_files, write_all
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.store import Cleaning
from mainspring.core.instance.compute_logs.streams import flush_python_output

_REST = 0.01
"""How long the thread leaves the process alone after it has passed something on: printing is not slowed down by it."""

_LONG = 3600.0

_NEW = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL
_SOURCE = ".raw"


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """How much of a stream is kept, what takes out secrets, whether what is written still goes where it went."""

    max_bytes: int
    cleaning: Cleaning | None
    tee: bool
    clock: Clock


class LocalCapture:
    """Captures from ``__enter__`` to ``__exit__``, which leaves descriptors and streams as they were, whatever happens.

    What was captured under the same key before is replaced. ``complete`` does what is left to
    do for a log whose middle was left out.
    """

    def __init__(
        self,
        root: Path,
        log_key: Sequence[str],
        options: CaptureOptions,
        *,
        complete: Callable[[], None],
    ) -> None:
        self.notes: list[str] = []
        self._root = root
        self._folder = root
        self._log_key = log_key
        self._options = options
        self._complete = complete
        self._channels: list[Channel] = []
        self._owner = os.getpid()
        self._index = -1
        self._running: dict[tuple[str, int], bool] = {}
        self._ended_at: tuple[int, int] | None = None
        self._unwritten = b""
        self._noting = threading.Lock()
        self._growth: Growth | None = None
        self._thread: threading.Thread | None = None
        self._ending = False
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._open()
            self._flush()
            for channel in self._channels:
                channel.begin()
            self._start_thread()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop()

    # -- steps
    # ---------------------------------------------------------------------------------------------------

    def step_began(self, step_key: str, retry: int = 0) -> None:
        """Note where the part of a step begins: where that of the one before ended, if no other is running."""
        if self._running:
            self._running = dict.fromkeys(self._running, True)
            stdout, stderr = self._lengths()
        else:  # what was written since the last one ended goes with this one: it costs nothing to find out
            stdout, stderr = self._ended_at or self._lengths()
        self._running[step_key, retry] = bool(self._running)
        self._note(StepBegan(step_key, stdout, stderr, retry))

    def step_ended(self, step_key: str, retry: int = 0) -> None:
        """Note where it ends."""
        shared = self._running.pop((step_key, retry), False)
        stdout, stderr = self._ended_at = self._lengths()
        line = StepEnded(step_key, stdout, stderr, retry, shared)
        if self._running:
            self._note(line)
        else:  # mostly the next one begins at once, and one write serves both
            with self._noting:
                self._unwritten = encode_line(line)

    def _lengths(self) -> tuple[int, int]:
        self._flush()
        stdout, stderr = self._channels
        try:
            return stdout.length(), stderr.length()
        except OSError as error:  # user code closed what it did not open
            self._say(f"Which step wrote what is not known any more: {error.strerror}.")
            return self._ended_at or (0, 0)

    def _note(self, line: Line) -> None:
        try:
            with self._noting:  # the thread notes what was dropped
                data, self._unwritten = self._unwritten + encode_line(line), b""
                write_all(self._index, data)
        except OSError as error:
            self._say(f"The index of the captured output cannot be written: {error.strerror}.")

    def _dropped(self, kind: LogKind, gap: Layout) -> None:
        self._note(Dropped(kind, gap.start, gap.end))

    def _say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    @staticmethod
    def _flush() -> None:
        flush_python_output()
        flush_c_output()

    # -- beginning
    # -----------------------------------------------------------------------------------------------

    def _open(self) -> None:
        with log_files(self._root, self._log_key, make=True) as files:
            assert files is not None  # made
            self._folder = files.path
            with ExitStack() as undo:
                self._index = _fresh(files, INDEX)
                undo.callback(os.close, self._index)
                for kind in LogKind:
                    channel = self._channel(files, kind)
                    undo.callback(channel.close)
                    self._channels.append(channel)
                self._closing = undo.pop_all()

    def _channel(self, files: LogFiles, kind: LogKind) -> Channel:
        options = self._options
        with ExitStack() as undo:
            file = _fresh(files, kind.suffix)
            undo.callback(os.close, file)
            name = kind.suffix
            source = file
            if options.cleaning is not None:
                name += _SOURCE
                source = _fresh(files, name)
                undo.callback(os.close, source)
            writer = files.opened(name, os.O_WRONLY | os.O_APPEND)
            undo.callback(os.close, writer)
            if options.cleaning is not None:
                files.remove(name)  # what is not clean has no name, and goes with the process
            undo.pop_all()
        return Channel(
            kind,
            file,
            source,
            writer,
            max_bytes=options.max_bytes,
            on_dropped=self._dropped,
            cleaning=options.cleaning,
            tee=options.tee,
        )

    # -- passing on
    # ----------------------------------------------------------------------------------------------

    def _start_thread(self) -> None:
        sources = [one.source for one in self._channels]
        self._growth = growth_of(sources, self._folder, clock=self._options.clock)
        thread = threading.Thread(target=self._pass_on, name="captured-output", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise OSError(f"no thread can be started: {error}") from error
        self._thread = thread

    def _pass_on(self) -> None:
        growth = self._growth
        assert growth is not None  # set before the thread starts
        try:
            while not self._ending:
                growth.wait(_LONG)
                for channel in self._channels:
                    channel.drain()
                growth.rest(_REST)
        except Exception as error:  # the run goes on, and says so
            self._say(f"Output is no longer passed on: {type(error).__name__}: {error}.")

    # -- ending
    # --------------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Undo all of it: descriptors first, as nothing that goes wrong later may leave them redirected."""
        with ExitStack() as rest:
            rest.callback(self._close)
            rest.callback(self._finish)
            rest.callback(self._end_thread)
            try:
                self._lead_back()
            finally:
                self._lead_back()  # again, should an interrupt have come in the middle of it

    def _lead_back(self) -> None:
        self._flush()
        for channel in self._channels:
            channel.end()

    def _end_thread(self) -> None:
        self._ending = True
        if self._growth is not None and os.getpid() == self._owner:
            self._growth.wake()
            if self._thread is not None:
                self._thread.join()

    def _finish(self) -> None:
        if os.getpid() != self._owner or not self._channels:
            return  # a forked child: its parent passes on what it wrote
        for channel in self._channels:
            try:
                channel.finish()
            except OSError as error:
                self._say(f"The end of {channel.kind} was not kept: {error.strerror}.")
        if any(channel.has_gap for channel in self._channels):
            self._complete()
        else:
            self._note(Completed())

    def _close(self) -> None:
        growth, self._growth = self._growth, None
        if growth is not None:
            growth.close()
        self._closing.close()
        self._channels = []


def _fresh(files: LogFiles, suffix: str) -> int:
    """A new file; what was captured under this key before goes."""
    try:
        return files.opened(suffix, _NEW)
    except FileExistsError:
        files.remove()
        files.remove(suffix)
        return files.opened(suffix, _NEW)
