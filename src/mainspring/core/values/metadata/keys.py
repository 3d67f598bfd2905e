"""Metadata keys with a meaning of their own. They keep the spelling user code reads and writes."""

from typing import Final

COLUMN_SCHEMA: Final = "dagster/column_schema"
"""The columns of the table: a ``TableSchema``."""

COLUMN_LINEAGE: Final = "dagster/column_lineage"
"""From which columns the columns come: a ``TableColumnLineage``."""

ROW_COUNT: Final = "dagster/row_count"
"""The rows of the whole table: an int."""

PARTITION_ROW_COUNT: Final = "dagster/partition_row_count"
"""The rows of the partition that was written: an int."""

URI: Final = "dagster/uri"
"""Where the asset lies: text."""

TABLE_NAME: Final = "dagster/table_name"
"""The full name of the table in its database, such as ``db.schema.table``: text."""

RELATION_IDENTIFIER: Final = "dagster/relation_identifier"
"""The older spelling of ``TABLE_NAME``."""

CODE_REFERENCES: Final = "dagster/code_references"
"""Where the code can be read: ``CodeReferencesMetadataValue``."""

RESERVED_KEYS: Final = frozenset(
    {
        COLUMN_SCHEMA,
        COLUMN_LINEAGE,
        ROW_COUNT,
        PARTITION_ROW_COUNT,
        URI,
        TABLE_NAME,
        RELATION_IDENTIFIER,
        CODE_REFERENCES,
    }
)
