"""What a store of compute logs promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from mainspring.core.instance.compute_logs.index import LogIndex
from mainspring.core.instance.compute_logs.log_key import LogKind

if TYPE_CHECKING:
    from mainspring.core.instance.compute_logs.growth import Growth

MAX_BYTES = 50 * 1024 * 1024
"""How much of a stream is kept unless the settings say otherwise."""

CHUNK = 1024 * 1024
"""How much is read at once unless the caller says otherwise."""


class LogChunk(NamedTuple):
    """A part of a stream. The next one begins at ``cursor``. ``is_complete``: this is the end, and nothing follows.

    ``data`` may be shorter than what was asked for where something follows already, and it may differ in length
    from the way of the cursor: a line stands in the place of bytes that were left out.
    """

    data: bytes
    cursor: int
    is_complete: bool


class Cleaner(Protocol):
    """Takes secrets out of a stream that comes in parts, however they are cut."""

    @property
    def held(self) -> int:
        """How many bytes are held back, because they might be the beginning of a secret."""
        ...

    def feed(self, data: bytes) -> bytes:
        """What is clean of all that came so far and was not given out yet."""
        ...

    def finish(self) -> bytes:
        """What was held back."""
        ...


class Cleaning(Protocol):
    """Makes a ``Cleaner`` for each stream."""

    def stream(self) -> Cleaner:
        """For a stream of bytes."""
        ...

    def text(self, text: str) -> str:
        """A text by itself."""
        ...


class Capture(Protocol):
    """A capture that goes on."""

    @property
    def notes(self) -> Sequence[str]:
        """What does not work as it should, each in a sentence; it may grow until the capture has ended."""
        ...

    def step_began(self, step_key: str, retry: int = 0) -> None:
        """Note that what is written from now on is this step's."""
        ...

    def step_ended(self, step_key: str, retry: int = 0) -> None:
        """Note that it is so no longer."""
        ...


class ComputeLogManager(ABC):
    """Captures the stdout and stderr of this process under a log key, and reads what was captured.

    A log key is a sequence of words, for a run ``[run_id, "compute_logs", file_key]``. Any words will do: none leads
    out of the store. A position, or cursor, counts the bytes of a stream from its beginning and keeps its meaning.
    What there is not reads as empty. All methods but ``capture_logs`` may be called by any thread and process.
    """

    captures: bool = True
    """Whether anything is captured at all."""

    @abstractmethod
    def capture_logs(
        self, log_key: Sequence[str], *, cleaning: Cleaning | None = None, tee: bool = True
    ) -> AbstractContextManager[Capture]:
        """In a ``with`` block, capture descriptors 1 and 2. With ``tee`` what is written still goes where it went.

        Raises ``OSError`` at its beginning where nothing can be captured; then nothing is changed.
        """
        ...

    @abstractmethod
    def append(self, log_key: Sequence[str], kind: LogKind, data: bytes) -> None:
        """Add to a stream: for output that was captured elsewhere."""
        ...

    @abstractmethod
    def complete(self, log_key: Sequence[str]) -> None:
        """Say that nothing will be added any more."""
        ...

    @abstractmethod
    def read(
        self, log_key: Sequence[str], kind: LogKind, *, cursor: int = 0, max_bytes: int = CHUNK
    ) -> LogChunk:
        """What a stream says from a cursor on."""
        ...

    @abstractmethod
    def index(self, log_key: Sequence[str]) -> LogIndex:
        """Which step wrote which part, and whether the log is complete."""
        ...

    @abstractmethod
    def size(self, log_key: Sequence[str], kind: LogKind) -> int:
        """How many bytes were written to a stream, those that were left out included."""
        ...

    @abstractmethod
    def log_keys(self, prefix: Sequence[str]) -> Iterator[Sequence[str]]:
        """The keys of logs that begin so, sorted, each part as ``safe_name`` writes it."""
        ...

    @abstractmethod
    def delete_logs(self, log_key: Sequence[str] | None = None, prefix: Sequence[str] | None = None) -> None:
        """Remove a log, or all those whose keys begin with ``prefix``."""
        ...

    @abstractmethod
    def place(self, log_key: Sequence[str], kind: LogKind) -> str:
        """Where a stream is kept: a path or a URL, for people."""
        ...

    @abstractmethod
    def growth(self, log_key: Sequence[str]) -> Growth:
        """What tells that a log was written to."""
        ...

    def is_capture_complete(self, log_key: Sequence[str]) -> bool:
        """Whether nothing will be added any more."""
        return self.index(log_key).is_complete

    def dispose(self) -> None:
        """Let go of what the store holds."""
        return None
