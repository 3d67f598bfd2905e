"""DuckDB with polars: assets that are ``polars.DataFrame`` or ``polars.LazyFrame`` become tables.

Needs ``pip install mainspring[duckdb-polars]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from mainspring.integrations.duckdb import sql
from mainspring.integrations.duckdb.handler import DbTypeHandler
from mainspring.integrations.duckdb.io_manager import DuckDBIOManager, build_duckdb_io_manager
from mainspring.integrations.duckdb.table_slice import TableSlice
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.io.failures import UnstorableValueError, said_of


class DuckDBPolarsTypeHandler(DbTypeHandler[pl.DataFrame]):
    """Writes data frames of polars."""

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: pl.DataFrame, connection: Any
    ) -> None:
        """Append the rows of a data frame."""
        _append(context, table_slice, obj, connection)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> pl.DataFrame:
        """The rows as a data frame."""
        del context
        return sql.select(connection, table_slice).pl()

    @property
    def supported_types(self) -> Sequence[type]:
        """Data frames."""
        return [pl.DataFrame]


class DuckDBPolarsLazyTypeHandler(DbTypeHandler[pl.LazyFrame]):
    """Writes lazy frames of polars, collected."""

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: pl.LazyFrame, connection: Any
    ) -> None:
        """Append the rows that a lazy frame gives."""
        _append(context, table_slice, obj.collect(), connection)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> pl.LazyFrame:
        """The rows, read, as a lazy frame."""
        del context
        return sql.select(connection, table_slice).pl().lazy()

    @property
    def supported_types(self) -> Sequence[type]:
        """Lazy frames."""
        return [pl.LazyFrame]


class DuckDBPolarsIOManager(DuckDBIOManager):
    """Keeps each asset that is a ``polars.DataFrame`` as a table of a DuckDB database.

    >>> DuckDBPolarsIOManager(database="shop.duckdb", schema="public").database
    'shop.duckdb'
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """Those of polars."""
        return [DuckDBPolarsTypeHandler(), DuckDBPolarsLazyTypeHandler()]

    @staticmethod
    def default_load_type() -> type | None:
        """A data frame."""
        return pl.DataFrame


duckdb_polars_io_manager: Final = build_duckdb_io_manager(
    [DuckDBPolarsTypeHandler(), DuckDBPolarsLazyTypeHandler()], default_load_type=pl.DataFrame
)


def _append(context: OutputContext, table_slice: TableSlice, frame: pl.DataFrame, connection: Any) -> None:
    if len({name.lower() for name in frame.columns}) < max(1, frame.width):
        what = (
            "has no columns"
            if not frame.width
            else f"has columns of the same name: {', '.join(frame.columns)}"
        )
        raise UnstorableValueError(
            f"The data frame of {said_of(context)} {what}, so it cannot become a table.",
            hint="Columns of a table differ in more than upper and lower case.",
        )
    sql.insert(connection, table_slice, frame)
