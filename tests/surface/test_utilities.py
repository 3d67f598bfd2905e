"""The section "Utilities" of the public surface."""

import json
from pathlib import Path

import pytest

import mainspring as dg


@pytest.mark.parametrize(
    "value",
    [
        dg.AssetKey(["lake", "rain"]),
        dg.AssetMaterialization("t", metadata={"rows": 3}, partition="a"),
        dg.RunRequest(run_key="k", tags={"a": "b"}),
        dg.MetadataValue.md("**b**"),
        dg.TableSchema([dg.TableColumn("id", "int")]),
        dg.DagsterRunStatus.SUCCESS,
        [1, "a", None, {"k": 0.5}],
    ],
    ids=lambda value: type(value).__name__,
)
def test_serialize_value_and_deserialize_value(value):
    text = dg.serialize_value(value)
    json.loads(text)
    assert dg.deserialize_value(text) == value


def test_deserialize_value_as_a_type():
    text = dg.serialize_value(dg.AssetKey("a"))
    assert dg.deserialize_value(text, dg.AssetKey) == dg.AssetKey("a")
    with pytest.raises(Exception, match="RunRequest"):
        dg.deserialize_value(text, dg.RunRequest)


def test_serialize_value_refuses_what_it_does_not_know():
    with pytest.raises(Exception, match="object"):
        dg.serialize_value(object())


def test_file_relative_path_is_beside_the_file():
    assert Path(dg.file_relative_path(__file__, "data/a.csv")) == Path(__file__).parent / "data" / "a.csv"
    assert (
        Path(dg.file_relative_path(__file__, "../a.csv")).resolve()
        == Path(__file__).resolve().parents[1] / "a.csv"
    )
