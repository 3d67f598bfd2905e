"""Every kind of metadata: its value, what it refuses, and that it reads back as it was written."""

import copy
import pickle
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import (
    AnyMetadataValue,
    AssetMetadataValue,
    BoolMetadataValue,
    CodeLocationReconstructionMetadataValue,
    CodeReferencesMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JobMetadataValue,
    JsonMetadataValue,
    LocalFileCodeReference,
    MarkdownMetadataValue,
    MetadataValue,
    NotebookMetadataValue,
    NullMetadataValue,
    PathMetadataValue,
    PoolMetadataValue,
    PythonArtifactMetadataValue,
    RunMetadataValue,
    TableColumn,
    TableColumnDep,
    TableColumnLineage,
    TableColumnLineageMetadataValue,
    TableMetadataValue,
    TableRecord,
    TableSchema,
    TableSchemaMetadataValue,
    TextMetadataValue,
    TimestampMetadataValue,
    UrlCodeReference,
    UrlMetadataValue,
)

SCHEMA = TableSchema([TableColumn("id", "int")])
LINEAGE = TableColumnLineage({"total": [TableColumnDep("shop/orders", "amount")]})
REFERENCES = [
    LocalFileCodeReference(file_path="shop.py", line_number=3),
    UrlCodeReference(url="https://example.com/shop.py#L3", label="shop"),
]


def _function() -> None: ...


SIMPLE = [
    (MetadataValue.text("a"), TextMetadataValue("a"), "a", "text"),
    (MetadataValue.url("https://e.com"), UrlMetadataValue("https://e.com"), "https://e.com", "url"),
    (MetadataValue.path(PurePosixPath("a/b")), PathMetadataValue("a/b"), "a/b", "path"),
    (MetadataValue.notebook("n.ipynb"), NotebookMetadataValue("n.ipynb"), "n.ipynb", "notebook"),
    (MetadataValue.json({"a": [1]}), JsonMetadataValue({"a": [1]}), {"a": [1]}, "json"),
    (MetadataValue.md("# a"), MarkdownMetadataValue(md_str="# a"), "# a", "markdown"),
    (MetadataValue.float(1.5), FloatMetadataValue(1.5), 1.5, "float"),
    (MetadataValue.int(2), IntMetadataValue(2), 2, "int"),
    (MetadataValue.bool(True), BoolMetadataValue(True), True, "bool"),
    (MetadataValue.timestamp(12.5), TimestampMetadataValue(12.5), 12.5, "timestamp"),
    (MetadataValue.dagster_run("r1"), RunMetadataValue(run_id="r1"), "r1", "run"),
    (MetadataValue.asset(AssetKey("a")), AssetMetadataValue(asset_key=AssetKey("a")), AssetKey("a"), "asset"),
    (MetadataValue.table_schema(SCHEMA), TableSchemaMetadataValue(schema=SCHEMA), SCHEMA, "table_schema"),
    (
        MetadataValue.column_lineage(LINEAGE),
        TableColumnLineageMetadataValue(LINEAGE),
        LINEAGE,
        "column_lineage",
    ),
    (MetadataValue.pool("p"), PoolMetadataValue(pool="p"), "p", "pool"),
    (MetadataValue.null(), NullMetadataValue(), None, "null"),
    (
        MetadataValue.code_location_reconstruction("d"),
        CodeLocationReconstructionMetadataValue("d"),
        "d",
        "code_location_reconstruction",
    ),
]
WHOLE = [
    (
        MetadataValue.python_artifact(_function),
        PythonArtifactMetadataValue(__name__, "_function"),
        "python_artifact",
    ),
    (
        MetadataValue.job("j", "here", repository_name="r"),
        JobMetadataValue(job_name="j", location_name="here", repository_name="r"),
        "job",
    ),
    (MetadataValue.job("j", "here"), JobMetadataValue("j", "here"), "job"),
    (
        MetadataValue.table([TableRecord({"id": 1})]),
        TableMetadataValue([TableRecord({"id": 1})], SCHEMA),
        "table",
    ),
    (
        CodeReferencesMetadataValue(code_references=REFERENCES),
        CodeReferencesMetadataValue(code_references=list(REFERENCES)),
        "code_references",
    ),
]
ALL = [row[0] for row in SIMPLE] + [row[0] for row in WHOLE]


