"""Stored values move from one IO manager to another, each for itself."""

from __future__ import annotations

import logging

import pytest

import mainspring as dg
from mainspring.runtime.execution.migrate import migrate_io_storage

DAYS = dg.StaticPartitionsDefinition(["mon", "tue", "wed"])


class Shelf(dg.InMemoryIOManager):
    def handle_output(self, context, obj):
        super().handle_output(context, obj)
        self.told = (context.name, context.asset_spec.key, context.dagster_type.display_name)


@dg.asset
def orders() -> int:
    return 1


@dg.asset(io_manager_key="cold")
def archive() -> int:
    return 2


@dg.asset(partitions_def=DAYS)
def daily(context: dg.AssetExecutionContext) -> str:
    return f"of {context.partition_key}"


@dg.asset
def nothing() -> None: ...


@dg.op
def three():
    return 3


@dg.graph_asset
def composed():
    return three()


@dg.asset
def never_made() -> int:
    return 5


@pytest.fixture
def defs():
    return dg.Definitions(
        assets=[orders, archive, daily, nothing, composed, never_made, dg.AssetSpec("outside")],
        resources={"cold": Shelf(), "io_manager": dg.InMemoryIOManager()},
    )


@pytest.fixture
def made(defs, instance):
    for one in (orders, archive, nothing, composed):
        job = defs.resolve_implicit_global_asset_job_def()
        job.execute_in_process(asset_selection=[one.key], instance=instance)
    for day in ("wed", "mon"):
        job.execute_in_process(asset_selection=[daily.key], partition_key=day, instance=instance)
    return defs


def key(name):
    return dg.AssetKey(name)


def test_everything_that_is_stored(made, instance) -> None:
    target = Shelf()
    result = migrate_io_storage(definitions=made, destination_io_manager=target, instance=instance)
    assert target.values == {
        ("orders",): 1,
        ("archive",): 2,
        ("daily", "mon"): "of mon",
        ("daily", "wed"): "of wed",
        ("composed",): 3,
    }
    assert sorted(result.migrated, key=str) == sorted(
        [
            (key("orders"), None),
            (key("archive"), None),
            (key("daily"), "mon"),
            (key("daily"), "wed"),
            (key("composed"), None),
        ],
        key=str,
    )
    assert (result.skipped, result.failed) == ([], [])


def test_a_part_of_it_changed_on_the_way(made, instance) -> None:
    target = Shelf()
    result = migrate_io_storage(
        definitions=made,
        destination_io_manager=target,
        instance=instance,
        selection=dg.AssetSelection.assets("orders", "daily"),
        should_skip=lambda asset, partition: partition == "mon",
        transform=lambda value: [value],
    )
    assert target.values == {("orders",): [1], ("daily", "wed"): ["of wed"]}
    assert result.skipped == [(key("daily"), "mon")]
    assert target.told[0] == "result"


def test_partitions_at_once(made, instance) -> None:
    seen = []
    target = Shelf()
    result = migrate_io_storage(
        definitions=made,
        destination_io_manager=target,
        instance=instance,
        selection=dg.AssetSelection.assets("daily"),
        batch_partitions=True,
        transform=lambda value: seen.append(value) or value,
    )
    assert seen == [{"mon": "of mon", "wed": "of wed"}]
    assert target.values == {("daily", "mon"): "of mon", ("daily", "wed"): "of wed"}
    assert result.migrated == [(key("daily"), "mon"), (key("daily"), "wed")]


def test_what_cannot_be_moved_keeps_nothing_back(made, instance, caplog) -> None:
    made.resources["cold"].values.clear()
    target = Shelf()
    with caplog.at_level(logging.ERROR, "mainspring.migrate"):
        result = migrate_io_storage(
            definitions=made,
            destination_io_manager=target,
            instance=instance,
            selection=dg.AssetSelection.assets("archive", "orders"),
        )
    assert (result.failed, target.values) == ([(key("archive"), None)], {("orders",): 1})
    assert type(result.errors[key("archive"), None]).__name__ == "StoredValueNotFoundError"
    assert "archive was not migrated: StoredValueNotFoundError" in caplog.text


def test_a_destination_with_settings(made, instance, tmp_path) -> None:
    target = dg.FilesystemIOManager(base_dir=str(tmp_path))
    migrate_io_storage(
        definitions=made,
        destination_io_manager=target,
        instance=instance,
        selection=dg.AssetSelection.assets("orders"),
    )
    moved = dg.Definitions(assets=[orders], resources={"io_manager": target})
    assert moved.load_asset_value("orders", instance=instance) == 1


def test_inside_a_run(made, instance) -> None:
    target = Shelf()

    @dg.asset(deps=[orders])
    def moved(context: dg.AssetExecutionContext) -> None:
        context.log.info("moving")
        found = migrate_io_storage(
            context=context.op_execution_context,
            destination_io_manager=target,
            selection=dg.AssetSelection.assets("orders"),
        )
        context.add_output_metadata({"migrated": len(found.migrated)})

    defs = dg.Definitions(assets=[orders, moved], resources=made.resources)
    job = defs.resolve_implicit_global_asset_job_def()
    job.execute_in_process(asset_selection=[moved.key], instance=instance)
    assert target.values == {("orders",): 1}


def test_given_nothing_to_go_over(instance) -> None:
    with pytest.raises(dg.InvalidInvocationError, match="neither definitions nor the context"):
        migrate_io_storage(destination_io_manager=Shelf(), instance=instance)


def test_an_io_manager_that_yields(made, instance) -> None:
    class Yielding(Shelf):
        def handle_output(self, context, obj):
            super().handle_output(context, obj)
            yield dg.AssetMaterialization(context.asset_key)

    target = Yielding()
    migrate_io_storage(
        definitions=made,
        destination_io_manager=target,
        instance=instance,
        selection=dg.AssetSelection.assets("orders"),
    )
    assert target.values == {("orders",): 1}
