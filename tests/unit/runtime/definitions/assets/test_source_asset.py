from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.assets.spec import AssetSpec


def look():
    return None


def test_it_stands_for_an_external_asset():
    source = SourceAsset(
        "p/a", metadata={"m": 1}, io_manager_key="disk", description="Words.", group_name="g", tags={"t": ""}
    )
    definition = source.to_assets_definition()
    assert (definition.is_external, definition.is_executable) == (True, False)
    assert definition.get_asset_spec() == AssetSpec(
        "p/a",
        metadata={"m": 1, "dagster/io_manager_key": "disk"},
        description="Words.",
        group_name="g",
        tags={"t": ""},
    )
    assert definition.get_io_manager_key_for_asset_key(AssetKey(["p", "a"])) == "disk"
    assert (source.is_observable, source.node_def, source.required_resource_keys) == (False, None, set())
    assert source.where.file == __file__


def test_a_function_makes_it_observable():
    source = SourceAsset("a", observe_fn=look, op_tags={"t": "1"}, resource_defs={"db": 1})
    assert source.execution_type is AssetExecutionType.OBSERVATION
    assert (source.is_executable, source.op.tags) == (True, {"t": "1"})
    assert source.required_resource_keys == {"db"}
    assert [node.is_observable for node in source.to_asset_nodes()] == [True]


def test_an_io_manager_of_its_own():
    manager = object()
    source = SourceAsset("p/a", io_manager_def=manager)
    assert (source.io_manager_def, source.get_io_manager_key()) == (manager, "p__a__io_manager")
    assert source.resource_defs == {"p__a__io_manager": manager}


def test_changed_copies_keep_the_rest():
    manager = object()
    source = SourceAsset("a", io_manager_def=manager, observe_fn=look, metadata={"m": 1})
    changed = source.with_attributes(group_name="g", key=AssetKey("b")).with_resources({"db": 1})
    assert (changed.key, changed.group_name, changed.is_observable) == (AssetKey("b"), "g", True)
    assert (changed.get_io_manager_key(), changed.io_manager_def) == ("a__io_manager", manager)
    assert changed.resource_defs == {"db": 1, "a__io_manager": manager}
    assert changed.metadata == source.metadata