@pytest.mark.parametrize("made, constructed, value, tag", SIMPLE, ids=[row[3] for row in SIMPLE])
def test_kinds_of_one_field_hold_its_value(made, constructed, value, tag) -> None:
    assert made == constructed
    assert made.value == value
    assert serial.to_builtins(made)["type"] == tag


@pytest.mark.parametrize("made, constructed, tag", WHOLE)
def test_the_value_of_kinds_of_several_fields_is_the_thing_itself(made, constructed, tag) -> None:
    assert made == constructed
    assert made.value is made
    assert serial.to_builtins(made)["type"] == tag


def test_every_kind_is_among_the_samples() -> None:
    assert {type(value) for value in ALL} == set(AnyMetadataValue.__args__)


@pytest.mark.parametrize("value", ALL, ids=lambda value: type(value).__name__)
def test_each_kind_travels(value) -> None:
    assert isinstance(value, MetadataValue)
    assert serial.decode(serial.encode(value), AnyMetadataValue) == value
    assert serial.from_builtins(serial.to_builtins(value), AnyMetadataValue) == value
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value


@pytest.mark.parametrize("value", ALL, ids=lambda value: type(value).__name__)
def test_each_kind_is_frozen_and_all_but_json_hash_by_value(value) -> None:
    with pytest.raises(AttributeError):
        value.anything = 1
    if isinstance(value, JsonMetadataValue):
        with pytest.raises(TypeError, match="unhashable"):
            hash(value)
    else:
        assert hash(value) == hash(serial.decode(serial.encode(value), AnyMetadataValue))


def test_kinds_differ_even_where_their_values_are_equal() -> None:
    assert IntMetadataValue(1) != FloatMetadataValue(1.0)
    assert TextMetadataValue("a") != UrlMetadataValue("a")


def test_other_names_of_fields() -> None:
    assert (PathMetadataValue(None).path, PathMetadataValue("a").fspath) == ("", "a")
    assert (PoolMetadataValue("p").pool, PoolMetadataValue("p").name) == ("p", "p")
    assert MetadataValue.column_lineage(LINEAGE).lineage is LINEAGE
    assert [reference.source for reference in REFERENCES] == ["shop.py:3", "https://example.com/shop.py#L3"]


@given(st.floats())
def test_every_float_travels(number: float) -> None:
    value = FloatMetadataValue(number)
    back = serial.decode(serial.encode(value), AnyMetadataValue)
    assert back == value
    assert hash(back) == hash(value)
    assert isinstance(back.value, float)
    assert str(back.value) == str(number)


def test_floats_without_a_json_number_are_written_by_name() -> None:
    written = [serial.to_builtins(FloatMetadataValue(float(n)))["value"] for n in ("nan", "inf", "-inf")]
    assert written == ["NaN", "Infinity", "-Infinity"]


@given(st.integers())
def test_whole_numbers_of_any_size_travel(number: int) -> None:
    value = IntMetadataValue(number)
    assert serial.decode(serial.encode(value), AnyMetadataValue) == value


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_data)
def test_json_data_travels(data) -> None:
    value = JsonMetadataValue(data)
    assert value.data == data
    assert serial.decode(serial.encode(value), AnyMetadataValue) == value


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_written(text: str) -> None:
    value = TextMetadataValue(text)
    assert serial.decode(serial.encode(value), AnyMetadataValue) == value


def test_text_that_utf8_cannot_hold_is_shown_escaped() -> None:
    assert TextMetadataValue("a\udcff").value == "a\\udcff"
    assert PathMetadataValue(b"a\xff").value == "a\\udcff"


def test_json_keeps_no_hold_of_what_was_given() -> None:
    data = {"a": [1]}
    value = MetadataValue.json(data)
    data["a"].append(2)
    assert value == JsonMetadataValue({"a": [1]})


