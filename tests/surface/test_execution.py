"""The section "Execution" of the public surface: contexts, their builders, and runs made in another way."""

import os

import pytest

import mainspring as dg


@dg.op
def one():
    return 1


@dg.op
def double(number):
    return 2 * number


@dg.job
def doubled():
    double(one())


def test_op_execution_context_tells_where_it_runs():
    seen = {}

    @dg.op(tags={"team": "data"})
    def told(context: dg.OpExecutionContext):
        seen.update(
            job=context.job_name,
            op=context.op_def.name,
            step=context.op.name,
            run=context.run_id == context.run.run_id,
            retry=context.retry_number,
            partitioned=context.has_partition_key,
            tag=context.get_tag("colour"),
            has=(context.has_tag("colour"), context.has_tag("other")),
            same=dg.OpExecutionContext.get() is context
            or dg.OpExecutionContext.get().run_id == context.run_id,
        )

    @dg.job(tags={"colour": "red"})
    def telling():
        told.alias("again")()

    assert telling.execute_in_process().success
    assert seen == {
        "job": "telling",
        "op": "told",
        "step": "again",
        "run": True,
        "retry": 0,
        "partitioned": False,
        "tag": "red",
        "has": (True, False),
        "same": True,
    }


def test_op_execution_context_of_an_asset_knows_partitions_and_keys():
    seen = {}
    days = dg.DailyPartitionsDefinition("2026-01-01")

    @dg.asset(partitions_def=days)
    def rain(context: dg.AssetExecutionContext):
        return context.partition_key

    @dg.asset(partitions_def=days)
    def flood(context: dg.OpExecutionContext, rain):
        seen["key"] = context.asset_key_for_output()
        seen["upstream"] = context.asset_key_for_input("rain")
        seen["partition"] = context.asset_partition_key_for_input("rain")
        seen["window"] = context.partition_time_window.start.day
        seen["selected"] = context.selected_asset_keys

    assert dg.materialize([rain, flood], partition_key="2026-01-05").success
    assert seen == {
        "key": dg.AssetKey("flood"),
        "upstream": dg.AssetKey("rain"),
        "partition": "2026-01-05",
        "window": 5,
        "selected": {dg.AssetKey("flood")},
    }


def test_op_execution_context_logs_events_and_adds_metadata():
    @dg.op
    def writes(context: dg.OpExecutionContext):
        context.log_event(dg.AssetMaterialization("table"))
        context.add_output_metadata({"rows": 3})
        return "done"

    @dg.job
    def writing():
        writes()

    result = writing.execute_in_process()
    materialized = [event for event in result.all_events if event.is_step_materialization]
    (output,) = result.filter_events(lambda event: event.is_successful_output)
    assert [event.asset_key for event in materialized] == [dg.AssetKey("table")]
    assert output.event_specific_data.metadata == {"rows": dg.MetadataValue.int(3)}


def test_build_op_context_calls_an_op_directly():
    @dg.op(config_schema={"limit": int}, required_resource_keys={"store"})
    def limited(context):
        return context.resources.store[: context.op_config["limit"]]

    context = dg.build_op_context(resources={"store": "abcdef"}, op_config={"limit": 2})
    assert limited(context) == "ab"
    assert (
        dg.build_op_context(partition_key="a").partition_key,
        dg.build_op_context().has_partition_key,
    ) == ("a", False)
    with pytest.raises(dg.DagsterInvalidConfigError):
        limited(dg.build_op_context(resources={"store": "abc"}, op_config={"limit": "two"}))


def test_build_op_context_as_a_context_manager_opens_and_closes_resources():
    steps = []

    @dg.resource
    def connection(_):
        steps.append("open")
        yield "connection"
        steps.append("close")

    with dg.build_op_context(resources={"db": connection}) as context:
        assert context.resources.db == "connection"
        assert steps == ["open"]
    assert steps == ["open", "close"]


def test_build_input_and_output_context_feed_an_io_manager():
    class Shelf(dg.IOManager):
        def __init__(self):
            self.stored = {}

        def handle_output(self, context, obj):
            self.stored[tuple(context.get_identifier())] = obj

        def load_input(self, context):
            return self.stored[tuple(context.upstream_output.get_identifier())]

    output = dg.build_output_context(step_key="make", name="result", run_id="r1")
    shelf = Shelf()
    shelf.handle_output(output, 5)
    assert shelf.load_input(dg.build_input_context(upstream_output=output)) == 5
    assert list(shelf.stored) == [("r1", "make", "result")]


