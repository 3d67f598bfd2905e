"""Values survive their way into a file and back, and fit their columns."""

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base import serial
from mainspring.core.storage.sql.transfer.cells import fitted, read, written
from mainspring.core.storage.sql.transfer.columns import Column, columns_of_tables

BROKEN = st.binary(max_size=20).map(lambda data: data.decode("utf-8", "surrogateescape"))
VALUES = (
    st.none()
    | st.text()
    | BROKEN
    | st.binary(max_size=50)
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
)


@given(VALUES)
def test_there_and_back(value: object) -> None:
    through = serial.decode(serial.encode(written(value)), Any)
    assert read(through) == value
    assert type(read(through)) is type(value)


@given(VALUES, st.sampled_from(["integer", "float", "bytes", "text"]), st.booleans())
def test_a_fitted_value_is_of_the_type_of_its_column(value: object, kind: str, nullable: bool) -> None:
    column = Column("c", kind, nullable, False)  # type: ignore[arg-type]
    found = fitted(value, column)
    wanted = {"integer": int, "float": float, "bytes": bytes, "text": str}[kind]
    assert isinstance(found, wanted) or (nullable and found is None)
    if isinstance(found, str):
        assert "\0" not in found
        found.encode()
    assert fitted(found, column) == found or (isinstance(found, float) and math.isnan(found))


def test_the_columns_of_all_tables_are_known() -> None:
    found = columns_of_tables()
    assert found["kv"] == (Column("key", "text", False, False), Column("value", "text", False, False))
    assert found["events"][0] == Column("id", "integer", False, True)
    assert [one.name for one in found["asset_partitions"]][-1] == "wiped_id"
    assert {column.kind for columns in found.values() for column in columns} == {
        "integer",
        "float",
        "bytes",
        "text",
    }
