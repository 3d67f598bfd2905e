"""What is wrong with a call or a definition is told in words, by a class of ours, and leaves no run open."""

import sys

import pytest

import mainspring as dg
from mainspring.core.config.types import EnumValue


@dg.op
def load():
    return 1


@dg.op
def double(rows):
    return rows * 2


@dg.op(config_schema=dg.Any)
def any_config(context):
    return context.op_config is not None


@dg.op(out=dg.DynamicOut())
def split():
    yield dg.DynamicOutput(1, mapping_key="a")


@dg.asset
def orders():
    return 1


@dg.job
def nightly():
    double(load())


@dg.job
def anything():
    any_config()


class Limits(dg.Config):
    limit: int = 1


def holds_itself():
    config = {}
    config["ops"] = config
    return config


def step_of(function, **arguments):
    @dg.op(name="broken", **arguments)
    def broken(context):
        return function(context)

    @dg.job
    def job():
        broken()

    return job.execute_in_process()


def job_with(**arguments):
    return dg.job(name="broken", **arguments)(compose_load)


def compose_load():
    load()


def graph_with(dependencies):
    return dg.GraphDefinition("broken", node_defs=[load, double], dependencies=dependencies)


CARELESS = {
    "run config that is a string": (
        lambda: nightly.execute_in_process(run_config="ops"),
        dg.InvalidInvocationError,
        "run config is of type str",
    ),
    "run config that holds itself": (
        lambda: nightly.execute_in_process(run_config=holds_itself()),
        dg.InvalidInvocationError,
        "holds itself again under 'ops'",
    ),
    "run config that cannot be stored": (
        lambda: anything.execute_in_process(
            run_config={"ops": {"any_config": {"config": {"a": [object()]}}}}
        ),
        dg.InvalidConfigError,
        "root:ops:any_config:config:a[0]: A value of type object cannot be stored",
    ),
    "a section of RunConfig": (
        lambda: dg.RunConfig(ops=3),
        dg.InvalidInvocationError,
        "`ops` of a RunConfig",
    ),
    "instance": (
        lambda: nightly.execute_in_process(instance=3),
        dg.InvalidInvocationError,
        "`instance` of a run of the job 'nightly' is 3",
    ),
    "op_selection that is a string": (
        lambda: nightly.execute_in_process(op_selection="load"),
        dg.InvalidInvocationError,
        "`op_selection` of a run",
    ),
    "input_values": (
        lambda: nightly.execute_in_process(input_values=[1]),
        dg.InvalidInvocationError,
        "`input_values` of a run",
    ),
    "resources": (
        lambda: nightly.execute_in_process(resources=[1]),
        dg.InvalidInvocationError,
        "`resources` of a run",
    ),
    "run_id": (lambda: nightly.execute_in_process(run_id=3), dg.InvalidInvocationError, "`run_id` of a run"),
    "tags of a run": (
        lambda: nightly.execute_in_process(tags=["a"]),
        dg.InvalidInvocationError,
        "`tags` of a run",
    ),
    "a tag that cannot be stored": (
        lambda: nightly.execute_in_process(tags={"a": "\ud800"}),
        dg.InvalidDefinitionError,
        "a character that no text can be stored with",
    ),
    "execute_job without an instance": (
        lambda: dg.execute_job(dg.reconstructable(nightly), instance=None),
        dg.InvalidInvocationError,
        "no instance for the job 'nightly'",
    ),
    "execute_job of no job": (
        lambda: dg.execute_job(3, instance=dg.Instance.ephemeral()),
        dg.InvalidInvocationError,
        "which is no job",
    ),
    "validate_run_config of no job": (
        lambda: dg.validate_run_config(3),
        dg.InvalidInvocationError,
        "which is no job",
    ),
    "config of a job": (
        lambda: job_with(config=3),
        dg.InvalidDefinitionError,
        "`config` of job 'broken' is 3",
    ),
    "hooks of a job": (lambda: job_with(hooks={3}), dg.InvalidDefinitionError, "must be a set of hooks"),
    "partitions of a job": (
        lambda: job_with(partitions_def=3),
        dg.InvalidDefinitionError,
        "must be a PartitionsDefinition",
    ),
    "retry policy of a job": (
        lambda: job_with(op_retry_policy=3),
        dg.InvalidDefinitionError,
        "`op_retry_policy` of job 'broken'",
    ),
    "hooks of a job of assets": (
        lambda: dg.define_asset_job("broken", hooks={3}),
        dg.InvalidDefinitionError,
        "must be a set of hooks",
    ),
    "tags of an op": (
        lambda: dg.op(tags={"a": object()})(load.compute_fn),
        dg.InvalidDefinitionError,
        "cannot be written as JSON",
    ),
    "default of an input": (
        lambda: dg.op(ins={"rows": dg.In(int, default_value="a")})(double.compute_fn),
        dg.InvalidDefinitionError,
        "The default of the input 'rows' of op 'double' is 'a'; its type is Int",
    ),
    "type of an input": (lambda: dg.In(3), dg.InvalidDefinitionError, "3, which is no type"),
    "type of an output": (lambda: dg.Out("int"), dg.InvalidDefinitionError, "'int', which is no type"),
    "type in brackets": (lambda: dg.List[3], dg.InvalidDefinitionError, "3, which is no type"),
    "fields of a schema": (lambda: dg.Shape(3), dg.InvalidConfigDefinitionError, "3, of type int"),
    "values of an enum": (
        lambda: dg.Enum("Colour", [EnumValue("RED"), "BLUE"]),
        dg.InvalidConfigDefinitionError,
        "holds 'BLUE', of type str",
    ),
    "dependencies that are a list": (lambda: graph_with([1]), dg.InvalidDefinitionError, "hold [1]"),
    "dependencies without their class": (
        lambda: graph_with({"double": {"rows": "load"}}),
        dg.InvalidDefinitionError,
        "hold 'load' for the input 'rows'",
    ),
    "map without a function": (
        lambda: dg.job(name="broken")(lambda: split().map(3)),
        dg.InvalidDefinitionError,
        "was mapped with 3",
    ),
    "metadata of an unknown output": (
        lambda: step_of(lambda context: context.add_output_metadata({"a": 1}, output_name="resul")),
        dg.InvariantViolationError,
        "Did you mean result?",
    ),
    "metadata that is a list": (
        lambda: step_of(lambda context: context.add_output_metadata([1])),
        dg.InvariantViolationError,
        "of type list",
    ),
    "setting a field of a config": (
        lambda: setattr(Limits(), "limit", 2),
        dg.InvalidInvocationError,
        "'limit' of Limits cannot be set",
    ),
    "setting an unknown attribute": (
        lambda: setattr(Limits(), "other", 2),
        dg.InvalidInvocationError,
        "'other' of Limits cannot be set",
    ),
    "resources without names": (
        lambda: dg.build_resources([1]).__enter__(),
        dg.InvalidDefinitionError,
        "given by name",
    ),
    "a cron line": (
        lambda: dg.ScheduleDefinition(job=nightly, cron_schedule=3),
        dg.InvalidDefinitionError,
        "has the cron_schedule 3",
    ),
    "an interval": (
        lambda: dg.sensor(name="broken", job=nightly, minimum_interval_seconds="x")(lambda context: None),
        dg.InvalidDefinitionError,
        "minimum_interval_seconds of 'x'",
    ),
    "keys that are no list": (
        lambda: dg.multi_asset_sensor(name="broken", monitored_assets=3, job=nightly)(lambda context: None),
        dg.InvalidDefinitionError,
        "Assets are given as a list",
    ),
    "merge of something else": (lambda: dg.Definitions.merge(3), dg.InvalidInvocationError, "was given 3"),
    "validation of something else": (
        lambda: dg.Definitions.validate_loadable(3),
        dg.InvalidInvocationError,
        "was given 3",
    ),
    "a repository with parameters": (
        lambda: dg.repository(name="broken")(lambda jobs: jobs),
        dg.InvalidDefinitionError,
        "has parameters: jobs",
    ),
    "YAML texts": (
        lambda: dg.config_from_yaml_strings([3]),
        dg.InvariantViolationError,
        "a list of YAML texts",
    ),
    "config files": (lambda: dg.config_from_files("a.yaml"), dg.InvariantViolationError, '["a.yaml"]'),
    "a partition function": (
        lambda: dg.DynamicPartitionsDefinition(lambda _time: 1 / 0).get_partition_keys(),
        dg.UserCodeError,
        "A dynamic partition_fn raised.",
    ),
}


