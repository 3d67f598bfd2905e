"""DuckDB: a resource that opens a database, and IO managers that keep each asset as a table.

Needs ``pip install mainspring[duckdb]``. Handlers for data frames are in
``mainspring.integrations.duckdb_pandas`` and ``mainspring.integrations.duckdb_polars``.
"""

from mainspring.integrations.duckdb.connect import DatabaseLockedError
from mainspring.integrations.duckdb.handler import DbTypeHandler
from mainspring.integrations.duckdb.io_manager import DuckDBIOManager, build_duckdb_io_manager
from mainspring.integrations.duckdb.resource import DuckDBResource
from mainspring.integrations.duckdb.sql import table_name
from mainspring.integrations.duckdb.table_slice import TablePartitionDimension, TableSlice

__all__ = [
    "DatabaseLockedError",
    "DbTypeHandler",
    "DuckDBIOManager",
    "DuckDBResource",
    "TablePartitionDimension",
    "TableSlice",
    "build_duckdb_io_manager",
    "table_name",
]
