"""A cursor of SQLite that reads whatever lies in a column of texts, and takes what other databases take."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from mainspring.core.storage.sql.engine import too_many
from mainspring.core.storage.sql.storable import holds_nul, raise_refusal

_LARGEST = 2**63 - 1
_UNDECODED = "Could not decode"
_TOO_MANY = "too many SQL variables"
_SELECTS = ("SELECT", "WITH", "PRAGMA", "VALUES")


class TolerantCursor(sqlite3.Cursor):
    r"""A cursor for which one text that is not UTF-8 does not hide the rows around it.

    The driver refuses the whole answer then. So the connection is told to show such bytes escaped (``\xff``) from
    now on, and the statement is run once more, in the same transaction.
    """

    _statement: str = ""
    _parameters: Any = ()
    _fetched: int = 0

    def execute(self, statement: str, parameters: Any = (), /) -> TolerantCursor:
        """Run a statement."""
        self._statement, self._parameters, self._fetched = statement, parameters, 0
        for value in parameters:
            if isinstance(value, str) and "\x00" in value:
                raise_refusal(statement, [parameters])
        try:
            _execute(self, statement, parameters)
        except UnicodeEncodeError:
            raise_refusal(statement, [parameters])
            raise
        except sqlite3.OperationalError as error:
            if str(error) == _TOO_MANY:
                raise too_many(len(parameters)) from error
            raise
        except OverflowError:
            # a number that no row can have, as a bound of what is looked for
            if not statement.startswith(_SELECTS):
                raise
            self._parameters = [_bounded(value) for value in parameters]
            _execute(self, statement, self._parameters)
        return self

    def executemany(self, statement: str, rows: Iterable[Any], /) -> TolerantCursor:
        """Run a statement once for each row of parameters."""
        known = list(rows)
        if holds_nul(known):
            raise_refusal(statement, known)
        try:
            super().executemany(statement, known)
        except UnicodeEncodeError:
            raise_refusal(statement, known)
            raise
        return self

    def fetchone(self) -> Any:
        """The next row, or ``None``."""
        try:
            row = _fetchone(self)
        except sqlite3.OperationalError as error:
            self._run_again(error)
            for _ in range(self._fetched):
                _fetchone(self)
            row = _fetchone(self)
        self._fetched += 1
        return row

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        try:
            return super().fetchall()
        except sqlite3.OperationalError as error:
            self._run_again(error)
            return super().fetchall()[self._fetched :]

    def _run_again(self, error: sqlite3.OperationalError) -> None:
        if not str(error).startswith(_UNDECODED) or not self._statement.startswith(_SELECTS):
            raise error
        self.connection.text_factory = _escaped
        _execute(self, self._statement, self._parameters)


_execute = sqlite3.Cursor.execute
_fetchone = sqlite3.Cursor.fetchone


def _bounded(value: object) -> object:
    return max(-_LARGEST, min(_LARGEST, value)) if isinstance(value, int) else value


def _escaped(text: bytes) -> str:
    return text.decode("utf-8", "backslashreplace")
