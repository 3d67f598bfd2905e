"""``MetadataValue`` and its kinds: what can be said of an asset or a run, each kind shown in its own way."""

import builtins
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from msgspec import Struct
from msgspec.structs import force_setattr

from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata.code_references import CodeReference
from mainspring.core.values.metadata.lineage import TableColumnLineage
from mainspring.core.values.metadata.plain import (
    Number,
    module_and_name,
    must_be,
    plain_bool,
    plain_float,
    plain_int,
    plain_json,
    plain_path,
    plain_seconds,
    plain_text,
)
from mainspring.core.values.metadata.table import TableRecord, TableSchema, checked_table, column_type

_T_co = TypeVar("_T_co", covariant=True)


class MetadataValue(Struct, frozen=True):
    """A piece of metadata of a known kind. The static methods make one of each kind.

    >>> MetadataValue.md("# Preview").value
    '# Preview'

    ``value`` is the plain Python value. Plain values given as metadata become the kind that fits their type.
    """

    if TYPE_CHECKING:

        @property
        def value(self) -> Any:
            """The plain Python value; the thing itself for kinds of several fields."""

    @staticmethod
    def text(text: str) -> "TextMetadataValue":
        """A short text, shown as it is."""
        return TextMetadataValue(text)

    @staticmethod
    def url(url: str) -> "UrlMetadataValue":
        """An address, shown as a link."""
        return UrlMetadataValue(url)

    @staticmethod
    def path(path: "str | PathLike[str]") -> "PathMetadataValue":
        """A path of a file or folder."""
        return PathMetadataValue(path)

    @staticmethod
    def notebook(path: "str | PathLike[str]") -> "NotebookMetadataValue":
        """A path of a notebook, which can be shown."""
        return NotebookMetadataValue(path)

    @staticmethod
    def json(data: Sequence[Any] | Mapping[str, Any]) -> "JsonMetadataValue":
        """Data that JSON can hold. Raises ``InvalidDefinitionError`` for any other."""
        return JsonMetadataValue(data)

    @staticmethod
    def md(data: str) -> "MarkdownMetadataValue":
        """Markdown, shown rendered."""
        return MarkdownMetadataValue(data)

    @staticmethod
    def python_artifact(python_artifact: Callable[..., Any]) -> "PythonArtifactMetadataValue":
        """A class or function, told by its module and name."""
        return PythonArtifactMetadataValue(*module_and_name(python_artifact))

    @staticmethod
    def float(value: builtins.float) -> "FloatMetadataValue":
        """A number, drawn over time. ``nan`` and the infinities are kept."""
        return FloatMetadataValue(value)

    @staticmethod
    def int(value: builtins.int) -> "IntMetadataValue":
        """A whole number of any size, drawn over time."""
        return IntMetadataValue(value)

    @staticmethod
    def bool(value: builtins.bool) -> "BoolMetadataValue":
        """True or false."""
        return BoolMetadataValue(value)

    @staticmethod
    def timestamp(value: builtins.float | datetime) -> "TimestampMetadataValue":
        """A moment: seconds since 1970, or an aware datetime."""
        return TimestampMetadataValue(value)

    @staticmethod
    def dagster_run(run_id: str) -> "RunMetadataValue":
        """A run, shown as a link to its page."""
        return RunMetadataValue(run_id)

    @staticmethod
    def job(job_name: str, location_name: str, *, repository_name: str | None = None) -> "JobMetadataValue":
        """A job, shown as a link to its page."""
        return JobMetadataValue(job_name, location_name, repository_name)

    @staticmethod
    def asset(asset_key: AssetKey) -> "AssetMetadataValue":
        """An asset, shown as a link to its page."""
        return AssetMetadataValue(asset_key)

    @staticmethod
    def table(records: Sequence[TableRecord], schema: TableSchema | None = None) -> "TableMetadataValue":
        """A few rows of a table; without a schema the types are those of the first record."""
        return TableMetadataValue(records, schema)

    @staticmethod
    def table_schema(schema: TableSchema) -> "TableSchemaMetadataValue":
        """The columns of a table."""
        return TableSchemaMetadataValue(schema)

    @staticmethod
    def column_lineage(lineage: TableColumnLineage) -> "TableColumnLineageMetadataValue":
        """From which columns of other assets the columns of a table come."""
        return TableColumnLineageMetadataValue(lineage)

    @staticmethod
    def pool(pool: str) -> "PoolMetadataValue":
        """A concurrency pool, shown as a link to its page."""
        return PoolMetadataValue(pool)

    @staticmethod
    def null() -> "NullMetadataValue":
        """Nothing: a key that is present without a value."""
        return NullMetadataValue()

    @staticmethod
    def code_location_reconstruction(data: str) -> "CodeLocationReconstructionMetadataValue":
        """Text a code location keeps to be built again without asking the outside; never shown."""
        return CodeLocationReconstructionMetadataValue(data)


