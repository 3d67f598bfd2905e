"""Follow a log while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mainspring.core.instance.compute_logs.growth import Growth
from mainspring.core.instance.compute_logs.lines import LogLines, read_lines
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.store import CHUNK, ComputeLogManager, LogChunk

_LOOK_AGAIN_SECONDS = 1.0
"""How often it is asked whether the run is over: one that was killed says nothing in its log."""

_Read = TypeVar("_Read", LogChunk, LogLines)


def follow(
    store: ComputeLogManager,
    log_key: Sequence[str],
    kind: LogKind,
    *,
    is_over: Callable[[], bool],
    cursor: int = 0,
    end: Callable[[], int | None] = lambda: None,
    growth: Growth | None = None,
    max_bytes: int = CHUNK,
) -> Iterator[LogChunk]:
    """The parts of a stream from a cursor on, as they are written; ends with the capture, or with the run.

    ``is_over`` tells whether the run has ended, ``end`` at which byte to stop, once that is known. ``growth`` is
    what is waited for, by default what the store offers.
    """

    def read(*, cursor: int) -> LogChunk:
        stop = end()
        if stop is None:
            return store.read(log_key, kind, cursor=cursor, max_bytes=max_bytes)
        if cursor >= stop:
            return LogChunk(b"", cursor, is_complete=True)
        return store.read(log_key, kind, cursor=cursor, max_bytes=min(max_bytes, stop - cursor))

    for chunk in _followed(store, log_key, read, cursor=cursor, is_over=is_over, growth=growth):
        if chunk.data:
            yield chunk


def follow_lines(
    store: ComputeLogManager,
    log_key: Sequence[str],
    kind: LogKind,
    *,
    is_over: Callable[[], bool],
    cursor: int = 0,
    end: Callable[[], int | None] = lambda: None,
    growth: Growth | None = None,
    fold: bool = True,
) -> Iterator[LogLines]:
    """The lines of a stream as they are written. Where it ends in the middle of one, that comes last.

    What is told by ``is_over``, ``end`` and ``growth`` is as for ``follow``.
    """

    def read(*, cursor: int) -> LogLines:
        return read_lines(store, log_key, kind, cursor=cursor, end=end(), fold=fold)

    last: LogLines | None = None
    for found in _followed(store, log_key, read, cursor=cursor, is_over=is_over, growth=growth):
        last = found
        if found.lines:
            yield found
    if last is not None and last.unfinished:
        yield LogLines([last.unfinished], "", last.cursor, is_complete=True)


@dataclass(frozen=True, slots=True)
class Part:
    """What a try of a step wrote to a stream: from ``start`` on; ``end`` tells where it ends, once that is known."""

    start: int
    end: Callable[[], int | None]
    shared: bool


def step_parts(
    store: ComputeLogManager,
    log_key: Sequence[str],
    kind: LogKind,
    *,
    step_key: str,
    is_over: Callable[[], bool],
    growth: Growth | None = None,
) -> Iterator[Part]:
    """The parts of a stream that the tries of a step write, each as it begins. Ends with the capture or the run."""
    waiting = growth or store.growth(log_key)
    count = 0

    def end_of(place: int) -> Callable[[], int | None]:
        return lambda: store.index(log_key).slices(step_key)[place].of(kind)[1]

    try:
        while True:
            over = is_over()
            index = store.index(log_key)
            found = index.slices(step_key)
            for place, each in enumerate(found[count:], count):
                yield Part(each.of(kind)[0], end_of(place), each.shared)
            if len(found) == count and (over or index.is_complete):
                return
            if len(found) == count:
                waiting.wait(_LOOK_AGAIN_SECONDS)
            count = len(found)
    finally:
        if growth is None:
            waiting.close()


def _followed(
    store: ComputeLogManager,
    log_key: Sequence[str],
    read: Callable[..., _Read],
    *,
    cursor: int,
    is_over: Callable[[], bool],
    growth: Growth | None,
) -> Iterator[_Read]:
    waiting = growth or store.growth(log_key)
    try:
        while True:
            over = is_over()  # before it is read: what was written until then is read
            found = read(cursor=cursor)
            moved, cursor = found.cursor != cursor, found.cursor
            yield found
            if found.is_complete or (over and not moved):
                return
            if moved:
                continue
            waiting.wait(_LOOK_AGAIN_SECONDS)
            if growth is None and not cursor:  # what was to be followed may not have been there
                waiting.close()
                waiting = store.growth(log_key)
    finally:
        if growth is None:
            waiting.close()
