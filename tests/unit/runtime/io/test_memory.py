import pytest

from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.runtime.io.build import build_input_context, build_output_context
from mainspring.runtime.io.failures import StoredValueNotFoundError, UnstorableValueError
from mainspring.runtime.io.memory import InMemoryIOManager

REGIONS = StaticPartitionsDefinition(["eu", "us"])
BOTH = {"asset_partition_key_range": PartitionKeyRange("eu", "us"), "asset_partitions_def": REGIONS}


def test_the_same_object_comes_back() -> None:
    memory, value = InMemoryIOManager(), object()
    memory.handle_output(build_output_context(asset_key="a"), value)
    assert memory.load_input(build_input_context(asset_key="a")) is value


def test_the_output_of_an_op() -> None:
    memory = InMemoryIOManager()
    output = build_output_context(step_key="s", name="result", run_id="r")
    memory.handle_output(output, None)
    assert memory.load_input(build_input_context(upstream_output=output)) is None
    assert memory.values == {("r", "s", "result"): None}


def test_several_partitions_are_a_dict() -> None:
    memory = InMemoryIOManager()
    memory.handle_output(build_output_context(asset_key="a", **BOTH), {"eu": 1, "us": 2})
    one = build_input_context(asset_key="a", partition_key="us", asset_partitions_def=REGIONS)
    assert memory.load_input(one) == 2
    assert memory.load_input(build_input_context(asset_key="a", **BOTH)) == {"eu": 1, "us": 2}


@pytest.mark.parametrize("value", [[1, 2], {"eu": 1}, {"eu": 1, "us": 2, "jp": 3}])
def test_several_partitions_need_a_value_each(value: object) -> None:
    with pytest.raises(UnstorableValueError, match="'a'"):
        InMemoryIOManager().handle_output(build_output_context(asset_key="a", **BOTH), value)


def test_what_is_not_there_is_named() -> None:
    memory = InMemoryIOManager()
    memory.handle_output(build_output_context(asset_key="orders"), 1)
    with pytest.raises(StoredValueNotFoundError) as caught:
        memory.load_input(build_input_context(asset_key="order"))
    assert str(caught.value) == (
        "No value is stored for the asset 'order': there is nothing at order in memory.\n"
        "Materialise 'order' first, with the same IO manager as the run that loads it. Did you mean orders?"
    )
