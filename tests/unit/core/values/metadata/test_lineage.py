"""The lineage of columns."""

import pytest

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import TableColumnDep, TableColumnLineage


def test_keys_may_be_given_in_every_spelling() -> None:
    expected = TableColumnDep(AssetKey(["shop", "orders"]), "amount")
    assert TableColumnDep("shop/orders", "amount") == expected
    assert TableColumnDep(["shop", "orders"], column_name="amount") == expected


def test_lineage_travels_and_hashes_by_value() -> None:
    lineage = TableColumnLineage({"total": (TableColumnDep("orders", "amount"),), "none": []})
    back = serial.decode(serial.encode(lineage), TableColumnLineage)
    assert back == lineage
    assert hash(back) == hash(lineage)
    assert lineage.deps_by_column == {"total": [TableColumnDep("orders", "amount")], "none": []}


def test_a_dep_that_is_none_is_refused_with_its_column() -> None:
    with pytest.raises(InvalidDefinitionError, match="column 'total' takes TableColumnDeps; got 'orders'"):
        TableColumnLineage({"total": ["orders"]})
