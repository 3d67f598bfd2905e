"""What a process was told by the store, written where the store is not: it outlives the process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

EVENTS, RUN_GONE, KEY, TAG, PARTITION, TRANSIENT, FAULT, WORST, READS = (
    "events", "run gone", "key", "tag", "partition", "transient", "fault", "worst", "reads"
)  # fmt: skip


class Diary:
    """Lines of JSON, each written by one call, so that a kill cuts off whole lines or the last one."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, kind: str, *what: object) -> None:
        """Write down that something was told."""
        os.write(self._file, (json.dumps([kind, *what]) + "\n").encode())

    def close(self) -> None:
        """Write no more."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def lines(path: Path) -> Iterator[list[Any]]:
    """The whole lines of a diary."""
    with path.open("rb") as file:
        for text in file:
            if text.endswith(b"\n"):
                yield json.loads(text)


def all_lines(folder: Path) -> Iterator[list[Any]]:
    """The lines of all diaries of a folder."""
    for path in diaries(folder):
        yield from lines(path)


def diaries(folder: Path) -> Iterable[Path]:
    """The files."""
    return sorted(folder.glob("*.diary"))
