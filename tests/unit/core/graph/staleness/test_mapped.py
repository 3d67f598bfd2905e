"""Which upstream partitions a partition is made from."""

from datetime import UTC, datetime

import pytest

from mainspring.core.graph.node import AssetNode
from mainspring.core.graph.staleness.mapped import MANY, PartitionInputs
from mainspring.core.partitions.calendar_windows import DailyPartitionsDefinition, WeeklyPartitionsDefinition
from mainspring.core.partitions.loading import moment
from mainspring.core.partitions.mapping import AllPartitionMapping, LastPartitionMapping
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.values.asset_key import AssetKey

UP, OWN = AssetKey("up"), AssetKey("own")
DAILY = DailyPartitionsDefinition("2024-01-01")


@pytest.fixture
def inputs() -> PartitionInputs:
    return PartitionInputs(moment(datetime(2024, 1, 20, tzinfo=UTC)))


def node(key: AssetKey, definition: object = None, mapping: object = None) -> AssetNode:
    return AssetNode(key, partitions_def=definition, partition_mappings={UP: mapping} if mapping else {})


def test_the_same_key(inputs: PartitionInputs) -> None:
    own = node(OWN, DailyPartitionsDefinition("2024-01-01"))
    assert inputs.of(own, "2024-01-05", node(UP, DAILY)) == ("2024-01-05",)


def test_the_days_of_a_week(inputs: PartitionInputs) -> None:
    own = node(OWN, WeeklyPartitionsDefinition("2024-01-07"))
    days = inputs.of(own, "2024-01-07", node(UP, DAILY))
    assert days == tuple(f"2024-01-{day:02}" for day in range(7, 14))


def test_a_mapping_that_was_said(inputs: PartitionInputs) -> None:
    own = node(OWN, StaticPartitionsDefinition(["a"]), LastPartitionMapping())
    assert inputs.of(own, "a", node(UP, StaticPartitionsDefinition(["x", "y"]))) == ("y",)


def test_an_asset_without_partitions_reads_all(inputs: PartitionInputs) -> None:
    assert inputs.of(node(OWN), None, node(UP, StaticPartitionsDefinition(["x", "y"]))) == ("x", "y")


def test_too_many_to_look_at(inputs: PartitionInputs) -> None:
    many = StaticPartitionsDefinition([f"k{number}" for number in range(MANY + 1)])
    assert inputs.of(node(OWN), None, node(UP, many)) is None


def test_a_partition_is_no_input_of_itself(inputs: PartitionInputs) -> None:
    own = AssetNode(
        UP,
        parents=(UP,),
        partitions_def=StaticPartitionsDefinition(["x", "y"]),
        partition_mappings={UP: AllPartitionMapping()},
    )
    assert inputs.of(own, "y", own) == ("x",)
