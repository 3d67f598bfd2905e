"""The shape of a table: its records, columns and constraints."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import force_setattr

from mainspring.core.values.metadata.plain import plain_json, plain_text, wrong

TableCell = str | int | float | bool | None


def _texts(values: Sequence[str] | None, what: str) -> list[str]:
    if isinstance(values, str):
        raise wrong(f"{what} takes a list of strings; got the string {values!r}.")
    return [plain_text(value, what) for value in values or ()]


class TableRecord(Struct, frozen=True):
    """One row of a table: a value for each column name.

    >>> TableRecord({"id": 1, "name": "a"}).data["name"]
    'a'

    Values are strings, numbers, booleans or ``None``; ``nan`` becomes ``None``, dates become ISO text.
    """

    data: Mapping[str, TableCell]

    def __post_init__(self) -> None:
        data = plain_json(self.data, "A TableRecord")
        if not isinstance(data, dict):
            raise wrong(f"A TableRecord takes a mapping of column names to values; got {self.data!r}.")
        for column, cell in data.items():  # pyright: ignore[reportUnknownVariableType]
            if isinstance(cell, (dict, list)):
                raise wrong(
                    f"A TableRecord holds text, numbers, booleans, None; column {column!r} holds {cell!r}.",
                    "Write nested data as JSON text, or use MetadataValue.json.",
                )
        force_setattr(self, "data", data)

    def __hash__(self) -> int:
        return hash(frozenset(self.data.items()))


class TableColumnConstraints(Struct, frozen=True, omit_defaults=True):
    """What holds for every value of a column: ``nullable``, ``unique``, and others in words."""

    nullable: bool = True
    unique: bool = False
    other: Sequence[str] = []

    if TYPE_CHECKING:

        def __init__(
            self, nullable: bool = True, unique: bool = False, other: Sequence[str] | None = None
        ) -> None: ...

    def __post_init__(self) -> None:
        force_setattr(self, "other", _texts(self.other, "TableColumnConstraints.other"))

    def __hash__(self) -> int:
        return hash((self.nullable, self.unique, *self.other))


NO_COLUMN_CONSTRAINTS = TableColumnConstraints()


class TableColumn(Struct, frozen=True, omit_defaults=True):
    """A column: its name, its type in the words of its database, and what else is known of it.

    >>> TableColumn("id", "bigint", description="the order").type
    'bigint'
    """

    name: str
    type: str = "string"
    description: str | None = None
    constraints: TableColumnConstraints = NO_COLUMN_CONSTRAINTS
    tags: Mapping[str, str] = {}

    if TYPE_CHECKING:

        def __init__(
            self,
            name: str,
            type: str = "string",
            description: str | None = None,
            constraints: TableColumnConstraints | None = None,
            tags: Mapping[str, str] | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        force_setattr(self, "name", plain_text(self.name, "TableColumn.name"))
        force_setattr(self, "type", plain_text(self.type, "TableColumn.type"))
        if self.constraints is None:  # pyright: ignore[reportUnnecessaryComparison]
            force_setattr(self, "constraints", NO_COLUMN_CONSTRAINTS)
        force_setattr(self, "tags", dict(self.tags or {}))

    def __hash__(self) -> int:
        return hash((self.name, self.type, self.description))


class TableConstraints(Struct, frozen=True):
    """What holds for the table as a whole, in words."""

    other: Sequence[str]

    def __post_init__(self) -> None:
        force_setattr(self, "other", _texts(self.other, "TableConstraints.other"))

    def __hash__(self) -> int:
        return hash(tuple(self.other))


NO_TABLE_CONSTRAINTS = TableConstraints([])


class TableSchema(Struct, frozen=True, omit_defaults=True):
    """The columns of a table, in order, and the constraints of the table as a whole.

    >>> [column.type for column in TableSchema.from_name_type_dict({"id": "int", "name": "string"}).columns]
    ['int', 'string']
    """

    columns: Sequence[TableColumn]
    constraints: TableConstraints = NO_TABLE_CONSTRAINTS

    if TYPE_CHECKING:

        def __init__(
            self, columns: Sequence[TableColumn], constraints: TableConstraints | None = None
        ) -> None: ...

    def __post_init__(self) -> None:
        columns: list[Any] = list(self.columns)
        for column in columns:
            if not isinstance(column, TableColumn):
                raise wrong(f"TableSchema.columns takes TableColumns; got {column!r}.")
        force_setattr(self, "columns", columns)
        if self.constraints is None:  # pyright: ignore[reportUnnecessaryComparison]
            force_setattr(self, "constraints", NO_TABLE_CONSTRAINTS)

    def __hash__(self) -> int:
        return hash(tuple(self.columns))

    @staticmethod
    def from_name_type_dict(name_type_dict: Mapping[str, str]) -> "TableSchema":
        """A schema with one plain column for each name and type."""
        return TableSchema([TableColumn(name, kind) for name, kind in name_type_dict.items()])


def column_type(value: object) -> str:
    """The type of a column that holds this value: ``bool``, ``int``, ``float`` or ``string``."""
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind.__name__
    return "string"


def checked_table(records: Sequence[object], schema: object | None) -> tuple[list[TableRecord], TableSchema]:
    """The records and schema of a table; without a schema, the one that the first record suggests."""
    rows = [record for record in records if isinstance(record, TableRecord)]
    if len(rows) < len(records):
        raise wrong(f"A table takes TableRecords; got {records!r}.", "Wrap each row: TableRecord({...}).")
    if schema is None:
        if not rows:
            raise wrong("A table without records needs a schema.", "Give schema=TableSchema(...).")
        schema = TableSchema([TableColumn(name, column_type(cell)) for name, cell in rows[0].data.items()])
    if not isinstance(schema, TableSchema):
        raise wrong(f"The schema of a table is a TableSchema; got {schema!r}.")
    return rows, schema
