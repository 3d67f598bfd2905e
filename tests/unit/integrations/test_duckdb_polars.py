"""What is particular to polars."""

import polars as pl

from mainspring.integrations.duckdb_polars import DuckDBPolarsIOManager
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.io.build import build_input_context, build_output_context


def test_lazy_frames(database: str) -> None:
    with build_resources({"io": DuckDBPolarsIOManager(database=database)}) as resources:
        resources.io.handle_output(build_output_context(asset_key="a"), pl.LazyFrame({"x": [1, 2]}))
        found = resources.io.load_input(build_input_context(asset_key="a", dagster_type=pl.LazyFrame))
    assert isinstance(found, pl.LazyFrame)
    assert found.collect().rows() == [(1,), (2,)]
