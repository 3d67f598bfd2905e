"""The section "Metadata" of the public surface: values, tables, lineage and code references."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import mainspring as dg


@pytest.mark.parametrize(
    "made,kind,value",
    [
        (dg.MetadataValue.bool(True), dg.BoolMetadataValue, True),
        (dg.MetadataValue.int(3), dg.IntMetadataValue, 3),
        (dg.MetadataValue.float(0.5), dg.FloatMetadataValue, 0.5),
        (dg.MetadataValue.text("words"), dg.TextMetadataValue, "words"),
        (dg.MetadataValue.md("**bold**"), dg.MarkdownMetadataValue, "**bold**"),
        (dg.MetadataValue.json({"a": [1]}), dg.JsonMetadataValue, {"a": [1]}),
        (dg.MetadataValue.null(), dg.NullMetadataValue, None),
        (dg.MetadataValue.url("https://example.org"), dg.UrlMetadataValue, "https://example.org"),
        (dg.MetadataValue.path(Path("a/b")), dg.PathMetadataValue, "a/b"),
        (dg.MetadataValue.notebook("a.ipynb"), dg.NotebookMetadataValue, "a.ipynb"),
        (dg.MetadataValue.asset(dg.AssetKey("t")), dg.DagsterAssetMetadataValue, dg.AssetKey("t")),
        (dg.MetadataValue.dagster_run("r1"), dg.DagsterRunMetadataValue, "r1"),
        (dg.MetadataValue.pool("db"), dg.PoolMetadataValue, "db"),
        (dg.MetadataValue.timestamp(12.0), dg.TimestampMetadataValue, 12.0),
    ],
    ids=lambda given: given.__name__ if isinstance(given, type) else "",
)
def test_each_kind_of_value_is_made_and_read(made, kind, value):
    assert isinstance(made, kind)
    assert isinstance(made, dg.MetadataValue)
    assert made.value == value
    assert dg.deserialize_value(dg.serialize_value(made)) == made


def test_plain_values_become_metadata_values():
    event = dg.AssetMaterialization(
        "t",
        metadata={
            "flag": True,
            "rows": 3,
            "share": 0.5,
            "words": "w",
            "list": [1],
            "file": Path("a"),
            "none": None,
            "asset": dg.AssetKey("u"),
            "when": dg.MetadataValue.timestamp(datetime(2026, 1, 1, tzinfo=UTC)),
        },
    )
    assert event.metadata == {
        "flag": dg.BoolMetadataValue(True),
        "rows": dg.IntMetadataValue(3),
        "share": dg.FloatMetadataValue(0.5),
        "words": dg.TextMetadataValue("w"),
        "list": dg.JsonMetadataValue([1]),
        "file": dg.PathMetadataValue("a"),
        "none": dg.NullMetadataValue(),
        "asset": dg.DagsterAssetMetadataValue(dg.AssetKey("u")),
        "when": dg.TimestampMetadataValue(datetime(2026, 1, 1, tzinfo=UTC).timestamp()),
    }


def test_what_is_no_metadata_is_refused():
    with pytest.raises(dg.DagsterInvalidDefinitionError):
        dg.AssetMaterialization("t", metadata={"object": object()})


def test_fields_of_the_values_that_have_names_of_their_own():
    assert dg.TextMetadataValue("t").text == "t"
    assert dg.UrlMetadataValue("u").url == "u"
    assert dg.MarkdownMetadataValue("m").md_str == "m"
    assert dg.JsonMetadataValue([1]).data == [1]
    assert (dg.PathMetadataValue("p").path, dg.NotebookMetadataValue("n").path) == ("p", "n")
    assert dg.DagsterAssetMetadataValue(dg.AssetKey("a")).asset_key == dg.AssetKey("a")
    assert dg.DagsterRunMetadataValue("r").run_id == "r"
    assert dg.PoolMetadataValue("db").pool == "db"


def test_job_metadata_value_names_job_and_location():
    value = dg.MetadataValue.job("nightly", "warehouse", repository_name="repo")
    assert isinstance(value, dg.DagsterJobMetadataValue)
    assert (value.job_name, value.location_name, value.repository_name, value.value) == (
        "nightly",
        "warehouse",
        "repo",
        value,
    )


def test_python_artifact_names_the_function():
    value = dg.MetadataValue.python_artifact(Path)
    assert isinstance(value, dg.PythonArtifactMetadataValue)
    assert (value.module, value.name) == (Path.__module__, "Path")


def test_table_schema_of_columns_with_constraints():
    column = dg.TableColumn(
        "id",
        "int",
        description="the key",
        constraints=dg.TableColumnConstraints(nullable=False, unique=True, other=["> 0"]),
        tags={"pii": "no"},
    )
    schema = dg.TableSchema(
        columns=[column, dg.TableColumn("name")], constraints=dg.TableConstraints(other=["id < 10"])
    )
    assert (schema.columns[0].constraints.nullable, schema.columns[0].constraints.other) == (False, ["> 0"])
    assert (schema.columns[1].type, schema.columns[1].constraints) == ("string", dg.TableColumnConstraints())
    assert schema.constraints.other == ["id < 10"]
    value = dg.MetadataValue.table_schema(schema)
    assert isinstance(value, dg.TableSchemaMetadataValue)
    assert (value.schema, value.value) == (schema, schema)


def test_table_schema_from_a_dict_of_types():
    made = dg.TableSchema.from_name_type_dict({"id": "int", "name": "string"})
    assert made == dg.TableSchema([dg.TableColumn("id", "int"), dg.TableColumn("name", "string")])


def test_table_value_infers_its_schema_from_records():
    value = dg.MetadataValue.table([dg.TableRecord({"id": 1, "name": "a", "share": 0.5, "on": True})])
    assert isinstance(value, dg.TableMetadataValue)
    assert [(column.name, column.type) for column in value.schema.columns] == [
        ("id", "int"),
        ("name", "string"),
        ("share", "float"),
        ("on", "bool"),
    ]
    assert dg.TableMetadataValue.infer_column_type("x") == "string"


def test_table_record_holds_plain_fields_alone():
    assert dg.TableRecord({"a": 1}).data == {"a": 1}
    with pytest.raises(dg.DagsterError, match="JSON"):
        dg.TableRecord({"a": object()})


def test_column_lineage_says_where_a_column_comes_from():
    lineage = dg.TableColumnLineage({"total": [dg.TableColumnDep("orders", "price")]})
    value = dg.MetadataValue.column_lineage(lineage)
    assert isinstance(value, dg.TableColumnLineageMetadataValue)
    assert (value.column_lineage, value.value) == (lineage, lineage)
    (dep,) = lineage.deps_by_column["total"]
    assert (dep.asset_key, dep.column_name) == (dg.AssetKey("orders"), "price")


def test_code_references_are_kept_on_an_asset():
    local = dg.LocalFileCodeReference(file_path="a.py", line_number=3, label="asset")
    link = dg.UrlCodeReference(url="https://example.org/a.py")
    value = dg.CodeReferencesMetadataValue(code_references=[local, link])
    spec = dg.AssetSpec("t", metadata={"dagster/code_references": value})
    assert spec.metadata["dagster/code_references"].code_references == [local, link]
    assert (local.source, link.source) == ("a.py:3", "https://example.org/a.py")


def test_with_source_code_references_points_at_the_function():
    @dg.asset
    def here():
        return 1

    (found,) = dg.with_source_code_references([here])
    (reference,) = found.metadata_by_key[here.key]["dagster/code_references"].code_references
    assert Path(reference.file_path).resolve() == Path(__file__).resolve()
    assert Path(__file__).read_text().splitlines()[reference.line_number - 1].strip() in (
        "@dg.asset",
        "def here():",
    )


def test_link_code_references_to_git_makes_addresses():
    @dg.asset
    def here():
        return 1

    mapping = dg.AnchorBasedFilePathMapping(
        local_file_anchor=Path(__file__), file_anchor_path_in_repository="tests/test_metadata.py"
    )
    (found,) = dg.link_code_references_to_git(
        dg.with_source_code_references([here]),
        git_url="https://github.com/acme/lake",
        git_branch="main",
        file_path_mapping=mapping,
    )
    (reference,) = found.metadata_by_key[here.key]["dagster/code_references"].code_references
    assert reference.url.startswith("https://github.com/acme/lake/tree/main/tests/test_metadata.py#L")


def test_file_path_mapping_may_be_ones_own():
    class Flat(dg.FilePathMapping):
        def convert_to_source_control_path(self, local_path: Path) -> str:
            return local_path.name

    reference = dg.LocalFileCodeReference(file_path="/x/a.py", line_number=2)

    @dg.asset(
        metadata={"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}
    )
    def here():
        return 1

    (found,) = dg.link_code_references_to_git(
        [here],
        git_url="https://gitlab.com/acme/lake",
        git_branch="main",
        file_path_mapping=Flat(),
        platform="gitlab",
    )
    (reference,) = found.metadata_by_key[here.key]["dagster/code_references"].code_references
    assert reference.url == "https://gitlab.com/acme/lake/-/tree/main/a.py#L2"


def test_anchor_based_file_path_mapping_goes_from_the_anchor(tmp_path):
    anchor = tmp_path / "lake" / "definitions.py"
    mapping = dg.AnchorBasedFilePathMapping(
        local_file_anchor=anchor, file_anchor_path_in_repository="src/lake/definitions.py"
    )
    assert (
        mapping.convert_to_source_control_path(tmp_path / "lake" / "assets" / "a.py")
        == "src/lake/assets/a.py"
    )
