"""The SQL of table slices: names are quoted, values are bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from mainspring.core.partitions.window import TimeWindow
from mainspring.core.values.metadata import TableColumn, TableSchema
from mainspring.integrations.duckdb.table_slice import TablePartitionDimension, TableSlice

Statement = tuple[str, list[Any]]
_INCOMING = "mainspring_incoming"


def quoted(name: str) -> str:
    """An identifier in quotes.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def schema_name(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> str:
    """The database and schema in quotes; the schema alone is ambiguous where a database has the same name."""
    return f"{quoted(catalog(connection))}.{quoted(table.schema)}"


def table_name(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> str:
    """The database, schema and table in quotes: what to write into a statement of one's own."""
    return f"{schema_name(connection, table)}.{quoted(table.table)}"


def catalog(connection: duckdb.DuckDBPyConnection) -> str:
    """The name DuckDB gives the database: that of the file, without its extension."""
    return str(connection.sql("SELECT current_database()").fetchall()[0][0])


def select(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> Any:
    """The rows and columns of a slice, as a DuckDB relation: ``.df()``, ``.pl()``, ``.to_arrow_table()``."""
    columns = ", ".join(map(quoted, table.columns)) if table.columns else "*"
    where, values = condition(connection, table)
    return connection.sql(
        f"SELECT {columns} FROM {table_name(connection, table)} WHERE {where}", params=values
    )


def count(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> int:
    """How many rows a slice has."""
    where, values = condition(connection, table)
    rows = connection.sql(
        f"SELECT count(*) FROM {table_name(connection, table)} WHERE {where}", params=values
    ).fetchall()
    return int(rows[0][0])


def clear(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> None:
    """Make room for a slice: its schema is there; its rows, or the table if all rows are meant, are gone."""
    _run(connection, f"CREATE SCHEMA IF NOT EXISTS {schema_name(connection, table)}")
    if not table.partition_dimensions:
        _run(connection, f"DROP TABLE IF EXISTS {table_name(connection, table)}")
    elif exists(connection, table):
        where, values = condition(connection, table)
        _run(connection, f"DELETE FROM {table_name(connection, table)} WHERE {where}", values)


def insert(connection: duckdb.DuckDBPyConnection, table: TableSlice, frame: Any) -> None:
    """Append a data frame, or anything DuckDB can read, by the names of its columns.

    Makes the table if need be.
    """
    connection.register(_INCOMING, frame)
    try:
        columns = ", ".join(_storable(name, kind) for name, kind in _described(connection, quoted(_INCOMING)))
        source = f"SELECT {columns} FROM {quoted(_INCOMING)}"
        _run(connection, f"CREATE TABLE IF NOT EXISTS {table_name(connection, table)} AS {source} LIMIT 0")
        _run(connection, f"INSERT INTO {table_name(connection, table)} BY NAME {source}")
    finally:
        connection.unregister(_INCOMING)


def exists(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> bool:
    """Whether the table is there."""
    return table.table in tables(connection, table.schema)


def tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The tables and views of a schema."""
    query = (
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_catalog = current_database() AND table_schema = $1 ORDER BY 1"
    )
    return [row[0] for row in connection.sql(query, params=[schema]).fetchall()]


def schema_of(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> TableSchema:
    """The columns of a table with their types in DuckDB's words."""
    return TableSchema(
        [TableColumn(name, kind) for name, kind in _described(connection, table_name(connection, table))]
    )


def condition(connection: duckdb.DuckDBPyConnection, table: TableSlice) -> Statement:
    """The WHERE of a slice, with the values to bind."""
    texts: list[str] = []
    values: list[Any] = []
    for dimension in table.partition_dimensions:
        text = _dimension(connection, table, dimension, values)
        texts.append(f"({text})")
    return " AND ".join(texts) or "true", values


def _dimension(
    connection: duckdb.DuckDBPyConnection,
    table: TableSlice,
    dimension: TablePartitionDimension,
    values: list[Any],
) -> str:
    expression = f"({dimension.partition_expr})"
    if not dimension.partitions:
        return "false"
    windows = [each for each in dimension.partitions if isinstance(each, TimeWindow)]
    if not windows:
        return f"CAST({expression} AS VARCHAR) IN ({', '.join(_bound(values, dimension.partitions))})"
    kind = _kind_of(connection, table, expression)
    if kind == "VARCHAR":
        expression, kind = f"CAST({expression} AS TIMESTAMP)", "TIMESTAMP"
    zoned = kind == "TIMESTAMP WITH TIME ZONE"
    return " OR ".join(_within(expression, window, zoned, values) for window in windows)


def _within(expression: str, window: TimeWindow, zoned: bool, values: list[Any]) -> str:
    """Columns without a time zone hold the time on the clock in the zone of the partitions."""
    bounds = [window.start, window.end]
    texts = [(bound if zoned else bound.replace(tzinfo=None)).isoformat() for bound in bounds]
    start, end = _bound(values, texts)
    kind = "TIMESTAMPTZ" if zoned else "TIMESTAMP"
    return f"({expression} >= CAST({start} AS {kind}) AND {expression} < CAST({end} AS {kind}))"


def _bound(values: list[Any], added: Sequence[Any]) -> list[str]:
    values.extend(added)
    return [f"${len(values) - len(added) + place}" for place in range(1, len(added) + 1)]


def _kind_of(connection: duckdb.DuckDBPyConnection, table: TableSlice, expression: str) -> str:
    rows = connection.sql(f"DESCRIBE SELECT {expression} FROM {table_name(connection, table)}").fetchall()
    return str(rows[0][1])


def _described(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in connection.sql(f"DESCRIBE {name}").fetchall()]


def _storable(name: str, kind: str) -> str:
    """A column as it is stored: categories as text, since another partition may have others; text where all
    is null.
    """
    if kind.startswith("ENUM(") or kind in {'"NULL"', "NULL"}:
        return f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}"
    return quoted(name)


def _run(connection: duckdb.DuckDBPyConnection, statement: str, values: Sequence[Any] = ()) -> None:
    connection.execute(statement, list(values)).fetchall()