@pytest.mark.parametrize("what", CARELESS)
def test_what_is_wrong_is_told(what) -> None:
    call, kind, words = CARELESS[what]
    with pytest.raises(kind) as raised:
        call()
    assert type(raised.value) is kind
    assert words in str(raised.value)


def test_a_message_does_not_show_what_is_in_a_config_or_in_resources() -> None:
    for arguments in ({"run_config": ["hunter2"]}, {"resources": ["hunter2"]}, {"resources": {1: "hunter2"}}):
        with pytest.raises(dg.InvalidInvocationError) as raised:
            nightly.execute_in_process(**arguments)
        assert "hunter2" not in str(raised.value)


def test_a_validator_that_breaks_is_a_fault_of_the_config() -> None:
    class Broken(dg.Config):
        limit: int

        def model_post_init(self, _context) -> None:
            raise KeyError("boo")

    @dg.op
    def limited(config: Broken): ...

    @dg.job
    def job():
        limited()

    with pytest.raises(
        dg.InvalidConfigError, match="root:ops:limited:config: A validator raised KeyError: 'boo'"
    ):
        job.execute_in_process(run_config={"ops": {"limited": {"config": {"limit": 1}}}})


def test_text_that_is_no_unicode_is_recorded_as_python_shows_it() -> None:
    @dg.op
    def said(context):
        context.log.info("half of a pair: \ud800")
        context.add_output_metadata({"\ud801": "\ud802"})

    @dg.job
    def job():
        said()

    with dg.Instance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance).success
        (run,) = instance.get_runs()
        assert run.status is dg.RunStatus.SUCCESS
        messages = [entry.user_message for entry in instance.all_logs(run.run_id)]
    assert "half of a pair: \\ud800" in messages


