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


def test_a_range_of_partitions(stored):
    defs, instance = stored
    whole = dg.PartitionKeyRange("eu", "us")
    with defs.get_asset_value_loader(instance) as loader:
        assert loader.load_asset_value("regional", partition_key_range=whole) == {"eu": "eu", "us": "us"}
        assert (
            loader.load_asset_value("regional", partition_key_range=dg.PartitionKeyRange("us", "us")) == "us"
        )
        with pytest.raises(dg.DagsterUnknownPartitionError, match="asia"):
            loader.load_asset_value("regional", partition_key_range=dg.PartitionKeyRange("asia", "us"))
        with pytest.raises(dg.DagsterInvalidInvocationError, match="not both"):
            loader.load_asset_value("regional", partition_key="eu", partition_key_range=whole)


def test_a_manager_is_made_once_for_each_config_it_is_given():
    made = []

    class Telling(dg.ConfigurableIOManager):
        prefix: str

        def setup_for_execution(self, context):
            made.append(self.prefix)

        def handle_output(self, context, obj):
            raise AssertionError

        def load_input(self, context):
            return f"{self.prefix}{context.definition_metadata['table']}"

    @dg.asset
    def orders():
        return 1

    defs = dg.Definitions(assets=[orders], resources={"io_manager": Telling.configure_at_launch()})
    with dg.DagsterInstance.ephemeral() as instance, defs.get_asset_value_loader(instance) as loader:
        found = [
            loader.load_asset_value(
                "orders",
                input_definition_metadata={"table": "t"},
                resource_config={"io_manager": {"config": {"prefix": prefix}}},
            )
            for prefix in ("a.", "b.", "a.")
        ]
    assert (found, made) == (["a.t", "b.t", "a.t"], ["a.", "b."])


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