class _Kind(MetadataValue, Generic[_T_co], frozen=True):
    """A kind whose value is its first field."""

    @property
    def value(self) -> _T_co:
        return getattr(self, self.__struct_fields__[0])


class _Whole(MetadataValue, frozen=True):
    """The kinds of several fields, whose value is the thing itself."""

    @property
    def value(self) -> Self:
        return self


class _Words(MetadataValue, frozen=True):
    """The kinds made of strings."""

    def __post_init__(self) -> None:
        required = len(self.__struct_fields__) - len(self.__struct_defaults__)
        for place, field in enumerate(self.__struct_fields__):
            words = getattr(self, field)
            if words is None and place >= required:
                continue
            if type(words) is not str or not words.isascii():
                force_setattr(self, field, plain_text(words, f"{type(self).__name__}.{field}"))


class TextMetadataValue(_Words, _Kind[str], frozen=True, tag="text"):
    """A short text."""

    text: str  # pyright: ignore[reportIncompatibleMethodOverride]


class UrlMetadataValue(_Words, _Kind[str], frozen=True, tag="url"):
    """An address."""

    url: str  # pyright: ignore[reportIncompatibleMethodOverride]


class _Place(_Kind[str], frozen=True):
    """The kinds that hold a path; ``None`` is the empty path."""

    path: str  # pyright: ignore[reportIncompatibleMethodOverride]

    def __post_init__(self) -> None:
        force_setattr(self, "path", plain_path(self.path, f"{type(self).__name__}.path"))

    @property
    def fspath(self) -> str:
        return self.path


class PathMetadataValue(_Place, frozen=True, tag="path"):
    """A path of a file or folder."""

    if TYPE_CHECKING:

        def __init__(self, path: str | PathLike[str] | None) -> None: ...


class NotebookMetadataValue(_Place, frozen=True, tag="notebook"):
    """A path of a notebook."""

    if TYPE_CHECKING:

        def __init__(self, path: str | PathLike[str] | None) -> None: ...


class JsonMetadataValue(_Kind[Any], frozen=True, tag="json"):
    """Data as JSON holds it: dicts with string keys, lists, strings, numbers, booleans, ``None``."""

    data: Any

    def __post_init__(self) -> None:
        force_setattr(self, "data", plain_json(self.data, "JSON metadata"))


class MarkdownMetadataValue(_Words, _Kind[str], frozen=True, tag="markdown"):
    """A text in Markdown."""

    md_str: str


class PythonArtifactMetadataValue(_Words, _Whole, frozen=True, tag="python_artifact"):
    """A class or function: the module it is in and its name there."""

    module: str
    name: str


class FloatMetadataValue(MetadataValue, frozen=True, tag="float"):
    """A number. One ``nan`` equals another, so that equal records compare equal."""

    value: Number  # pyright: ignore[reportIncompatibleMethodOverride]

    def __post_init__(self) -> None:
        if type(self.value) is not float or self.value - self.value != 0:
            force_setattr(self, "value", plain_float(self.value, "FloatMetadataValue.value"))

    def __eq__(self, other: object) -> bool:
        if type(other) is not FloatMetadataValue:
            return NotImplemented
        mine, its = self.value, other.value
        return mine == its or (mine != mine and its != its)  # noqa: PLR0124  # both are nan

    def __hash__(self) -> int:
        return hash(("float", self.value if self.value == self.value else "nan"))


