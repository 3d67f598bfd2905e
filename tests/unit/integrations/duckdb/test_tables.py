"""Data frames of pandas and of polars, through real database files."""

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition
from mainspring.integrations.duckdb_pandas import DuckDBPandasIOManager, duckdb_pandas_io_manager
from mainspring.integrations.duckdb_polars import DuckDBPolarsIOManager, duckdb_polars_io_manager
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.io.build import build_input_context, build_output_context
from mainspring.runtime.io.failures import UnstorableValueError

DAYS = TimeWindowPartitionsDefinition("2024-01-01", "%Y-%m-%d", cron_schedule="0 0 * * *", end="2024-02-01")
KINDS = [(DuckDBPandasIOManager, pd.DataFrame), (DuckDBPolarsIOManager, pl.DataFrame)]


@pytest.fixture(params=KINDS, ids=["pandas", "polars"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def made(kind: Any, database: str) -> Any:
    with build_resources({"io": kind[0](database=database)}) as resources:
        yield resources.io


def rows_of(frame: Any) -> list[tuple[Any, ...]]:
    if isinstance(frame, pd.DataFrame):
        return sorted(frame.itertuples(index=False, name=None))
    return sorted(frame.rows())


def query(database: str, text: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(database) as connection:
        return connection.sql(text).fetchall()


def test_a_frame_comes_back(kind: Any, made: Any, database: str) -> None:
    frame = kind[1]({"owner": ["a", "b"], "amount": [3.5, 0.0]})
    for _ in range(2):
        made.handle_output(output := build_output_context(asset_key=["shop", "sales"]), frame)
    for annotation in (kind[1], None, Any, kind[1] | None):
        found = made.load_input(build_input_context(asset_key=["shop", "sales"], dagster_type=annotation))
        assert isinstance(found, kind[1])
        assert rows_of(found) == [("a", 3.5), ("b", 0.0)]
    assert query(database, "select owner, amount from shop.shop.sales order by 1") == [("a", 3.5), ("b", 0.0)]
    metadata = output.consume_logged_metadata()
    assert metadata["dagster/row_count"].value == 2
    columns = metadata["dagster/column_schema"].value.columns
    assert [(column.name, column.type) for column in columns] == [("owner", "VARCHAR"), ("amount", "DOUBLE")]


def test_some_columns(kind: Any, made: Any) -> None:
    made.handle_output(build_output_context(asset_key="a"), kind[1]({"x": [1], "Y y": [2], "z": [3]}))
    context = build_input_context(asset_key="a", definition_metadata={"columns": ["z", "Y y"]})
    found = made.load_input(context)
    assert (list(found.columns), rows_of(found)) == (["z", "Y y"], [(3, 2)])


def test_a_new_frame_may_have_other_columns(kind: Any, made: Any, database: str) -> None:
    made.handle_output(build_output_context(asset_key="a"), kind[1]({"x": [1]}))
    made.handle_output(build_output_context(asset_key="a"), kind[1]({"y": ["b"]}))
    assert query(database, "from public.a") == [("b",)]


def day(key: str, last: str | None = None, expression: str = "day", build: Any = build_output_context) -> Any:
    return build(
        asset_key="days", asset_partitions_def=DAYS, definition_metadata={"partition_expr": expression},
        asset_partition_key_range=PartitionKeyRange(key, last or key),
    )  # fmt: skip


@pytest.mark.parametrize("column", ["text", "timestamp", "date", "zoned"])
def test_days(kind: Any, made: Any, database: str, column: str) -> None:
    """The column may be text, a timestamp with or without a time zone, or a date."""

    def frame(*days: str) -> Any:
        times = pd.to_datetime(list(days)) + pd.Timedelta(hours=0 if column in {"text", "date"} else 23)
        values = {
            "text": lambda: list(days), "timestamp": lambda: times, "zoned": lambda: times.tz_localize("UTC"),
            "date": lambda: [time.date() for time in times],
        }[column]()  # fmt: skip
        of_pandas = pd.DataFrame({"n": range(len(days)), "day": values})
        return of_pandas if kind[1] is pd.DataFrame else pl.from_pandas(of_pandas)

    for key in ("2024-01-01", "2024-01-02", "2024-01-01"):
        made.handle_output(day(key), frame(key))
    assert query(database, "select count(*) from public.days") == [(2,)]
    made.handle_output(day("2024-01-02", "2024-01-03"), frame("2024-01-02", "2024-01-03"))
    assert query(database, "select count(*) from public.days") == [(3,)]
    one = made.load_input(day("2024-01-03", build=build_input_context))
    assert [n for n, _ in rows_of(one)] == [1]
    assert len(made.load_input(day("2024-01-01", "2024-01-03", build=build_input_context))) == 3


def test_an_expression(kind: Any, made: Any, database: str) -> None:
    expression = "strptime(year || '-01-' || of_month, '%Y-%m-%d')"
    for key in ("2024-01-01", "2024-01-02", "2024-01-01"):
        made.handle_output(
            day(key, expression=expression), kind[1]({"year": ["2024"], "of_month": [key[-2:]]})
        )
    assert query(database, "select of_month from public.days order by 1") == [("01",), ("02",)]


def test_two_dimensions(kind: Any, made: Any, database: str) -> None:
    both = MultiPartitionsDefinition({"day": DAYS, "region": StaticPartitionsDefinition(["1", "2"])})
    metadata = {"partition_expr": {"day": "d", "region": "r"}}

    def context(key: str, build: Any = build_output_context) -> Any:
        return build(
            asset_key="a", partition_key=key, asset_partitions_def=both, definition_metadata=metadata
        )

    for key in ("2024-01-01|1", "2024-01-01|2", "2024-01-02|1", "2024-01-01|1"):
        when, region = key.split("|")
        made.handle_output(
            context(key), kind[1]({"d": [when], "r": [int(region)], "n": [1]})
        )  # keys are text
    assert query(database, "select d, r from public.a order by 1, 2") == [
        ("2024-01-01", 1), ("2024-01-01", 2), ("2024-01-02", 1),
    ]  # fmt: skip
    assert rows_of(made.load_input(context("2024-01-01|2", build_input_context))) == [("2024-01-01", 2, 1)]


def test_partitions_may_order_their_columns_differently_and_have_other_categories(
    kind: Any, made: Any
) -> None:
    def context(key: str, build: Any = build_output_context) -> Any:
        regions = StaticPartitionsDefinition(["eu", "us"])
        return build(
            asset_key="a", partition_key=key, asset_partitions_def=regions,
            definition_metadata={"partition_expr": "r"},
        )  # fmt: skip

    def categories(values: list[str]) -> Any:
        return pd.Categorical(values) if kind[1] is pd.DataFrame else pl.Series(values, dtype=pl.Categorical)

    made.handle_output(context("eu"), kind[1]({"r": categories(["eu"]), "n": [1]}))
    made.handle_output(context("us"), kind[1]({"n": [2], "r": categories(["us"])}))
    assert rows_of(made.load_input(context("us", build_input_context))) == [("us", 2)]


def test_an_empty_partition(kind: Any, made: Any, database: str) -> None:
    made.handle_output(day("2024-01-01"), kind[1]({"day": ["2024-01-01"], "n": [1]}))
    made.handle_output(day("2024-01-01"), kind[1]({"day": ["2024-01-01"], "n": [1]})[:0])
    assert query(database, "select count(*) from public.days") == [(0,)]


@pytest.mark.parametrize("columns", [{}, {"a": [1], "A": [2]}])
def test_what_cannot_be_a_table(kind: Any, made: Any, columns: dict[str, Any]) -> None:
    with pytest.raises(UnstorableValueError, match="The data frame of the asset 'a' has"):
        made.handle_output(build_output_context(asset_key="a"), kind[1](columns))


def test_a_list_is_no_frame(made: Any) -> None:
    with pytest.raises(UnstorableValueError, match=r"is a list.*\nReturn one of: (pandas|polars)\.DataFrame"):
        made.handle_output(build_output_context(asset_key="a"), [1, 2])


@pytest.mark.parametrize(
    "definition, frame", [(duckdb_pandas_io_manager, pd.DataFrame), (duckdb_polars_io_manager, pl.DataFrame)]
)
def test_the_definitions(database: str, definition: Any, frame: Any) -> None:
    with build_resources({"io": definition.configured({"database": database, "schema": "s"})}) as resources:
        resources.io.handle_output(build_output_context(asset_key="a"), frame({"x": [1]}))
        assert rows_of(resources.io.load_input(build_input_context(asset_key="a"))) == [(1,)]
    assert query(database, "from s.a") == [(1,)]
