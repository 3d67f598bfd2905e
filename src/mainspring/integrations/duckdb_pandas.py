"""DuckDB with pandas: assets that are ``pandas.DataFrame`` become tables.

Needs ``pip install mainspring[duckdb-pandas]``.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd  # pyright: ignore[reportMissingTypeStubs]

from mainspring.integrations.duckdb import sql
from mainspring.integrations.duckdb.handler import DbTypeHandler
from mainspring.integrations.duckdb.io_manager import DuckDBIOManager, build_duckdb_io_manager
from mainspring.integrations.duckdb.table_slice import TableSlice
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.io.failures import UnstorableValueError, said_of

_DUCKDB_USES_INPLACE = "The inplace keyword in DataFrame.drop"


class DuckDBPandasTypeHandler(DbTypeHandler[pd.DataFrame]):
    """Writes data frames of pandas. The index is not stored; missing values become NULL."""

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: pd.DataFrame, connection: Any
    ) -> None:
        """Append the rows of a data frame."""
        names = [str(name) for name in obj.columns]
        if not names or len({name.lower() for name in names}) < len(names):
            what = "has no columns" if not names else f"has columns of the same name: {', '.join(names)}"
            raise UnstorableValueError(
                f"The data frame of {said_of(context)} {what}, so it cannot become a table.",
                hint="Columns of a table differ in more than upper and lower case.",
            )
        renamed: Any = obj.set_axis(names, axis="columns")  # pyright: ignore[reportUnknownMemberType]
        sql.insert(connection, table_slice, renamed)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> pd.DataFrame:
        """The rows as a data frame."""
        del context
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=_DUCKDB_USES_INPLACE)
            return sql.select(connection, table_slice).df()

    @property
    def supported_types(self) -> Sequence[type]:
        """Data frames."""
        return [pd.DataFrame]


class DuckDBPandasIOManager(DuckDBIOManager):
    """Keeps each asset that is a ``pandas.DataFrame`` as a table of a DuckDB database.

    >>> DuckDBPandasIOManager(database="shop.duckdb", schema="public").database
    'shop.duckdb'
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """That of pandas."""
        return [DuckDBPandasTypeHandler()]

    @staticmethod
    def default_load_type() -> type | None:
        """A data frame."""
        return pd.DataFrame


duckdb_pandas_io_manager: Final = build_duckdb_io_manager(
    [DuckDBPandasTypeHandler()], default_load_type=pd.DataFrame
)