@pytest.mark.parametrize("way_out", [ValueError, SystemExit])
def test_a_hook_ends_nothing(way_out) -> None:
    @dg.success_hook
    def broken(_context):
        raise way_out

    @dg.job(hooks={broken})
    def job():
        load()

    with dg.Instance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance).success
        assert [run.status for run in instance.get_runs()] == [dg.RunStatus.SUCCESS]


def test_closing_a_resource_ends_nothing() -> None:
    @dg.resource
    def warehouse(_context):
        yield 1
        sys.exit(3)

    @dg.op(required_resource_keys={"warehouse"})
    def store(context): ...

    @dg.job(resource_defs={"warehouse": warehouse})
    def job():
        store()

    with dg.Instance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance).success
        assert [run.status for run in instance.get_runs()] == [dg.RunStatus.SUCCESS]


def test_a_file_for_an_input_that_holds_something_else(tmp_path) -> None:
    (tmp_path / "rows.json").write_text("{")

    @dg.op
    def take(rows: int): ...

    @dg.job
    def job():
        take()

    said = {"json": {"path": str(tmp_path / "rows.json")}}
    with pytest.raises(dg.InvariantViolationError, match=r"rows\.json.* cannot be read as json"):
        job.execute_in_process(run_config={"ops": {"take": {"inputs": {"rows": said}}}})


def test_a_base_dir_that_is_a_file_is_left_alone(tmp_path) -> None:
    settings = tmp_path / "settings"
    settings.write_text("mine")

    @dg.job(resource_defs={"io_manager": dg.FilesystemIOManager(base_dir=str(settings))})
    def job():
        load()

    with pytest.raises(OSError, match="give the IO manager another base_dir"):
        job.execute_in_process()
    assert settings.read_text() == "mine"
