"""Public values go round as text; what does not is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mainspring as dg
from mainspring.core.records.packed import deserialize_value, serialize_value

RECORDS = [
    dg.AssetKey(["shop", "orders"]),
    dg.AssetCheckKey(dg.AssetKey("orders"), "fresh"),
    dg.AssetMaterialization("orders", "Loaded.", {"rows": 3, "at": dg.MetadataValue.path("/x")}, "2024"),
    dg.AssetObservation("orders", metadata={"schema": dg.TableSchema(columns=[dg.TableColumn("a", "int")])}),
    dg.AssetSelection.groups("sales").downstream() - dg.AssetSelection.assets("orders"),
    dg.DataVersion("7"),
    dg.EnvVar("HOME"),
    dg.MetadataValue.int(3),
    dg.PartitionKeyRange("a", "b"),
    dg.Run(job_name="nightly", run_id="1", tags={"team": "data"}),
    dg.RunRequest("k", {"ops": {}}, {"a": "b"}, asset_selection=[dg.AssetKey(["shop", "orders"])]),
    dg.RunsFilter(job_name="nightly", statuses=[dg.RunStatus.FAILURE]),
    dg.RunStatus.SUCCESS,
    dg.TimeWindow(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_go_round(record) -> None:
    text = serialize_value(record)
    found = deserialize_value(text, type(record))
    assert (found, type(found)) == (record, type(record))
    assert serialize_value([{"it": record}]) == f'[{{"it":{text}}}]'


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text() | st.integers() | st.sampled_from(["__class__", "__set__"]), inner, max_size=4
        )
        | st.sets(st.integers() | st.text(), max_size=4)
        | st.frozensets(st.sampled_from(RECORDS[:2]), max_size=2)
    ),
    max_leaves=20,
)


@given(plain)
def test_containers_go_round(value) -> None:
    text = serialize_value(value)
    assert deserialize_value(text) == value
    assert "\n" not in text


def test_tuples_come_back_as_lists() -> None:
    assert deserialize_value(serialize_value((1, (2, 3)))) == [1, [2, 3]]


def test_the_same_value_gives_the_same_text() -> None:
    assert serialize_value({"b", "a", "c"}) == serialize_value({"c", "b", "a"}) == '{"__set__":["a","b","c"]}'


def test_the_published_spelling_is_read() -> None:
    text = serialize_value(RECORDS[9]).replace('"Run"', '"DagsterRun"')
    assert deserialize_value(text, dg.DagsterRun) == RECORDS[9]


def test_how_the_json_is_written() -> None:
    assert serialize_value({"a": 1}, indent=1) == json.dumps({"a": 1}, indent=1)


class Pair(NamedTuple):
    left: int
    right: int


@dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    "value", [Pair(1, 2), Point(1), object(), b"bytes", dg.StaticPartitionsDefinition(["a"])]
)
def test_what_cannot_be_written(value) -> None:
    with pytest.raises(dg.InvalidInvocationError, match="cannot be written as text"):
        serialize_value({"it": [value]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"__class__":"AssetKey"}',
        '{"__class__":"AssetKey","value":3}',
        '{"__class__":"Definitions","value":{}}',
        '{"__class__":"no.such.module:Thing","value":{}}',
        '{"__class__":["AssetKey"],"value":{}}',
        '{"__enum__":"RunStatus.NONE"}',
        '{"__enum__":3}',
        '{"__float__":"many"}',
        '{"__set__":[[1]]}',
        '{"__items__":[[1]]}',
        "[" * 100_000,
    ],
)
def test_text_that_is_no_value(text) -> None:
    with pytest.raises(dg.InvalidInvocationError):
        deserialize_value(text)


def test_nesting_without_end() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(dg.InvalidInvocationError, match="nested too deeply"):
        serialize_value(value)


def test_a_value_of_another_type() -> None:
    text = serialize_value(dg.AssetKey("a"))
    assert deserialize_value(text, (str, dg.AssetKey)) == dg.AssetKey("a")
    with pytest.raises(dg.InvalidInvocationError, match="holds a AssetKey, not a str or RunsFilter"):
        deserialize_value(text, (str, dg.RunsFilter))


def test_no_table_of_ones_own() -> None:
    with pytest.raises(dg.InvalidInvocationError, match="no whitelist_map"):
        serialize_value(1, whitelist_map={})
    with pytest.raises(dg.InvalidInvocationError, match="no whitelist_map"):
        deserialize_value("1", whitelist_map={})
