"""What does not depend on the kind of data frame: connections, slices, SQL, transactions."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition
from mainspring.core.partitions.window import TimeWindow
from mainspring.integrations.duckdb import (
    DatabaseLockedError,
    DbTypeHandler,
    DuckDBIOManager,
    DuckDBResource,
    TablePartitionDimension,
    TableSlice,
    build_duckdb_io_manager,
    table_name,
)
from mainspring.integrations.duckdb.connect import Patience
from mainspring.integrations.duckdb.table_slice import slice_of
from mainspring.integrations.duckdb.tables import DuckDBTables
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.io.build import build_input_context, build_output_context
from mainspring.runtime.io.failures import StoredValueNotFoundError, UnstorableValueError

REGIONS = StaticPartitionsDefinition(["eu", "us", "jp"])
DAYS = TimeWindowPartitionsDefinition(
    "2024-01-01", "%Y-%m-%d", timezone="America/New_York", cron_schedule="0 0 * * *", end="2024-02-01"
)


class Rows(DbTypeHandler[list]):  # a list of (key, number)
    fail_after_writing = False

    def handle_output(self, context: Any, table_slice: TableSlice, obj: Any, connection: Any) -> Any:
        name = table_name(connection, table_slice)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {name} (k VARCHAR, n INTEGER)").fetchall()
        for row in obj:
            connection.execute(f"INSERT INTO {name} VALUES ($1, $2)", list(row)).fetchall()
        if self.fail_after_writing:
            raise ZeroDivisionError
        return {"said": len(obj)}

    def load_input(self, context: Any, table_slice: TableSlice, connection: Any) -> Any:
        from mainspring.integrations.duckdb import sql

        return sorted(sql.select(connection, table_slice).fetchall())

    @property
    def supported_types(self) -> list[type]:
        return [list]


class RowsIOManager(DuckDBIOManager):
    @staticmethod
    def type_handlers() -> list[DbTypeHandler[Any]]:
        return [Rows()]


def rows_of(database: str, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(database) as connection:
        return connection.sql(query).fetchall()


# -- connections -----------------------------------------------------------------------------------------


def test_the_resource_makes_the_folder_and_closes_the_connection(database: str) -> None:
    resource = DuckDBResource(database=database, connection_config={"threads": 2})
    with resource.get_connection() as connection:
        assert connection.sql("select current_setting('threads')").fetchall() == [(2,)]
        with resource.get_connection() as second:  # several to one file
            second.execute("create table t as select 1 as a").fetchall()
        assert connection.sql("from t").fetchall() == [(1,)]
    with pytest.raises(duckdb.Error):
        connection.sql("select 1")


@pytest.fixture
def holder(database: str) -> Any:
    """Another process that holds the file until it is told to let go."""
    Path(database).parent.mkdir()
    code = (
        f"import duckdb, sys; c = duckdb.connect({database!r}); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        if not process.stdin.closed:
            process.communicate("")


def test_a_locked_file_is_told_of_in_the_end(database: str, holder: Any, clock: ManualClock) -> None:
    resource = DuckDBResource(database=database)
    resource._patience = Patience(total=1, clock=clock)
    with pytest.raises(DatabaseLockedError) as caught, resource.get_connection():
        pass
    assert f"The DuckDB database {database} is held by another process" in str(caught.value)
    assert DatabaseLockedError.transient
    assert clock.slept == [0.05, 0.1, 0.2, 0.4]


def test_a_lock_that_is_let_go_is_waited_for(database: str, holder: Any, clock: ManualClock) -> None:
    class Letting(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if len(self.slept) == 2:
                holder.communicate("")

    waiting = Letting(datetime(2024, 1, 1, tzinfo=UTC))
    resource = DuckDBResource(database=database)
    resource._patience = Patience(clock=waiting)
    with resource.get_connection() as connection:
        assert connection.sql("select 1").fetchall() == [(1,)]
    assert waiting.slept == [0.05, 0.1]


def test_an_error_that_is_no_lock_is_raised_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database at all, but text that is long enough to be read as a header")
    with pytest.raises(duckdb.Error), DuckDBResource(database=str(tmp_path / "file")).get_connection():
        pass


# -- slices ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key, schema, metadata, expected",
    [
        (["orders"], None, {}, "public"),
        (["shop", "orders"], None, {}, "shop"),
        (["x", "shop", "orders"], None, {}, "shop"),
        (["shop", "orders"], None, {"schema": "said"}, "said"),
        (["shop", "orders"], "own", {"schema": "said"}, "own"),
    ],
)
def test_the_schema(key: list[str], schema: str | None, metadata: dict[str, Any], expected: str) -> None:
    output = build_output_context(asset_key=key, definition_metadata=metadata)
    found = slice_of(output, database="d", schema=schema)
    assert found == TableSlice("orders", expected, "d")
    upstream = build_input_context(
        asset_key=key, upstream_output=output, definition_metadata={"columns": ["a"]}
    )
    assert slice_of(upstream, database="d", schema=schema) == TableSlice("orders", expected, "d", ["a"])


def test_the_output_of_an_op_is_a_table_of_its_name() -> None:
    output = build_output_context(step_key="s", name="rows", definition_metadata={"schema": "ops"})
    assert slice_of(output, database="d", schema=None) == TableSlice("rows", "ops", "d")
    assert slice_of(build_input_context(upstream_output=output), database="d", schema=None).table == "rows"
    with pytest.raises(InvariantViolationError, match="has no table"):
        slice_of(build_input_context(name="x"), database="d", schema=None)


def partitioned(definition: Any, expression: Any, first: str, last: str | None = None) -> TableSlice:
    context = build_output_context(
        asset_key="a", asset_partitions_def=definition, definition_metadata={"partition_expr": expression},
        asset_partition_key_range=PartitionKeyRange(first, last or first),
    )  # fmt: skip
    return slice_of(context, database="d", schema=None)


def test_neighbouring_windows_are_one() -> None:
    found = partitioned(DAYS, "day", "2024-01-01", "2024-01-03").partition_dimensions
    window = TimeWindow(
        DAYS.time_window_for_partition_key("2024-01-01").start,
        DAYS.time_window_for_partition_key("2024-01-03").end,
    )
    assert found == [TablePartitionDimension("day", [window])]


def test_dimensions() -> None:
    both = MultiPartitionsDefinition({"region": REGIONS, "size": StaticPartitionsDefinition(["s", "l"])})
    found = partitioned(both, {"region": "r", "size": "s"}, "eu|s", "eu|l").partition_dimensions
    assert found == [TablePartitionDimension("r", ["eu"]), TablePartitionDimension("s", ["s", "l"])]
    for wrong in ("r", {"region": "r"}, None):
        with pytest.raises(InvariantViolationError, match=r"'region': \.\.\., 'size': \.\.\."):
            partitioned(both, wrong, "eu|s")


def test_partitions_without_an_expression() -> None:
    with pytest.raises(InvariantViolationError) as caught:
        partitioned(REGIONS, None, "eu")
    assert str(caught.value) == (
        "The asset 'a' is partitioned, and nothing says which rows a partition is.\n"
        "Give the asset metadata={'partition_expr': '<SQL expression>'}: the column, or the expression, "
        "that the partitions go by."
    )


# -- the IO manager --------------------------------------------------------------------------------------


def test_a_handler_of_ones_own(database: str) -> None:
    with build_resources({"io": RowsIOManager(database=database, schema="s")}) as made:
        output = build_output_context(asset_key=["shop", "a"])
        for _ in range(2):
            made.io.handle_output(output, [("x", 1), ("y", 2)])
        assert made.io.load_input(build_input_context(asset_key=["shop", "a"])) == [("x", 1), ("y", 2)]
        only_n = build_input_context(asset_key="a", definition_metadata={"columns": ["n"]})
        assert made.io.load_input(only_n) == [(1,), (2,)]
    metadata = {name: entry.value for name, entry in output.consume_logged_metadata().items()}
    schema = metadata.pop("dagster/column_schema")
    assert metadata == {"dagster/row_count": 2, "dagster/table_name": "shop.s.a", "said": 2}
    assert [(column.name, column.type) for column in schema.columns] == [("k", "VARCHAR"), ("n", "INTEGER")]


def test_what_the_user_said_stays(database: str) -> None:
    with build_resources({"io": RowsIOManager(database=database)}) as made:
        said = {"dagster/relation_identifier": "mine", "dagster/row_count": 7}
        output = build_output_context(asset_key="a", output_metadata=said)
        made.io.handle_output(output, [("x", 1)])
    assert set(output.consume_logged_metadata()) == {"dagster/column_schema", "said"}


def test_the_definition_by_function(database: str) -> None:
    definition = build_duckdb_io_manager([Rows()], default_load_type=list)
    config = {"database": database, "schema": "s", "connection_config": {"threads": 1}}
    with build_resources({"io": definition.configured(config)}) as made:
        made.io.handle_output(build_output_context(asset_key="a"), [("x", 1)])
        assert made.io.load_input(build_input_context(asset_key="a")) == [("x", 1)]
    assert rows_of(database, "from s.a") == [("x", 1)]


def static(key: str, build: Any = build_output_context) -> Any:
    metadata = {"partition_expr": "k"}
    return build(asset_key="a", partition_key=key, asset_partitions_def=REGIONS, definition_metadata=metadata)


def test_only_the_rows_of_the_partition_are_replaced(database: str) -> None:
    with build_resources({"io": RowsIOManager(database=database)}) as made:
        made.io.handle_output(static("eu"), [("eu", 1)])
        made.io.handle_output(static("us"), [("us", 2), ("us", 3)])
        made.io.handle_output(output := static("us"), [("us", 4)])
        assert made.io.load_input(static("us", build_input_context)) == [("us", 4)]
        both = build_input_context(
            asset_key="a", asset_partitions_def=REGIONS, definition_metadata={"partition_expr": "k"},
            asset_partition_key_range=PartitionKeyRange("eu", "us"),
        )  # fmt: skip
        assert made.io.load_input(both) == [("eu", 1), ("us", 4)]
    assert output.consume_logged_metadata()["dagster/partition_row_count"].value == 1


@pytest.mark.parametrize("key", ["a", "eu"])
def test_a_failed_write_changes_nothing(database: str, key: str) -> None:
    """``a`` is written as a whole, ``eu`` as a partition."""
    context = static("eu") if key == "eu" else build_output_context(asset_key="a")
    handler = Rows()
    manager = DuckDBTables(database, handlers=[handler])
    manager.handle_output(context, [("eu", 1)])
    handler.fail_after_writing = True
    with pytest.raises(ZeroDivisionError):
        manager.handle_output(context, [("eu", 2)])
    assert rows_of(database, "from public.a") == [("eu", 1)]


def test_a_conflict_of_two_writers_is_tried_again(database: str) -> None:
    class Meddling(Rows):
        attempts = 0

        def handle_output(self, context: Any, table_slice: TableSlice, obj: Any, connection: Any) -> Any:
            self.attempts += 1
            if self.attempts == 1:
                raise duckdb.TransactionException("Conflict on tuple deletion!")
            return super().handle_output(context, table_slice, obj, connection)

    clock = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
    handler = Meddling()
    manager = DuckDBTables(database, handlers=[handler], patience=Patience(clock=clock))
    manager.handle_output(build_output_context(asset_key="a"), [("x", 1)])
    assert (handler.attempts, clock.slept) == (2, [0.05])
    assert rows_of(database, "from public.a") == [("x", 1)]


def test_writers_of_one_process_do_not_disturb_one_another(database: str) -> None:
    manager = DuckDBTables(database, handlers=[Rows()])
    keys = StaticPartitionsDefinition([str(n) for n in range(6)])

    def write(key: str) -> None:
        for n in range(3):
            of_key = {"asset_key": "shared", "asset_partitions_def": keys, "partition_key": key}
            metadata = {"partition_expr": "k"}
            manager.handle_output(build_output_context(**of_key, definition_metadata=metadata), [(key, n)])
            manager.handle_output(build_output_context(asset_key=["own", f"t{key}"]), [(key, n)])

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, keys.get_partition_keys()))
    assert sorted(rows_of(database, "from public.shared")) == [(str(n), 2) for n in range(6)]
    assert rows_of(database, "from own.t5") == [("5", 2)]


EVIL = 'a"; DROP TABLE public.victim; --'


def test_names_and_keys_are_no_sql(database: str) -> None:
    keys = StaticPartitionsDefinition(["x' OR '1'='1", "plain"])
    manager = DuckDBTables(database, handlers=[Rows()])
    manager.handle_output(build_output_context(asset_key="victim"), [("v", 1)])
    for name in (EVIL, "select", "ünï 'x'"):
        manager.handle_output(build_output_context(asset_key=[name, name]), [("x", 1)])
        assert manager.load_input(build_input_context(asset_key=[name, name])) == [("x", 1)]
    with pytest.raises(duckdb.BinderException):
        manager.load_input(build_input_context(asset_key="victim", definition_metadata={"columns": [EVIL]}))
    metadata = {"partition_expr": "k"}
    for key in keys.get_partition_keys():
        context = {"asset_key": "p", "asset_partitions_def": keys, "partition_key": key}
        manager.handle_output(build_output_context(**context, definition_metadata=metadata), [(key, 1)])
    assert sorted(rows_of(database, "from public.p")) == [("plain", 1), ("x' OR '1'='1", 1)]
    assert rows_of(database, "from public.victim") == [("v", 1)]


def test_none_is_not_stored(database: str) -> None:
    DuckDBTables(database, handlers=[Rows()]).handle_output(build_output_context(asset_key="a"), None)
    assert not Path(database).exists()


def test_a_table_that_is_not_there(database: str) -> None:
    manager = DuckDBTables(database, handlers=[Rows()])
    manager.handle_output(build_output_context(asset_key="orders"), [("x", 1)])
    with pytest.raises(StoredValueNotFoundError) as caught:
        manager.load_input(build_input_context(asset_key="order"))
    assert str(caught.value) == (
        f"No value is stored for the asset 'order': there is no table public.order in {database}.\n"
        "Materialise it first, with an IO manager of the same database and schema. Did you mean orders?"
    )


def test_a_value_of_another_type(database: str) -> None:
    manager = DuckDBTables(database, handlers=[Rows()])
    with pytest.raises(UnstorableValueError) as caught:
        manager.handle_output(build_output_context(asset_key="a"), {"x": 1})
    assert str(caught.value) == (
        f"The value of the asset 'a' is a dict, which cannot become a table of {database}.\n"
        "Return one of: builtins.list. Or give it another IO manager (io_manager_key)."
    )
    with pytest.raises(
        UnstorableValueError, match=r"asks for dict\.\nAnnotate it with one of: builtins\.list\."
    ):
        manager.load_input(build_input_context(asset_key="a", dagster_type=dict))
