import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetCheckSeverity
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import DataVersion
from mainspring.core.values.metadata import MetadataValue
from mainspring.runtime.definitions.results import (
    NO_VALUE,
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)


def test_output():
    output = Output([1], "other", {"rows": 1}, DataVersion("2"), tags={"t": ""})
    assert (output.value, output.output_name, output.data_version, output.tags) == (
        [1],
        "other",
        DataVersion("2"),
        {"t": ""},
    )
    assert output.metadata == {"rows": MetadataValue.int(1)}
    changed = output.with_metadata({"rows": 2})
    assert changed == Output([1], "other", {"rows": 2}, DataVersion("2"), tags={"t": ""})
    assert Output(1).output_name == "result"
    assert Output[int](1) == Output(1) != Output(2)


@pytest.mark.parametrize("kind", [MaterializeResult, ObserveResult])
def test_asset_results(kind):
    check = AssetCheckResult(passed=True, check_name="ok")
    result = kind("p/a", {"rows": 1}, [check], DataVersion("2"), {"t": "1"})
    assert result.asset_key == AssetKey(["p", "a"])
    assert (result.metadata, result.check_results) == ({"rows": 1}, [check])
    assert result.recorded_metadata == {"rows": MetadataValue.int(1)}
    assert (result.data_version, result.tags) == (DataVersion("2"), {"t": "1"})
    assert result.check_result_named("ok") is check
    with pytest.raises(
        InvariantViolationError, match=r"No check result is named 'okk'(?s:.)*Did you mean ok"
    ):
        result.check_result_named("okk")
    assert kind() == kind() != kind("a")


def test_a_materialize_result_may_hold_a_value():
    assert MaterializeResult().value is NO_VALUE
    assert MaterializeResult(value=None).value is None
    assert MaterializeResult[int](value=3) == MaterializeResult(value=3)


def test_check_results():
    result = AssetCheckResult(
        passed=False,
        asset_key="a",
        check_name="ok",
        metadata={"rows": 0},
        severity=AssetCheckSeverity.WARN,
        description="Words.",
    )
    assert (result.passed, result.asset_key, result.severity) == (
        False,
        AssetKey("a"),
        AssetCheckSeverity.WARN,
    )
    assert result.with_metadata({}) == AssetCheckResult(
        passed=False,
        asset_key="a",
        check_name="ok",
        severity=AssetCheckSeverity.WARN,
        description="Words.",
    )


def test_a_truth_of_numpy_is_one():
    numpy = pytest.importorskip("numpy")
    assert AssetCheckResult(passed=numpy.bool_(False)).passed is False


@pytest.mark.parametrize(
    "make,words",
    [
        (lambda: AssetCheckResult(passed="yes"), "passed='yes'"),
        (lambda: AssetCheckResult(passed=None), "passed=None"),
        (lambda: MaterializeResult(check_results=[True]), "`check_results` of a MaterializeResult"),
        (lambda: ObserveResult(data_version="3"), 'Write DataVersion("3")'),
    ],
)
def test_what_cannot_be(make, words):
    with pytest.raises(InvariantViolationError) as caught:
        make()
    assert words in str(caught.value)
    assert caught.value.where.file == __file__


def test_dynamic_outputs():
    made = DynamicOutput([1], mapping_key="a_1", metadata={"rows": 1})
    assert (made.value, made.mapping_key, made.output_name) == ([1], "a_1", "result")
    assert made == DynamicOutput([1], "a_1", None, {"rows": 1})
    assert DynamicOutput(1, "a") != DynamicOutput(1, "b")


@pytest.mark.parametrize(
    "key,hint",
    [
        ("a b", 'mapping_key="a_b"'),
        ("2024-01-01", 'mapping_key="2024_01_01"'),
        (3, 'mapping_key="3"'),
        ("", ""),
    ],
)
def test_what_cannot_be_a_mapping_key(key, hint, refusal):
    message = refusal(lambda: DynamicOutput(1, mapping_key=key))
    assert message.startswith(
        f"DynamicOutput(mapping_key={key!r}): a mapping key is a string of letters, digits"
    )
    assert hint in message