def test_build_input_context_of_a_partitioned_asset():
    days = dg.DailyPartitionsDefinition("2026-01-01")
    context = dg.build_input_context(
        name="rain",
        asset_key="rain",
        asset_partition_key_range=dg.PartitionKeyRange("2026-01-01", "2026-01-02"),
        asset_partitions_def=days,
        definition_metadata={"column": "mm"},
    )
    assert (context.name, context.asset_key, context.definition_metadata) == (
        "rain",
        dg.AssetKey("rain"),
        {"column": "mm"},
    )
    assert list(context.asset_partition_keys) == ["2026-01-01", "2026-01-02"]


def test_build_output_context_of_a_partitioned_asset():
    context = dg.build_output_context(asset_key=["lake", "rain"], partition_key="a")
    assert (context.has_partition_key, context.partition_key) == (True, "a")
    assert list(context.get_asset_identifier())[:2] == ["lake", "rain"]


def test_init_resource_context_gives_config_and_other_resources():
    @dg.resource(config_schema={"url": str}, required_resource_keys={"secret"})
    def client(context: dg.InitResourceContext):
        return (context.resource_config["url"], context.resources.secret)

    @dg.op(required_resource_keys={"client"})
    def calls(context):
        return context.resources.client

    @dg.job(
        resource_defs={
            "client": client.configured({"url": "http://there"}),
            "secret": dg.ResourceDefinition.hardcoded_resource("s"),
        }
    )
    def calling():
        calls()

    assert calling.execute_in_process().output_for_node("calls") == ("http://there", "s")


def test_dagster_type_loader_context_reaches_resources():
    seen = []

    @dg.dagster_type_loader(config_schema={"name": str}, required_resource_keys={"people"})
    def load_person(context: dg.DagsterTypeLoaderContext, config):
        seen.append((context.job_def.name, context.op_def.name))
        return context.resources.people[config["name"]]

    Person = dg.DagsterType(lambda _, value: isinstance(value, int), name="Person", loader=load_person)

    @dg.op(ins={"person": dg.In(Person)})
    def age(person):
        return person

    @dg.job(resource_defs={"people": dg.ResourceDefinition.hardcoded_resource({"ada": 36})})
    def ages():
        age()

    result = ages.execute_in_process(run_config={"ops": {"age": {"inputs": {"person": {"name": "ada"}}}}})
    assert (result.output_for_node("age"), seen) == (36, [("ages", "age")])


def test_instance_for_test_is_the_instance_of_the_process():
    with dg.instance_for_test() as instance:
        home = os.environ["MAINSPRING_HOME"]
        assert doubled.execute_in_process(instance=instance).success
        assert dg.DagsterInstance.get().get_runs_count() == 1
    assert not os.path.isdir(home) or not os.listdir(home)
    assert "MAINSPRING_HOME" not in os.environ


def test_execute_job_runs_and_loads_outputs(tmp_path):
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        with dg.execute_job(dg.reconstructable(doubled_job), instance, tags={"team": "data"}) as result:
            assert result.success
            assert (result.output_for_node("one"), result.output_for_node("double")) == (1, 2)
        run = instance.get_run_by_id(result.run_id)
        assert (run.job_name, run.tags["team"], run.status) == (
            "doubled",
            "data",
            dg.DagsterRunStatus.SUCCESS,
        )


def test_reexecution_options_run_a_part_again(tmp_path):
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        job = dg.reconstructable(doubled_job)
        with dg.execute_job(job, instance) as first:
            options = dg.ReexecutionOptions(parent_run_id=first.run_id, step_selection=["double"])
        with dg.execute_job(job, instance, reexecution_options=options) as second:
            steps = [event.step_key for event in second.all_events if event.is_step_success]
            assert (second.success, steps, second.output_for_node("double")) == (True, ["double"], 2)
        run = instance.get_run_by_id(second.run_id)
        assert (run.parent_run_id, run.root_run_id) == (first.run_id, first.run_id)


def test_reexecution_options_from_failure_start_where_it_broke(tmp_path, monkeypatch):
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        job = dg.reconstructable(frail_job)
        monkeypatch.setenv("FRAIL", "yes")
        with dg.execute_job(job, instance) as first:
            assert not first.success
        monkeypatch.delenv("FRAIL")
        options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
        with dg.execute_job(job, instance, reexecution_options=options) as second:
            steps = [event.step_key for event in second.all_events if event.is_step_success]
            assert (second.success, steps) == (True, ["frail"])


def doubled_job():
    return doubled


@dg.op
def frail(number):
    if os.environ.get("FRAIL"):
        raise dg.Failure("frail")
    return number


@dg.job
def sometimes():
    frail(one())


def frail_job():
    return sometimes
