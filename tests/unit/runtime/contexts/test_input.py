import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.records.asset_events import AssetObservation
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import IntMetadataValue
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.slice import PartitionSlice

REGIONS = StaticPartitionsDefinition(["eu", "us"])


@pytest.mark.parametrize(
    "name", ["name", "job_name", "op_def", "dagster_type", "asset_key", "resources", "instance"]
)
def test_what_was_not_given_is_missed_with_a_way_out(name: str) -> None:
    with pytest.raises(InvariantViolationError, match=r"=\.\.\."):
        getattr(InputContext(), name)


def test_the_name_may_be_absent() -> None:
    assert (InputContext().has_input_name, InputContext(name="x").has_input_name) == (False, True)


def test_the_identifier_is_that_of_the_output() -> None:
    upstream = OutputContext("step", "out", run_id="run")
    assert InputContext(upstream_output=upstream).get_identifier() == ["run", "step", "out"]
    assert InputContext(asset_key=AssetKey("a"), upstream_output=upstream).get_identifier() == ["a"]
    with pytest.raises(InvariantViolationError, match="neither an asset nor the output"):
        InputContext().get_identifier()


def test_the_partition_of_the_run_is_not_that_of_the_input() -> None:
    scope = StepScope("s", op=None, slice=PartitionSlice("2024", "2024"))
    mapped = InputContext(
        asset_key=AssetKey("a"), step_context=scope, slice=PartitionSlice("eu", "us", REGIONS)
    )
    assert mapped.partition_key == "2024"
    assert list(mapped.asset_partition_keys) == ["eu", "us"]
    plain = InputContext(asset_key=AssetKey("a"), step_context=scope)
    assert (plain.has_partition_key, plain.has_asset_partitions) == (True, False)


def test_metadata_of_an_asset_is_an_observation_of_each_partition() -> None:
    context = InputContext(asset_key=AssetKey("a"), slice=PartitionSlice("eu", "us", REGIONS))
    context.add_input_metadata({"rows": 1}, description="seen")
    metadata = {"rows": IntMetadataValue(1)}
    expected = [AssetObservation("a", "seen", metadata, region) for region in ("eu", "us")]
    assert context.get_observations() == expected
    assert list(context.consume_events()) == expected
    assert list(context.consume_events()) == []
    assert context.consume_logged_metadata() == metadata
    assert context.consume_logged_metadata() == {}


def test_metadata_of_a_value_that_is_no_asset() -> None:
    context = InputContext(name="x")
    context.add_input_metadata({"rows": 1})
    assert (context.get_observations(), context.consume_logged_metadata()) == (
        [],
        {"rows": IntMetadataValue(1)},
    )
