import pytest

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.resources.decorator import resource
from mainspring.runtime.io.build import build_input_context, build_output_context


def test_keys_of_every_form() -> None:
    for key in ("a", ["a"], AssetKey("a")):
        assert build_output_context(asset_key=key).asset_key == AssetKey("a")
        assert build_input_context(asset_key=key).asset_key == AssetKey("a")
    spec = AssetSpec("b", metadata={"x": 1})
    made = build_output_context(asset_spec=spec)
    assert (made.asset_key, made.asset_spec) == (AssetKey("b"), spec)


def test_a_type_may_be_an_annotation() -> None:
    assert build_input_context(dagster_type=int).dagster_type.name == "Int"
    assert build_output_context(dagster_type=list[int]).dagster_type.name == "list[Int]"


@pytest.mark.parametrize("build", [build_input_context, build_output_context])
def test_a_partition_or_a_range(build: object) -> None:
    bounds = PartitionKeyRange("a", "b")
    assert build(asset_key="x", asset_partition_key_range=bounds).asset_partition_key_range == bounds
    with pytest.raises(InvalidInvocationError, match="not of both"):
        build(asset_key="x", partition_key="a", asset_partition_key_range=bounds)


@pytest.mark.parametrize("build", [build_input_context, build_output_context])
def test_resources_are_made_when_asked_for_and_closed(build: object) -> None:
    told: list[str] = []

    @resource
    def door():
        told.append("open")
        yield "door"
        told.append("closed")

    with build(resources={"door": door, "n": 1}) as context:
        assert told == []
        assert (context.resources.door, context.resources.n, context.resources.door) == ("door", 1, "door")
        assert told == ["open"]
    assert told == ["open", "closed"]
    made = Resources({"n": 2})
    assert build(resources=made).resources is made


@pytest.mark.parametrize("build", [build_input_context, build_output_context])
def test_what_it_logs_is_heard_by_the_standard_library(build, caplog) -> None:
    with caplog.at_level("INFO"):
        build().log.info("a word")
    assert caplog.messages == ["a word"]
