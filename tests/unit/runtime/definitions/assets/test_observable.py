import pytest

from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.observable import (
    multi_observable_source_asset,
    observable_source_asset,
)
from mainspring.runtime.definitions.assets.spec import AssetSpec


def landing(context):
    """A file."""


def test_bare():
    made = observable_source_asset(landing)
    assert made.key == AssetKey("landing")
    assert made.execution_type is AssetExecutionType.OBSERVATION
    assert (made.is_observable, made.is_external, made.is_materializable) == (True, True, False)
    assert made.get_asset_spec() == AssetSpec("landing", description="A file.")
    assert made.op.name == "landing"


def test_all_that_can_be_said():
    manager = object()
    made = observable_source_asset(
        key_prefix=["p"],
        name="x",
        metadata={"m": 1},
        io_manager_def=manager,
        description="Words.",
        group_name="g",
        required_resource_keys={"db"},
        automation_condition="c",
        op_tags={"t": "1"},
        tags={"u": ""},
        timeout=3,
    )(landing)
    assert made.get_asset_spec() == AssetSpec(
        "p/x",
        description="Words.",
        metadata={"m": 1, "dagster/io_manager_key": "p__x__io_manager"},
        group_name="g",
        automation_condition="c",
        tags={"u": ""},
    )
    assert made.required_resource_keys == {"db", "p__x__io_manager"}
    assert (made.op.tags, made.op.timeout) == ({"t": "1"}, 3)
    assert made.resource_defs == {"p__x__io_manager": manager}


def test_several_at_once():
    made = multi_observable_source_asset(
        specs=[AssetSpec("a"), AssetSpec("b")],
        name="look",
        group_name="g",
        can_subset=True,
        check_specs=[AssetCheckSpec("fresh", asset="a")],
    )(landing)
    assert made.keys == {AssetKey("a"), AssetKey("b")}
    assert made.check_keys == {AssetCheckKey(AssetKey("a"), "fresh")}
    assert (made.op.name, made.can_subset, made.is_observable) == ("look", True, True)
    assert set(made.group_names_by_key.values()) == {"g"}


@pytest.mark.parametrize("said", [{"key": "p/x"}, {"key": ["p", "x"]}])
def test_by_key(said):
    assert observable_source_asset(**said)(landing).key == AssetKey(["p", "x"])
