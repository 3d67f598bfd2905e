"""The shape of tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.metadata import (
    TableColumn,
    TableColumnConstraints,
    TableConstraints,
    TableRecord,
    TableSchema,
)

texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=8)
constraints = st.builds(TableColumnConstraints, st.booleans(), st.booleans(), st.lists(texts, max_size=2))
columns = st.builds(
    TableColumn,
    texts,
    texts,
    st.none() | texts,
    st.none() | constraints,
    st.dictionaries(texts, texts, max_size=2),
)
schemas = st.builds(
    TableSchema,
    st.lists(columns, max_size=3),
    st.none() | st.builds(TableConstraints, st.lists(texts, max_size=2)),
)


@given(schemas)
def test_schemas_travel_and_hash_by_value(schema: TableSchema) -> None:
    back = serial.decode(serial.encode(schema), TableSchema)
    assert back == schema
    assert hash(back) == hash(schema)


def test_none_stands_for_nothing_said() -> None:
    column = TableColumn("a", constraints=None, tags=None)
    assert column == TableColumn("a")
    assert column.constraints == TableColumnConstraints(nullable=True, unique=False, other=None)
    assert column.constraints.other == []
    assert column.tags == {}
    assert TableSchema([column], None).constraints == TableConstraints(other=[])


def test_what_is_not_said_is_not_written() -> None:
    assert serial.encode(TableSchema([TableColumn("a")])) == b'{"columns":[{"name":"a"}]}'


def test_from_name_type_dict_keeps_the_order() -> None:
    schema = TableSchema.from_name_type_dict({"b": "int", "a": "string"})
    assert schema.columns == [TableColumn("b", "int"), TableColumn("a", "string")]


def test_a_record_holds_plain_cells() -> None:
    assert TableRecord({"a": 1, "b": float("nan")}).data == {"a": 1, "b": None}
    assert TableRecord(data={"a": 1}) == TableRecord({"a": 1})
    assert hash(TableRecord({"a": 1, "b": 2})) == hash(TableRecord({"b": 2, "a": 1}))


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: TableRecord({"a": [1]}), "column 'a' holds [1]"),
        (lambda: TableRecord([1]), "A TableRecord takes a mapping"),
        (lambda: TableSchema([{"name": "a"}]), "TableSchema.columns takes TableColumns; got {'name': 'a'}"),
        (lambda: TableColumn(5), "TableColumn.name takes a string; got 5"),
        (lambda: TableColumn("a", int), "TableColumn.type takes a string; got <class 'int'>"),
        (lambda: TableConstraints("unique"), "TableConstraints.other takes a list of strings"),
    ],
)
def test_refusals_name_what_was_given(make, message) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        make()
    assert message in str(caught.value)
