"""Stored values are loaded outside of a run, by the IO managers of the definitions."""

import pytest

import mainspring as dg


@pytest.fixture
def stored():
    @dg.asset
    def orders():
        return [1, 2]

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["eu", "us"]))
    def regional(context):
        return context.partition_key

    defs = dg.Definitions(assets=[orders, regional])
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([orders], instance=instance)
        for region in ("eu", "us"):
            dg.materialize([regional], instance=instance, partition_key=region)
        yield defs, instance


def test_several_values_with_their_manager_made_once(stored):
    defs, instance = stored
    with defs.get_asset_value_loader(instance) as loader:
        assert loader.load_asset_value("orders") == [1, 2]
        assert loader.load_asset_value("regional", partition_key="us") == "us"
        assert loader.load_asset_value("regional") == {"eu": "eu", "us": "us"}


def test_one_value(stored):
    defs, instance = stored
    assert defs.load_asset_value("orders", instance=instance) == [1, 2]


def test_an_unknown_asset_is_named_with_what_is_near(stored):
    defs, instance = stored
    with pytest.raises(dg.DagsterInvariantViolationError, match=r"'order'[\s\S]*Did you mean orders"):
        defs.load_asset_value("order", instance=instance)


def test_a_partition_that_is_not_there_is_refused(stored):
    defs, instance = stored
    with pytest.raises(dg.DagsterUnknownPartitionError, match="asia"):
        defs.load_asset_value("regional", instance=instance, partition_key="asia")