class IntMetadataValue(MetadataValue, frozen=True, tag="int"):
    """A whole number of any size."""

    value: int  # pyright: ignore[reportIncompatibleMethodOverride]

    def __post_init__(self) -> None:
        if type(self.value) is not int:
            force_setattr(self, "value", plain_int(self.value, "IntMetadataValue.value"))


class BoolMetadataValue(MetadataValue, frozen=True, tag="bool"):
    """True or false."""

    value: bool  # pyright: ignore[reportIncompatibleMethodOverride]

    def __post_init__(self) -> None:
        if type(self.value) is not bool:
            force_setattr(self, "value", plain_bool(self.value, "BoolMetadataValue.value"))


class TimestampMetadataValue(MetadataValue, frozen=True, tag="timestamp"):
    """A moment in seconds since 1970. An aware datetime becomes its timestamp."""

    value: float  # pyright: ignore[reportIncompatibleMethodOverride]

    if TYPE_CHECKING:

        def __init__(self, value: float | datetime) -> None: ...

    def __post_init__(self) -> None:
        moment: object = self.value
        if type(moment) is not float or moment - moment != 0:
            force_setattr(self, "value", plain_seconds(moment))


class RunMetadataValue(_Words, _Kind[str], frozen=True, tag="run"):
    """A run, by its id."""

    run_id: str


class JobMetadataValue(_Words, _Whole, frozen=True, tag="job"):
    """A job, by its name and the code location and repository it is in."""

    job_name: str
    location_name: str
    repository_name: str | None = None


class AssetMetadataValue(_Kind[AssetKey], frozen=True, tag="asset"):
    """An asset, by its key."""

    asset_key: AssetKey

    def __post_init__(self) -> None:
        if type(self.asset_key) is not AssetKey:
            force_setattr(self, "asset_key", AssetKey.from_coercible(self.asset_key))


class TableMetadataValue(_Whole, frozen=True, tag="table"):
    """A few rows of a table. Without a schema the columns and types are those of the first record."""

    records: Sequence[TableRecord]
    schema: TableSchema

    if TYPE_CHECKING:

        def __init__(self, records: Sequence[TableRecord], schema: TableSchema | None) -> None: ...

    def __post_init__(self) -> None:
        records, schema = checked_table(self.records, self.schema)
        force_setattr(self, "records", records)
        force_setattr(self, "schema", schema)

    def __hash__(self) -> int:
        return hash((tuple(self.records), self.schema))

    @staticmethod
    def infer_column_type(value: object) -> str:
        """The type of a column that holds this value: ``bool``, ``int``, ``float`` or ``string``."""
        return column_type(value)


class TableSchemaMetadataValue(_Kind[TableSchema], frozen=True, tag="table_schema"):
    """The columns of a table."""

    schema: TableSchema

    def __post_init__(self) -> None:
        must_be(self.schema, TableSchema, "TableSchemaMetadataValue.schema")


class TableColumnLineageMetadataValue(_Kind[TableColumnLineage], frozen=True, tag="column_lineage"):
    """From which columns of other assets the columns of a table come."""

    column_lineage: TableColumnLineage  # pyright: ignore[reportIncompatibleMethodOverride]

    def __post_init__(self) -> None:
        must_be(self.column_lineage, TableColumnLineage, "TableColumnLineageMetadataValue.column_lineage")

    @property
    def lineage(self) -> TableColumnLineage:
        return self.column_lineage


class CodeReferencesMetadataValue(_Whole, frozen=True, kw_only=True, tag="code_references"):
    """The places where the code of a definition can be read."""

    code_references: list[CodeReference]

    def __post_init__(self) -> None:
        force_setattr(self, "code_references", list(self.code_references))

    def __hash__(self) -> int:
        return hash(tuple(self.code_references))


class PoolMetadataValue(_Words, _Kind[str], frozen=True, tag="pool"):
    """A concurrency pool, by its name."""

    pool: str  # pyright: ignore[reportIncompatibleMethodOverride]

    @property
    def name(self) -> str:
        return self.pool


class NullMetadataValue(_Kind[None], frozen=True, tag="null"):
    """Nothing."""

    @property
    def value(self) -> None:
        return None


class CodeLocationReconstructionMetadataValue(
    _Words, _Kind[str], frozen=True, tag="code_location_reconstruction"
):
    """Text a code location keeps to be built again without asking the outside."""

    data: str
