"""What is particular to pandas."""

from typing import Any

import duckdb
import pandas as pd

from mainspring.integrations.duckdb_pandas import DuckDBPandasIOManager
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.io.build import build_input_context, build_output_context


def query(database: str, text: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(database) as connection:
        return connection.sql(text).fetchall()


def test_missing_values_of_pandas_are_null(database: str) -> None:
    frame = pd.DataFrame(
        {
            "number": [1.5, float("nan")],
            "text": ["x", None],
            "whole": pd.array([1, None], dtype="Int64"),
            "truth": pd.array([True, None], dtype="boolean"),
            "when": pd.to_datetime(["2024-01-01", None]),
            "zoned": pd.to_datetime(["2024-01-01", None], utc=True),
            "nothing": [None, None],
        },
        index=pd.Index([7, 8], name="not stored"),
    )
    with build_resources({"io": DuckDBPandasIOManager(database=database)}) as resources:
        resources.io.handle_output(build_output_context(asset_key="a"), frame)
        found = resources.io.load_input(build_input_context(asset_key="a"))
    second = query(database, "select * exclude (zoned), zoned is null from public.a where text is null")
    assert second == [(None, None, None, None, None, None, True)]
    assert list(found.columns) == list(frame.columns)
    assert found["zoned"].tolist()[0] == pd.Timestamp("2024-01-01", tz="UTC")
    assert found.isna().to_numpy().tolist() == [[False] * 6 + [True], [True] * 7]
    assert (str(found["whole"].dtype), str(found["text"].dtype)) == (
        str(frame["whole"].dtype),
        str(frame["text"].dtype),
    )


def test_names_of_columns_that_are_no_text(database: str) -> None:
    with build_resources({"io": DuckDBPandasIOManager(database=database)}) as resources:
        resources.io.handle_output(build_output_context(asset_key="a"), pd.DataFrame({0: [1], "b": [2]}))
    assert query(database, 'select "0", b from public.a') == [(1, 2)]
