"""The file of an export: lines of JSON, packed by gzip. Whatever is in it, reading ends with a sentence.

The first line says what it holds, the last that it is whole; between them each line is a row of a table. The format
is described in ``docs/guides/moving-an-instance.md``.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Literal, NamedTuple, cast

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvocationError
from mainspring.core.storage.sql.transfer.cells import read, written
from mainspring.core.storage.sql.transfer.columns import columns_of_tables

FORMAT: Final = 1
LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes. A row that is longer is no row of ours."""

_LEVEL = 6


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line. ``contents``: ``runs``, each followed by its events, or all of an ``instance``."""

    mainspring: Literal["export"] = "export"
    format: int = FORMAT
    schema: str
    contents: Literal["runs", "instance"]
    version: str
    written: str


class _Kind(msgspec.Struct, frozen=True):
    mainspring: str
    format: int


class End(msgspec.Struct, frozen=True):
    """The last line: so many rows stood before it."""

    end: int


class _Line(msgspec.Struct, frozen=True):
    table: str
    row: dict[str, Any]


class Row(NamedTuple):
    """A row of a table, by columns, with the number of its line."""

    table: str
    values: dict[str, object]
    line: int


class ExportWriter:
    """Writes rows, one after the other."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.rows: int = 0

    def add(self, table: str, values: dict[str, object]) -> None:
        """Write a row."""
        line = _Line(table, {name: written(value) for name, value in values.items()})
        self._stream.write(serial.encode(line) + b"\n")
        self.rows += 1


@contextmanager
def writing(path: Path, header: Header) -> Generator[ExportWriter]:
    """Write a file, for its owner alone. It is there once it is whole; a former one of the name stays till then."""
    part = path.with_name(f"{path.name}.part")
    try:
        with (
            open(part, "wb", opener=_for_owner) as raw,
            gzip.GzipFile("", "wb", compresslevel=_LEVEL, fileobj=raw, mtime=0) as packed,
        ):
            stream = cast("IO[bytes]", packed)
            stream.write(serial.encode(header) + b"\n")
            writer = ExportWriter(stream)
            yield writer
            stream.write(serial.encode(End(writer.rows)) + b"\n")
        part.replace(path)
    except OSError as error:
        raise InvocationError(f"The file {path} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class ExportFile:
    """A file to read. Every fault is an ``InvocationError`` that names the file and the line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line: int = 0

    def header(self) -> Header:
        """What the file holds. Raises where it is no export, or one of a newer version."""
        for data in self._lines(stop=1):
            try:
                kind = serial.decode(data, _Kind)
                if kind.mainspring == "export" and kind.format != FORMAT:
                    raise self._fault(
                        f"says that the format is {kind.format}; this version reads {FORMAT}",
                        hint="Read it with the version of mainspring that wrote it, or a newer one.",
                    )
                return serial.decode(data, Header)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                break
        raise self._fault("is no export of mainspring", hint="One is made by: mainspring debug export")

    def rows(self) -> Iterator[Row]:
        """The rows in their order; complains at the end about a file that is not whole."""
        count, ended = 0, False
        for data in self._lines():
            if self.line == 1:
                continue
            if ended:
                raise self._fault("stands behind the end")
            try:
                line: Any = serial.decode(data, End if data.startswith(b'{"end"') else _Line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise self._fault(f"is no row: {error}") from None
            if isinstance(line, End):
                self._check_end(line, count)
                ended = True  # what is left is read: the sum at the very end of the file counts too
                continue
            yield self._row(line)
            count += 1
        if not ended:
            raise self._fault("is the last one, and no end of an export: the file was cut off")

    def _check_end(self, end: End, count: int) -> None:
        if end.end != count:
            raise self._fault(f"says that there are {end.end:,} rows; there are {count:,}")

    def _row(self, line: _Line) -> Row:
        known = columns_of_tables().get(line.table)
        if known is None:
            raise self._fault(f"is a row of a table that is not known: {line.table[:80]!r}")
        names = {column.name for column in known}
        strange = sorted(set(line.row) - names)
        if strange:
            raise self._fault(f"has a column that the table {line.table} has not: {strange[0][:80]!r}")
        try:
            values = {name: read(value) for name, value in line.row.items()}
        except (ValueError, OverflowError) as error:
            raise self._fault(f"cannot be read: {error}") from None
        return Row(line.table, values, self.line)

    def _lines(self, *, stop: int | None = None) -> Iterator[bytes]:
        self.line = 0
        try:
            with gzip.open(self.path, "rb") as packed:
                while data := packed.readline(LONGEST_LINE + 1):
                    self.line += 1
                    if len(data) > LONGEST_LINE:
                        raise self._fault(f"is longer than {LONGEST_LINE:,} bytes")
                    yield data
                    if self.line == stop:
                        return
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.line += 1
            raise self._fault(f"cannot be unpacked, the file is damaged or cut off: {error}") from None
        except OSError as error:
            raise InvocationError(
                f"The file {self.path} cannot be read: {error.strerror or error}."
            ) from error

    def _fault(self, what: str, *, hint: str | None = None) -> InvocationError:
        return InvocationError(
            f"{self.path}, line {max(self.line, 1)}: it {what}.", hint=hint or "Nothing was imported."
        )
