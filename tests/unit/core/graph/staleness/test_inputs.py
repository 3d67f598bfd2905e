"""The version of an input, as an asset that is made from it sees it."""

from mainspring.core.graph.node import AssetExecutionType, AssetNode
from mainspring.core.graph.staleness.inputs import InputVersion, sliced_input, whole_input
from mainspring.core.graph.staleness.recorded import Latest, Recorded
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import DEFAULT_DATA_VERSION, DataVersion

NODE = AssetNode(AssetKey("a"), execution_type=AssetExecutionType.MATERIALIZATION)


def event(version: str, storage_id: int | None, partition: str | None = None) -> Recorded:
    return Recorded(DataVersion(version), storage_id, "run", partition)


def sliced(mapped: tuple[str, ...] | None, partition: str | None, *events: Recorded) -> InputVersion:
    known = {str(one.partition): Latest(one) for one in events}
    latest = Latest(events[-1]) if events else None
    return sliced_input(NODE, mapped, partition, latest=latest, by_partition=known)


def test_an_input_without_partitions() -> None:
    made = event("v", 3)
    assert whole_input(NODE, Latest(made, event("seen", 9))) == (DataVersion("v"), made)
    assert whole_input(NODE, None) == (DEFAULT_DATA_VERSION, None)


def test_one_partition_for_one_partition_has_its_own_version() -> None:
    x = event("v", 3, "x")
    assert sliced(("x",), "d", x) == (DataVersion("v"), x)
    assert sliced(("x",), "d") == (DEFAULT_DATA_VERSION, None)


def test_several_partitions_have_a_version_together() -> None:
    x, y = event("v", 3, "x"), event("v", 4, "y")
    both, one, other = sliced(("x", "y"), "d", x, y), sliced(("x", "y"), "d", x), sliced(("x", "y"), "d", y)
    assert both.newest == y
    assert len({both.version, one.version, other.version, DataVersion("v")}) == 4
    assert sliced(("x", "y"), "d", y, x) == both  # in whatever order they were made


def test_the_only_partition_of_a_whole_input_is_told_apart_from_itself() -> None:
    x = event("v", 3, "x")
    assert sliced(("x",), None, x).version != DataVersion("v")


def test_an_event_of_a_run_that_goes_on_is_the_newest() -> None:
    x, y = event("v", None, "x"), event("v", 4, "y")
    assert sliced(("x", "y"), "d", x, y).newest == x


def test_of_too_many_partitions_the_latest_tells() -> None:
    x, y = event("v", 3, "x"), event("v", 4, "y")
    assert sliced(None, "d", x).version != sliced(None, "d", x, y).version
    assert sliced(None, "d").version == DEFAULT_DATA_VERSION
