"""What is recorded of an output: types, metadata, tags, data versions, and what storing it says."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import TypeCheckDidNotPass
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import DataVersion, compute_data_version
from mainspring.runtime.execution.failure import HandleOutputError

PARTS = dg.StaticPartitionsDefinition(["x", "y", "z"])


def materializations(result):
    return [event.materialization for event in result.get_asset_materialization_events()]


# -- types ------------------------------------------------------------------------------------------------------------


@dg.asset
def untrue() -> int:
    return "text"


@dg.asset
def untrue_output() -> dg.Output[int]:
    return dg.Output("text")


@dg.asset
def untrue_result() -> dg.MaterializeResult[int]:
    return dg.MaterializeResult(value="text")


@dg.asset
def untrue_none() -> None:
    return 5


@pytest.mark.parametrize(
    "asset, expected, got",
    [
        (untrue, "expected Int", "got str"),
        (untrue_output, "expected Int", "got str"),
        (untrue_result, "expected Int", "got str"),
        (untrue_none, "expected Nothing", "annotated with None and gave a int"),
    ],
    ids=lambda it: it.op.name if isinstance(it, dg.AssetsDefinition) else "",
)
def test_a_value_of_another_type(make, steps, asset, expected, got) -> None:
    with pytest.raises(TypeCheckDidNotPass) as caught:
        make(asset, raise_on_error=True)
    said = str(caught.value)
    assert f'the output "result" of the step "{asset.op.name}" (declared at ' in said
    assert "test_outputs.py:" in said
    assert expected in said
    assert got in said
    assert [kind for kind, _ in steps(make(asset))] == ["STEP_START", "STEP_OUTPUT", "STEP_FAILURE"]


def test_the_outcome_of_the_check_is_recorded(make) -> None:
    event = next(event for event in make(untrue).all_events if event.is_successful_output)
    assert event.message == 'Yielded output "result" of type "Int". (Type check failed).'
    assert event.event_specific_data.type_check_data.success is False


# -- metadata and tags ------------------------------------------------------------------------------------------------


def test_metadata_from_everywhere_comes_together(make) -> None:
    @dg.asset
    def told(context):
        context.add_output_metadata({"a": 1, "b": 1})
        context.add_output_metadata({"b": 2})
        context.add_asset_metadata({"c": 3})
        return dg.Output(1, metadata={"a": 0, "d": 4})

    (made,) = materializations(make(told))
    assert {name: value.value for name, value in made.metadata.items()} == {"a": 1, "b": 2, "c": 3, "d": 4}


def test_metadata_after_the_output_comes_too_late(make) -> None:
    @dg.asset
    def late(context):
        yield dg.Output(1)
        context.add_output_metadata({"a": 1})

    with pytest.raises(dg.DagsterInvariantViolationError, match="was yielded already"):
        make(late, raise_on_error=True)


def test_metadata_of_one_partition(instance) -> None:
    @dg.asset(partitions_def=PARTS, backfill_policy=dg.BackfillPolicy.single_run())
    def told(context) -> None:
        context.add_asset_metadata({"all": True})
        for key in context.partition_keys:
            context.add_asset_metadata({"own": key}, partition_key=key)

    tags = {"dagster/asset_partition_range_start": "x", "dagster/asset_partition_range_end": "y"}
    result = dg.materialize_to_memory([told], instance=instance, tags=tags)
    assert [
        (m.partition, m.metadata["all"].value, m.metadata["own"].value) for m in materializations(result)
    ] == [
        ("x", True, "x"),
        ("y", True, "y"),
    ]


def test_metadata_of_a_partition_the_run_is_not_of(make) -> None:
    @dg.asset(partitions_def=PARTS)
    def told(context) -> None:
        context.add_asset_metadata({"own": 1}, partition_key="z")

    with pytest.raises(dg.DagsterInvariantViolationError, match="not of the partition 'z' of 'told'"):
        make(told, partition_key="x", raise_on_error=True)


def test_tags_of_results_are_kept(make) -> None:
    @dg.asset(code_version="7")
    def tagged():
        return dg.MaterializeResult(tags={"mine": "yes"}, data_version=DataVersion("v"))

    (made,) = materializations(make(tagged))
    assert made.tags == {
        "mine": "yes",
        "dagster/code_version": "7",
        "dagster/data_version": "v",
        "dagster/data_version_is_user_provided": "true",
    }


# -- data versions ----------------------------------------------------------------------------------------------------


@dg.asset(code_version="1")
def source():
    return 1


@dg.asset(code_version="2", deps=[source])
def derived():
    return 1


def test_versions_are_computed_of_code_and_inputs(make) -> None:
    first, second = materializations(make(source, derived))
    base = compute_data_version("1", {})
    assert first.tags == {"dagster/code_version": "1", "dagster/data_version": base.value}
    assert second.tags == {
        "dagster/code_version": "2",
        "dagster/data_version": compute_data_version("2", {AssetKey("source"): base}).value,
        "dagster/input_data_version/source": base.value,
        "dagster/input_event_pointer/source": "NULL",
    }


def test_without_a_code_version_each_run_makes_another(make) -> None:
    @dg.asset
    def plain():
        return 1

    first, second = (materializations(make(plain))[0] for _ in range(2))
    assert first.tags["dagster/data_version"] != second.tags["dagster/data_version"]


@pytest.mark.parametrize("way", ["output", "result", "context"])
def test_versions_user_code_gives(make, way) -> None:
    @dg.asset
    def given(context):
        version = DataVersion("mine")
        if way == "context":
            context.set_data_version(context.asset_key, version)
            return 1
        return (
            dg.Output(1, data_version=version)
            if way == "output"
            else dg.MaterializeResult(data_version=version)
        )

    (made,) = materializations(make(given))
    assert made.tags["dagster/data_version"] == "mine"
    assert made.tags["dagster/data_version_is_user_provided"] == "true"


def test_the_versions_of_inputs_of_an_earlier_run(make, instance) -> None:
    earlier = make(source)
    event = instance.get_latest_materialization_event(AssetKey("source"))
    job = dg.Definitions(assets=[source, derived]).get_implicit_global_asset_job_def()
    result = job.execute_in_process(instance=instance, asset_selection=[AssetKey("derived")])
    (made,) = materializations(result)
    assert event.run_id == earlier.run_id
    assert made.tags["dagster/input_data_version/source"] == compute_data_version("1", {}).value
    assert int(made.tags["dagster/input_event_pointer/source"]) > 0


def test_provenance_is_that_of_the_latest_materialization(make) -> None:
    seen = []

    @dg.asset(code_version="3", deps=[source])
    def asks(context):
        seen.append(context.get_asset_provenance(context.asset_key))

    make(source, asks)
    make(source, asks)
    assert seen[0] is None
    assert seen[1].code_version == "3"
    assert seen[1].input_data_versions == {AssetKey("source"): compute_data_version("1", {})}


# -- storing ----------------------------------------------------------------------------------------------------------


class Manager(dg.IOManager):
    def __init__(self, store=None):
        self.store = store

    def handle_output(self, context, obj):
        if self.store is None:
            raise OSError("disk on fire")
        return self.store(context, obj)

    def load_input(self, context):
        raise KeyError("not stored")


def test_what_an_io_manager_raises_is_said_to_be_its_fault(instance) -> None:
    def run(**said):
        return dg.materialize([source], resources={"io_manager": Manager()}, instance=instance, **said)

    result = run(raise_on_error=False)
    (event,) = result.get_step_failure_events()
    error = event.event_specific_data.error
    assert error.cls_name == "DagsterExecutionHandleOutputError"
    assert 'storing the output "result" of the step "source" by the IO manager "io_manager"' in error.message
    assert error.cause.message == "OSError: disk on fire\n"
    with pytest.raises(OSError, match="disk on fire") as caught:
        run()
    assert caught.traceback[-1].name == "handle_output"
    assert isinstance(HandleOutputError("x"), dg.DagsterError)


def test_what_an_io_manager_yields_may_be_metadata(instance) -> None:
    def store(context, obj):
        yield {"place": "here"}
        yield dg.AssetMaterialization(context.asset_key, metadata={"rows": 3})

    result = dg.materialize([source], resources={"io_manager": Manager(store)}, instance=instance)
    [event] = result.get_asset_materialization_events()
    assert {name: one.value for name, one in event.materialization.metadata.items()} == {
        "place": "here",
        "rows": 3,
    }


def test_what_an_io_manager_adds_is_recorded_with_the_asset(instance) -> None:
    def store(context, obj):
        context.add_output_metadata({"place": "here"})
        context.log_event(dg.AssetObservation("elsewhere"))

    result = dg.materialize([source], resources={"io_manager": Manager(store)}, instance=instance)
    (made,) = materializations(result)
    assert made.metadata == {"place": dg.MetadataValue.text("here")}
    assert [e.event_type_value for e in result.events_for_node("source")] == [
        "ASSET_MATERIALIZATION_PLANNED",
        "STEP_START",
        "STEP_OUTPUT",
        "ASSET_OBSERVATION",
        "ASSET_MATERIALIZATION",
        "HANDLED_OUTPUT",
        "STEP_SUCCESS",
    ]


def test_a_resource_that_is_no_io_manager(instance) -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="no IO manager: it has no `handle_output`"):
        dg.materialize([source], resources={"io_manager": "text"}, instance=instance)
