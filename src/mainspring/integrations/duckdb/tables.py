"""``DuckDBTables``: the IO manager that keeps each value as a table, or a part of one."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import duckdb

from mainspring.core.base.errors import did_you_mean
from mainspring.core.values.metadata.keys import (
    COLUMN_SCHEMA,
    PARTITION_ROW_COUNT,
    RELATION_IDENTIFIER,
    ROW_COUNT,
    TABLE_NAME,
)
from mainspring.integrations.duckdb import sql
from mainspring.integrations.duckdb.connect import Patience, connection_to
from mainspring.integrations.duckdb.handler import DbTypeHandler
from mainspring.integrations.duckdb.table_slice import TableSlice, slice_of
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.io.failures import StoredValueNotFoundError, UnstorableValueError, said_of
from mainspring.runtime.io.interface import IOManager


class DuckDBTables(IOManager):
    """Keeps the values of assets as tables of one database. Made by ``DuckDBIOManager``.

    A value takes the place of the one before in one transaction: the whole table, or the rows of its
    partitions.
    """

    def __init__(
        self,
        database: str,
        *,
        handlers: Sequence[DbTypeHandler[Any]],
        default_load_type: type | None = None,
        schema: str | None = None,
        connection_config: Mapping[str, Any] | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._database = database
        self._schema = schema
        self._config = dict(connection_config or {})
        self._patience = patience or Patience()
        self._by_type = {kind: handler for handler in handlers for kind in handler.supported_types}
        only = next(iter(self._by_type)) if len(handlers) == 1 else None
        self._default_load_type = default_load_type or only

    # -- storing ---------------------------------------------------------------------------------------------

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Write a value, and record the rows, the columns and the name of its table.

        ``None`` is not stored.
        """
        if obj is None:
            return
        handler = self._handler_for(cast("type[Any]", type(obj)))
        if handler is None:
            raise UnstorableValueError(
                f"The value of {said_of(context)} is a {type(obj).__name__}, which cannot become a table of "
                f"{self._database}.",
                hint=f"Return one of: {self._known_types()}. Or give it another IO manager (io_manager_key).",
            )
        table = slice_of(context, database=self._database, schema=self._schema)
        with self._connection() as connection:
            metadata = self._replace(connection, context, table, obj, handler)
        given = {**context.definition_metadata, **context.output_metadata}
        if RELATION_IDENTIFIER in given:
            metadata.pop(TABLE_NAME)
        context.add_output_metadata({name: value for name, value in metadata.items() if name not in given})

    def _replace(
        self,
        connection: duckdb.DuckDBPyConnection,
        context: OutputContext,
        table: TableSlice,
        obj: Any,
        handler: DbTypeHandler[Any],
    ) -> dict[str, Any]:
        """One transaction, tried again where another connection changed the same rows."""
        pauses = self._patience.pauses()
        while True:
            try:
                with _transaction(connection):
                    sql.clear(connection, table)
                    said = handler.handle_output(context, table, obj, connection)
                    return {**_facts(connection, table), **(said or {})}
            except duckdb.TransactionException:
                if next(pauses, pauses) is pauses:
                    raise

    # -- loading ---------------------------------------------------------------------------------------------

    def load_input(self, context: InputContext) -> Any:
        """The table, or the rows of the partitions, as the type that the input is annotated with."""
        wanted: type[Any] | None = _python_type(context) or self._default_load_type
        handler = self._handler_for(wanted) if wanted is not None else None
        if handler is None or wanted is None:
            asked = "no type" if wanted is None else wanted.__name__
            raise UnstorableValueError(
                f"{said_of(context)} cannot be loaded from {self._database}: the input asks for {asked}.",
                hint=f"Annotate it with one of: {self._known_types()}.",
            )
        table = slice_of(context, database=self._database, schema=self._schema)
        with self._connection() as connection:
            if not sql.exists(connection, table):
                raise _no_table(context, table, sql.tables(connection, table.schema))
            return handler.load_input(context, table, connection)

    # -- what both use ---------------------------------------------------------------------------------------

    def _connection(self) -> Any:
        return connection_to(self._database, self._config, patience=self._patience)

    def _handler_for(self, kind: type[Any]) -> DbTypeHandler[Any] | None:
        return next((self._by_type[base] for base in kind.__mro__ if base in self._by_type), None)

    def _known_types(self) -> str:
        return ", ".join(f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in self._by_type)


def _facts(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> dict[str, Any]:
    if not sql.exists(connection, table):  # a handler of the user's own may have written nothing
        return {TABLE_NAME: f"{table.schema}.{table.table}"}
    rows = PARTITION_ROW_COUNT if table.partition_dimensions else ROW_COUNT
    return {
        rows: sql.count(connection, table),
        COLUMN_SCHEMA: sql.schema_of(connection, table),
        TABLE_NAME: f"{sql.catalog(connection)}.{table.schema}.{table.table}",
    }


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Generator[None, None, None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _python_type(context: InputContext) -> type | None:
    """The class the input must be of, where there is exactly one."""
    declared = getattr(context, "_dagster_type", None)
    kind = getattr(declared, "typing_type", None)
    return kind if isinstance(kind, type) and kind not in (object, Any) else None  # Any is a class


def _no_table(context: InputContext, table: TableSlice, known: Sequence[str]) -> StoredValueNotFoundError:
    name = f"{table.schema}.{table.table}"
    guess = did_you_mean(table.table, known)
    way_out = "Materialise it first, with an IO manager of the same database and schema."
    return StoredValueNotFoundError(
        f"No value is stored for {said_of(context)}: there is no table {name} in {table.database}.",
        hint=f"{way_out} {guess}" if guess else way_out,
    )
