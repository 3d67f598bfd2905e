"""What is said of assets."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.records.asset_events import (
    AssetCheckEvaluation,
    AssetCheckEvaluationPlanned,
    AssetCheckEvaluationTargetMaterializationData,
    AssetCheckSeverity,
    AssetEvent,
    AssetMaterialization,
    AssetObservation,
)
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.metadata import (
    IntMetadataValue,
    MetadataValue,
    PathMetadataValue,
    TextMetadataValue,
)

KEY = AssetKey(["shop", "orders"])
BOTH = pytest.mark.parametrize("kind", [AssetMaterialization, AssetObservation])


@BOTH
def test_fields_in_their_order(kind) -> None:
    event = kind("shop/orders", "what", {"n": 1}, "2024", {"team": "core"})
    assert (event.asset_key, event.description, event.metadata, event.partition, event.tags) == (
        KEY,
        "what",
        {"n": IntMetadataValue(1)},
        "2024",
        {"team": "core"},
    )
    assert event == kind(
        asset_key=KEY, description="what", metadata={"n": 1}, partition="2024", tags={"team": "core"}
    )
    assert event.label == "shop orders"


@BOTH
def test_little_is_needed_and_none_means_nothing(kind) -> None:
    assert kind(["shop", "orders"]) == kind(KEY, None, None, None, None)
    assert kind(KEY).metadata == kind(KEY).tags == {}


def test_a_materialization_is_no_observation() -> None:
    assert AssetMaterialization(KEY) != AssetObservation(KEY)


@BOTH
def test_with_metadata_puts_other_metadata_in_place(kind) -> None:
    event = kind(KEY, "what", {"n": 1}, "2024", {"team": "core"})
    assert event.with_metadata({"m": "x"}) == kind(KEY, "what", {"m": "x"}, "2024", {"team": "core"})
    assert event.with_metadata(None).metadata == {}
    assert event.metadata == {"n": IntMetadataValue(1)}


def test_a_file_is_named_by_its_path_or_by_a_key() -> None:
    assert AssetMaterialization.file("/data/orders.csv", "the orders") == AssetMaterialization(
        AssetKey(["data", "orders.csv"]), "the orders", {"path": PathMetadataValue("/data/orders.csv")}
    )
    assert AssetMaterialization.file("a.csv", asset_key="shop/orders").asset_key == KEY


def test_the_data_version_is_in_the_tags() -> None:
    assert AssetObservation(KEY, tags={"dagster/data_version": "7"}).data_version == "7"
    assert AssetObservation(KEY).data_version is None


def test_a_partition_of_several_dimensions_is_kept_in_tags_too() -> None:
    class TwoDimensional(str):
        keys_by_dimension = {"date": "2024", "region": "eu"}  # noqa: RUF012

    event = AssetMaterialization(KEY, partition=TwoDimensional("2024|eu"), tags={"team": "core"})
    assert type(event.partition) is str
    assert event == AssetMaterialization(
        KEY,
        partition="2024|eu",
        tags={"team": "core", "dagster/partition/date": "2024", "dagster/partition/region": "eu"},
    )


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: AssetMaterialization(5), "Cannot make an asset key of 5"),
        (
            lambda: AssetMaterialization("a", metadata={"k": object()}),
            "The metadata entry 'k' cannot be kept.",
        ),
        (lambda: AssetMaterialization("a", tags={"a b": "x"}), "The tag key 'a b' of the event of asset 'a'"),
        (
            lambda: AssetMaterialization("a", partition=5),
            "AssetMaterialization.partition takes a string; got 5",
        ),
        (lambda: AssetObservation("a", description=5), "AssetObservation.description takes a string; got 5"),
        (
            lambda: AssetCheckEvaluation(KEY, "c", "yes"),
            "AssetCheckEvaluation.passed takes a bool; got 'yes'",
        ),
        (
            lambda: AssetCheckEvaluation(KEY, "c", True, severity="WARN"),
            "severity takes an AssetCheckSeverity",
        ),
    ],
)
def test_refusals_name_what_is_wrong(make, message: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        make()
    assert message in str(caught.value)


def test_an_evaluation_in_full() -> None:
    target = AssetCheckEvaluationTargetMaterializationData(storage_id=5, run_id="r", timestamp=1.5)
    evaluation = AssetCheckEvaluation(
        KEY, "fine", False, {"n": 1}, target, AssetCheckSeverity.WARN, "what", True, "2024"
    )
    assert evaluation == AssetCheckEvaluation(
        asset_key=KEY,
        check_name="fine",
        passed=False,
        metadata={"n": MetadataValue.int(1)},
        target_materialization_data=target,
        severity=AssetCheckSeverity.WARN,
        description="what",
        blocking=True,
        partition="2024",
    )
    assert evaluation.asset_check_key == AssetCheckKey(KEY, "fine")
    assert evaluation.with_metadata({"m": "x"}).metadata == {"m": TextMetadataValue("x")}
    assert evaluation.with_metadata({"n": 1}) == evaluation
    assert serial.decode(serial.encode(evaluation), AssetEvent) == evaluation


def test_an_evaluation_fails_as_an_error_unless_said_otherwise() -> None:
    evaluation = AssetCheckEvaluation(KEY, "fine", True)
    assert evaluation.severity is AssetCheckSeverity.ERROR
    assert {severity.name: severity.value for severity in AssetCheckSeverity} == {
        "WARN": "WARN",
        "ERROR": "ERROR",
    }


def test_a_truth_of_an_array_library_is_a_bool() -> None:
    np = pytest.importorskip("numpy")
    assert AssetCheckEvaluation(KEY, "fine", np.bool_(True)).passed is True


def test_a_planned_evaluation_names_its_check() -> None:
    planned = AssetCheckEvaluationPlanned(KEY, "fine")
    assert planned.asset_check_key == AssetCheckKey(KEY, "fine")
    assert planned.partition is None
    assert serial.decode(serial.encode(planned), AssetCheckEvaluationPlanned) == planned


texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=6)
metadata = st.dictionaries(
    texts,
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.lists(st.integers(), max_size=2),
    max_size=3,
)
tags = st.dictionaries(st.text("abc_", min_size=1, max_size=4), st.text("abc.-", max_size=4), max_size=2)
keys = st.lists(st.text("ab/", min_size=1, max_size=3), min_size=1, max_size=3).map(AssetKey)
asset_events = st.one_of(
    st.builds(kind, keys, st.none() | texts, metadata, st.none() | texts, tags)
    for kind in (AssetMaterialization, AssetObservation)
)


@given(asset_events)
def test_events_travel_and_hash_by_value(event) -> None:
    back = serial.decode(serial.encode(event), AssetEvent)
    assert back == event
    assert hash(back) == hash(event)
    assert pickle.loads(pickle.dumps(event)) == event


def test_what_is_not_said_is_not_written() -> None:
    assert serial.encode(AssetMaterialization("a")) == b'{"type":"materialization","asset_key":"a"}'
