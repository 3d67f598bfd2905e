"""What is recorded about a table each time it is written: its rows, its columns, where they come from."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import polars as pl

import mainspring as dg

COLUMN_LINEAGE = "dagster/column_lineage"
COLUMN_SCHEMA = "dagster/column_schema"
ROW_COUNT = "dagster/row_count"
TABLE_NAME = "dagster/table_name"


def table_metadata(
    frame: pd.DataFrame | pl.DataFrame,
    name: str,
    *,
    columns: Mapping[str, str] | None = None,
    unique: Sequence[str] = (),
) -> dict[str, Any]:
    """Rows and column schema of a frame that becomes the table `name`.

    `columns` describes columns in words, `unique` names those whose values are there and unique.
    """
    described = columns or {}
    schema = dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column,
                type=str(dtype),
                description=described.get(column),
                constraints=dg.TableColumnConstraints(nullable=column not in unique, unique=column in unique),
            )
            for column, dtype in zip(frame.columns, frame.dtypes, strict=True)
        ]
    )
    return {ROW_COUNT: len(frame), TABLE_NAME: name, COLUMN_SCHEMA: schema}


def column_lineage(**sources: Sequence[tuple[dg.AssetKey, str]]) -> dg.TableColumnLineage:
    """Lineage by column: `column_lineage(late=[(FLIGHTS, "arr_delay")])`."""
    return dg.TableColumnLineage(
        deps_by_column={
            column: [dg.TableColumnDep(asset_key=key, column_name=name) for key, name in deps]
            for column, deps in sources.items()
        }
    )