def test_json_is_kept_as_it_will_be_read() -> None:
    class Word(str):
        __slots__ = ()

    given_data = {
        1: (1, float("nan")),
        "k": AssetKey(["a", "b"]),
        "p": PurePosixPath("x"),
        "w": Word("w"),
        "n": {"b"},
    }
    assert JsonMetadataValue(given_data).data == {"1": [1, None], "k": "a/b", "p": "x", "w": "w", "n": ["b"]}


def test_json_refuses_what_has_no_json_form() -> None:
    with pytest.raises(
        InvalidDefinitionError, match="JSON metadata takes data that JSON can hold: the type object"
    ):
        MetadataValue.json({"a": object()})
    with pytest.raises(InvalidDefinitionError, match="surrogates not allowed"):
        MetadataValue.json(["\udcff"])
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InvalidDefinitionError, match="holds itself"):
        MetadataValue.json(endless)


def test_numbers_of_array_libraries_become_plain() -> None:
    np = pytest.importorskip("numpy")
    assert type(MetadataValue.int(np.int64(3)).value) is int
    assert type(MetadataValue.float(np.float32(0.5)).value) is float
    assert type(MetadataValue.bool(np.bool_(True)).value) is bool
    data = {"a": np.array([1, 2]), "b": np.float64(1.5), "c": [np.int8(1)]}
    assert MetadataValue.json(data).data == {"a": [1, 2], "b": 1.5, "c": [1]}


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: MetadataValue.text(5), "TextMetadataValue.text takes a string; got 5, a int."),
        (lambda: MetadataValue.int("5"), "IntMetadataValue.value takes an int; got '5', a str."),
        (lambda: MetadataValue.int(5.5), "IntMetadataValue.value takes an int; got 5.5, a float."),
        (lambda: MetadataValue.float("x"), "FloatMetadataValue.value takes a float; got 'x', a str."),
        (lambda: MetadataValue.float(10**400), "too large"),
        (lambda: MetadataValue.bool(1), "BoolMetadataValue.value takes a bool; got 1, a int."),
        (lambda: MetadataValue.path(5), "PathMetadataValue.path takes a string; got 5, a int."),
        (lambda: MetadataValue.job(None, "here"), "JobMetadataValue.job_name takes a string; got None"),
        (lambda: MetadataValue.timestamp(float("inf")), "inf is none"),
        (lambda: MetadataValue.timestamp(datetime(2024, 1, 1)), "has no timezone"),  # noqa: DTZ001
        (
            lambda: MetadataValue.table_schema({}),
            "TableSchemaMetadataValue.schema takes a TableSchema; got {}",
        ),
        (lambda: MetadataValue.column_lineage(1), "takes a TableColumnLineage; got 1"),
        (lambda: MetadataValue.table([]), "A table without records needs a schema."),
        (lambda: MetadataValue.table([{"a": 1}]), "A table takes TableRecords"),
        (lambda: MetadataValue.python_artifact(5), "takes a class or function; got 5"),
    ],
)
def test_refusals_name_what_was_given_and_where(make, message) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        make()
    assert message in str(caught.value)
    assert caught.value.where is not None
    assert caught.value.where.file == __file__


def test_numbers_are_of_the_declared_type() -> None:
    assert type(FloatMetadataValue(3).value) is float
    assert type(TimestampMetadataValue(3).value) is float
    assert type(IntMetadataValue(True).value) is int


def test_an_aware_datetime_becomes_its_timestamp() -> None:
    assert MetadataValue.timestamp(datetime(1970, 1, 2, tzinfo=UTC)).value == 86400.0


def test_a_table_without_a_schema_takes_that_of_its_first_record() -> None:
    record = TableRecord({"a": 1, "b": 1.5, "c": "x", "d": True, "e": None})
    assert MetadataValue.table([record]).schema == TableSchema.from_name_type_dict(
        {"a": "int", "b": "float", "c": "string", "d": "bool", "e": "string"}
    )
    assert TableMetadataValue.infer_column_type(1) == "int"
