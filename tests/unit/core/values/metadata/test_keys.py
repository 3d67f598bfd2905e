"""The reserved metadata keys keep their spelling."""

from mainspring.core.values.metadata import keys


def test_spellings() -> None:
    assert {
        "dagster/column_schema",
        "dagster/column_lineage",
        "dagster/row_count",
        "dagster/partition_row_count",
        "dagster/uri",
        "dagster/table_name",
        "dagster/relation_identifier",
        "dagster/code_references",
    } == keys.RESERVED_KEYS
