"""Metadata on one line."""

import pytest

import mainspring as dg
from mainspring.cli.shown_metadata import shown
from mainspring.core.values.metadata import normalize_metadata

M = dg.MetadataValue


@pytest.mark.parametrize(
    "value, text",
    [
        (1_234_567, "1,234,567"),
        (0.6789123456, "0.678912"),
        (True, "yes"),
        (None, "none"),
        ("two\nlines", "two lines"),
        ({"a": [1]}, '{"a":[1]}'),
        (M.md("# Title\n\ntext"), "# Title text"),
        (M.path("a/b"), "a/b"),
        (M.url("https://example.com"), "https://example.com"),
        (M.asset(dg.AssetKey(["a", "b"])), "a/b"),
        (M.table([dg.TableRecord({"a": 1})]), "1 record"),
        (dg.TableSchema([dg.TableColumn("a", "int"), dg.TableColumn("b")]), "a int, b string"),
        (dg.TableColumnLineage({"a": [dg.TableColumnDep("x", "y")]}), "lineage of 1 column"),
        ("x" * 300, "x" * 200 + "… (300 characters)"),
    ],
)
def test_each_kind(value, text) -> None:
    assert shown(normalize_metadata({"it": value})["it"]) == text
