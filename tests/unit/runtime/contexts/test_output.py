import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition
from mainspring.core.partitions.window import TimeWindow
from mainspring.core.records.asset_events import AssetMaterialization
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import IntMetadataValue
from mainspring.runtime.contexts.log import LogManager
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.slice import PartitionSlice

DAYS = TimeWindowPartitionsDefinition("2024-01-01", "%Y-%m-%d", cron_schedule="0 0 * * *", end="2024-03-01")
REGIONS = StaticPartitionsDefinition(["eu", "us"])


@pytest.mark.parametrize(
    "name",
    [
        "name", "step_key", "run_id", "job_name", "op_def", "dagster_type", "asset_key", "asset_spec",
        "step_context",
        "resources", "instance", "partition_key", "asset_partition_key", "asset_partition_keys",
        "asset_partition_key_range", "asset_partitions_time_window", "asset_partitions_def",
    ],
)  # fmt: skip
def test_what_was_not_given_is_missed_with_a_way_out(name: str) -> None:
    with pytest.raises(InvariantViolationError) as caught:
        getattr(OutputContext(), name)
    assert "=..." in str(caught.value)


def test_what_was_not_given_and_may_be_absent() -> None:
    context = OutputContext()
    absent = (context.mapping_key, context.version, context.config, context.resource_config)
    assert absent == (None, None, None, None)
    assert (context.definition_metadata, context.metadata, context.output_metadata) == ({}, {}, {})
    assert (context.has_asset_key, context.has_partition_key, context.has_asset_partitions) == (
        False,
        False,
        False,
    )
    assert isinstance(context.log, LogManager)


def test_the_step_gives_the_rest() -> None:
    scope = StepScope("make", op="the op", resources={"r": 1}, slice=PartitionSlice("eu", "eu", REGIONS))
    for step in (scope, OpExecutionContext(scope)):
        context = OutputContext(name="result", step_context=step)
        assert (context.step_key, context.op_def, context.partition_key) == ("make", "the op", "eu")
        assert context.log is scope.log
        assert context.resources.__class__ is dict
        assert isinstance(context.step_context, OpExecutionContext)
        assert context.has_asset_partitions is False  # an unpartitioned asset in a run of a partition


def test_resources_are_attributes() -> None:
    assert OutputContext(resources={"limit": 3}).resources.limit == 3


def test_identifiers() -> None:
    key = AssetKey(["shop", "orders"])
    assert OutputContext(asset_key=key).get_identifier() == ["shop", "orders"]
    assert OutputContext(asset_key=key, partition_key="eu").get_identifier() == ["shop", "orders", "eu"]
    assert OutputContext("step", "out", run_id="run").get_identifier() == ["run", "step", "out"]
    dynamic = OutputContext("step", "out", run_id="run", mapping_key="k", asset_key=key)
    assert dynamic.get_run_scoped_output_identifier() == ["run", "step", "out", "k"]
    assert dynamic.get_output_identifier() == dynamic.get_asset_output_identifier() == ["shop", "orders"]


def test_time_partitions() -> None:
    context = OutputContext(asset_key=AssetKey("a"), slice=PartitionSlice("2024-01-01", "2024-01-03", DAYS))
    assert list(context.asset_partition_keys) == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert context.asset_partition_key_range == PartitionKeyRange("2024-01-01", "2024-01-03")
    whole = context.asset_partitions_time_window
    first, last = (DAYS.time_window_for_partition_key(day) for day in ("2024-01-01", "2024-01-03"))
    assert whole == TimeWindow(first.start, last.end)
    assert context.asset_partitions_def is DAYS
    assert not context.has_partition_key
    with pytest.raises(InvariantViolationError, match="no single partition key"):
        _ = context.asset_partition_key


def test_a_subset_of_partitions() -> None:
    subset = REGIONS.subset_with_partition_keys(["us", "eu"])
    context = OutputContext(asset_key=AssetKey("a"), asset_partitions_subset=subset)
    assert list(context.asset_partition_keys) == ["eu", "us"]
    with pytest.raises(InvariantViolationError, match="2 partitions"):
        context.get_identifier()
    empty = OutputContext(asset_key=AssetKey("a"), asset_partitions_subset=REGIONS.empty_subset())
    assert (empty.has_asset_partitions, list(empty.asset_partition_keys)) == (True, [])


def test_a_key_knows_its_dimensions() -> None:
    both = MultiPartitionsDefinition({"region": REGIONS, "size": StaticPartitionsDefinition(["s", "l"])})
    context = OutputContext(asset_key=AssetKey("a"), slice=PartitionSlice("eu|s", "eu|s", both))
    assert context.asset_partition_key.keys_by_dimension == {"region": "eu", "size": "s"}
    assert context.partition_key.keys_by_dimension == {"region": "eu", "size": "s"}
    assert [dict(key.keys_by_dimension) for key in context.asset_partition_keys] == [
        {"region": "eu", "size": "s"}
    ]


def test_metadata_is_kept_until_it_is_consumed() -> None:
    context = OutputContext()
    context.add_output_metadata({"rows": 1})
    context.add_output_metadata({"rows": 2, "b": 3})
    expected = {"rows": IntMetadataValue(2), "b": IntMetadataValue(3)}
    assert context.get_logged_metadata() == expected
    assert context.consume_logged_metadata() == expected
    assert context.consume_logged_metadata() == {}


def test_events_are_kept_and_consumed_once() -> None:
    context = OutputContext()
    event = AssetMaterialization("a")
    context.log_event(event)
    assert context.get_logged_events() == [event]
    assert list(context.consume_events()) == [event]
    assert list(context.consume_events()) == []
    assert context.get_logged_events() == [event]
    with pytest.raises(InvariantViolationError, match="got a str"):
        context.log_event("no event")  # type: ignore[arg-type]


def test_the_warning_on_the_step_context() -> None:
    context = OutputContext(step_context=StepScope("s", op=None), warn_on_step_context_use=True)
    with pytest.warns(UserWarning, match="step_context"):
        assert context.step_context.step_key == "s"
