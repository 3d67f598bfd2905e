"""No compute logs at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from mainspring.core.base.clock import SystemClock
from mainspring.core.instance.compute_logs.growth import Growth, Timed
from mainspring.core.instance.compute_logs.index import LogIndex
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.store import (
    CHUNK,
    Capture,
    Cleaning,
    ComputeLogManager,
    LogChunk,
)


class NoCapture:
    """A capture of nothing."""

    notes: Sequence[str] = ()

    def step_began(self, step_key: str, retry: int = 0) -> None:
        """Nothing is noted."""

    def step_ended(self, step_key: str, retry: int = 0) -> None:
        """Nothing is noted."""


class NoOpComputeLogManager(ComputeLogManager):
    """Captures nothing and keeps nothing: stdout and stderr of steps are not available afterwards."""

    captures: bool = False

    def capture_logs(
        self, log_key: Sequence[str], *, cleaning: Cleaning | None = None, tee: bool = True
    ) -> AbstractContextManager[Capture]:
        """Descriptors stay as they are."""
        del log_key, cleaning, tee
        return nullcontext(NoCapture())

    def append(self, log_key: Sequence[str], kind: LogKind, data: bytes) -> None:
        """Forget it."""

    def complete(self, log_key: Sequence[str]) -> None:
        """Nothing to say."""

    def read(
        self, log_key: Sequence[str], kind: LogKind, *, cursor: int = 0, max_bytes: int = CHUNK
    ) -> LogChunk:
        """Nothing, and nothing will follow."""
        del log_key, kind, max_bytes
        return LogChunk(b"", cursor, is_complete=True)

    def index(self, log_key: Sequence[str]) -> LogIndex:
        """Empty and complete."""
        del log_key
        return LogIndex(is_complete=True)

    def size(self, log_key: Sequence[str], kind: LogKind) -> int:
        """Nothing."""
        del log_key, kind
        return 0

    def log_keys(self, prefix: Sequence[str]) -> Iterator[Sequence[str]]:
        """None."""
        del prefix
        return iter(())

    def delete_logs(self, log_key: Sequence[str] | None = None, prefix: Sequence[str] | None = None) -> None:
        """There are none."""

    def place(self, log_key: Sequence[str], kind: LogKind) -> str:
        """Nowhere."""
        del log_key, kind
        return ""

    def growth(self, log_key: Sequence[str]) -> Growth:
        """Nothing grows."""
        del log_key
        return Timed(SystemClock(), 1.0)
