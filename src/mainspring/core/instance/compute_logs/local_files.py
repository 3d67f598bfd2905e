"""The files of one log in a folder of this machine: opened without following a link that somebody left there."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from mainspring.core.instance.compute_logs.index import Line, LogIndex, encode_line, read_index
from mainspring.core.instance.compute_logs.layout import Layout
from mainspring.core.instance.compute_logs.log_key import FOLDER, LogKind, safe_name

INDEX = ".index"
SHORT = ".short"
"""Added to the name of a stream whose middle was left out when it was complete."""

SUFFIXES = (".out", ".err", INDEX, ".out" + SHORT, ".err" + SHORT)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NO_LINK = os.O_NOFOLLOW | os.O_CLOEXEC


class LogFiles:
    """The files of a log. ``folder`` is an open descriptor, ``stem`` what their names begin with."""

    def __init__(self, root: Path, log_key: Sequence[str], folder: int) -> None:
        names = names_of(log_key)
        self.path: Path = root.joinpath(*names[:-1])
        self.stem: str = names[-1]
        self.folder = folder

    def opened(self, suffix: str, how: int) -> int:
        """A descriptor of one of the files; made, if ``how`` says so, for its owner alone."""
        return os.open(self.stem + suffix, how | _NO_LINK, 0o600, dir_fd=self.folder)

    @contextmanager
    def reading(self, suffix: str) -> Generator[int | None, None, None]:
        """One of the files, open to be read; ``None`` where it is not there or is no plain file."""
        try:
            file = self.opened(suffix, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            yield None
            return
        try:
            yield file
        finally:
            os.close(file)

    def index(self, *, with_steps: bool = False) -> LogIndex:
        """What the index says, of the steps only if that is asked for; an empty one where there is none."""
        return read_index(self.index_lines(), with_steps=with_steps)

    def index_lines(self) -> bytes:
        """The index as it is written."""
        with self.reading(INDEX) as file:
            return b"" if file is None else _whole(file)

    def note(self, *lines: Line) -> None:
        """Add lines to the index."""
        file = self.opened(INDEX, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            write_all(file, b"".join(map(encode_line, lines)))
        finally:
            os.close(file)

    def remove(self, *suffixes: str) -> None:
        """Remove files, all of them unless some are named; those that are not there are no matter."""
        for suffix in suffixes or SUFFIXES:
            with suppress(FileNotFoundError):
                os.unlink(self.stem + suffix, dir_fd=self.folder)


def names_of(parts: Sequence[str]) -> list[str]:
    """The folders and the file of a key, or the folders of a prefix. What is of no run lies in a folder of its own."""
    names = [safe_name(part) for part in parts]
    return names if FOLDER in parts[1:2] else [FOLDER, *names]


def folders_of(prefix: Sequence[str]) -> list[list[str]]:
    """The folders with all logs whose keys begin so: a single word may be a run's or something else's."""
    if not prefix:
        return [[]]
    if len(prefix) > 1:
        return [names_of(prefix)]
    return [names_of([*prefix, FOLDER]), names_of(prefix)]


def key_of(parts: Sequence[str]) -> tuple[str, ...]:
    """The key whose index has this path."""
    folders = parts[:-1] if FOLDER in parts[1:2] else parts[1:-1]
    return (*folders, parts[-1].removesuffix(INDEX))


@contextmanager
def log_files(
    root: Path, log_key: Sequence[str], *, make: bool = False
) -> Generator[LogFiles | None, None, None]:
    """The files of a log in a store. ``None`` where its folder is not there, unless it is to be made."""
    try:
        folder = open_folder(root, names_of(log_key)[:-1], make=make)
    except OSError:
        if make:
            raise
        yield None
        return
    try:
        yield LogFiles(root, log_key, folder)
    finally:
        os.close(folder)


def open_folder(root: Path, names: Sequence[str], *, make: bool = False) -> int:
    """A descriptor of a folder below the root. Raises ``OSError`` where a part of the way is no folder."""
    if make:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(root, _FOLDER)
    for name in names:
        try:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=folder)
            below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
        finally:
            os.close(folder)
        folder = below
    return folder


def data_suffix(kind: LogKind, layout: Layout) -> str:
    """What the name of the file ends with that holds a stream."""
    return kind.suffix if layout.inserted is None else kind.suffix + SHORT


def write_all(file: int, data: bytes) -> None:
    """Write all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _whole(file: int) -> bytes:
    parts: list[bytes] = []
    while part := os.read(file, 1024 * 1024):
        parts.append(part)
    return b"".join(parts)
