"""``JobDefinition``: what it is made of, its parts, its changed copies, how it is run."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import (
    InvalidConfigError,
    InvalidDefinitionError,
    InvalidInvocationError,
    InvalidSubsetError,
    InvariantViolationError,
)
from mainspring.core.values.tags import PARTITION_TAG


@dg.op(config_schema={"n": dg.Field(int, default_value=1)})
def number(context):
    return context.op_config["n"]


@dg.op(required_resource_keys={"factor"})
def scaled(context, x):
    return x * context.resources.factor


@dg.graph(tags={"team": "a"})
def scaling():
    """Scale a number."""
    return scaled(number())


def test_a_job_of_a_graph() -> None:
    job = dg.JobDefinition(graph_def=scaling, resource_defs={"factor": 3}, tags={"kind": "b"})
    assert (job.name, job.description, dict(job.tags)) == (
        "scaling",
        "Scale a number.",
        {"team": "a", "kind": "b"},
    )
    assert [node.name for node in job.nodes] == ["number", "scaled"]
    assert job.is_op_job
    assert not job.is_asset_job
    assert job.execute_in_process().output_value() == 3


def test_the_name_of_a_job() -> None:
    with pytest.raises(InvalidDefinitionError, match="'not a name'"):
        dg.JobDefinition(graph_def=scaling, name="not a name")


def test_its_config() -> None:
    job = scaling.to_job(resource_defs={"factor": 2}, config={"ops": {"number": {"config": {"n": 5}}}})
    assert job.execute_in_process().output_value() == 10
    given = {"ops": {"number": {"config": {"n": 6}}}}
    assert job.execute_in_process(run_config=given).output_value() == 12


def test_a_config_mapping() -> None:
    @dg.config_mapping(config_schema={"times": int})
    def simple(value):
        return {"ops": {"number": {"config": {"n": value["times"]}}}}

    job = scaling.to_job(resource_defs={"factor": 2}, config=simple)
    assert job.config_mapping is simple
    assert job.run_config is None
    assert job.execute_in_process(run_config={"times": 4}).output_value() == 8


def test_a_partitioned_job() -> None:
    @dg.op
    def partition(context):
        return context.partition_key

    @dg.job(partitions_def=dg.StaticPartitionsDefinition(["a", "b"]))
    def parted():
        partition()

    result = parted.execute_in_process(partition_key="b")
    assert result.output_for_node("partition") == "b"
    assert result.dagster_run.tags == {PARTITION_TAG: "b"}


def test_config_that_goes_by_the_partition() -> None:
    @dg.static_partitioned_config(partition_keys=["a", "b"])
    def by_key(key):
        return {"ops": {"number": {"config": {"n": ord(key)}}, "needs": {"config": {"word": key}}}}

    @dg.op(config_schema={"word": str})
    def needs(context):
        return context.op_config["word"]

    @dg.job(config=by_key)
    def parted():
        number()
        needs()

    result = parted.execute_in_process(partition_key="b")
    assert (result.output_for_node("number"), result.output_for_node("needs")) == (98, "b")
    with pytest.raises(InvalidConfigError, match=r"goes by the partition(.|\n)*root:ops:needs:config:word"):
        parted.execute_in_process()
    given = {"ops": {"needs": {"config": {"word": "x"}}}}
    assert parted.execute_in_process(run_config=given).output_for_node("number") == 1


def test_a_partition_of_a_job_without() -> None:
    job = scaling.to_job(resource_defs={"factor": 2})
    with pytest.raises(InvalidInvocationError, match="is not partitioned"):
        job.execute_in_process(partition_key="a")


def test_the_resources_it_asks_for() -> None:
    job = scaling.to_job()
    assert job.required_resource_keys == {"factor"}
    with pytest.raises(
        InvalidDefinitionError, match=r"'factor', which op 'scaled' of the job 'scaling' requires"
    ):
        job.execute_in_process()
    assert job.execute_in_process(resources={"factor": 7}).output_value() == 7
    known = dg.Definitions(jobs=[job], resources={"factor": 4})
    assert known.get_job_def("scaling").execute_in_process().output_value() == 4
    with pytest.raises(InvalidDefinitionError, match="The resource 'factor'"):
        dg.Definitions(jobs=[job]).get_job_def("scaling")


def test_its_own_resources_win() -> None:
    job = scaling.to_job(resource_defs={"factor": 3})
    known = dg.Definitions(jobs=[job], resources={"factor": 4, "other": 1})
    assert known.get_job_def("scaling").execute_in_process().output_value() == 3


def test_tags_of_runs() -> None:
    @dg.job(tags={"on": "job"}, run_tags={"on": "run"}, resource_defs={"factor": 1})
    def tagged():
        scaled(number())

    assert tagged.execute_in_process(tags={"by": "me"}).dagster_run.tags == {"on": "run", "by": "me"}


def test_changed_copies() -> None:
    calls: list[str] = []

    @dg.success_hook
    def note(context):
        calls.append(context.step_key)

    job = scaling.to_job(resource_defs={"factor": 3})
    hooked = job.with_hooks({note}).with_metadata({"rows": 3}).with_top_level_resources({"factor": 9, "x": 1})
    assert hooked.hook_defs == {note}
    assert hooked.execute_in_process().output_value() == 3
    assert calls == ["number", "scaled"]
    assert job.hook_defs == frozenset()
    assert job.metadata == {}


def test_a_part_of_it() -> None:
    job = scaling.to_job(resource_defs={"factor": 3})
    part = job.get_subset(op_selection=["number"])
    assert part.is_subset
    assert repr(part) == "<JobDefinition scaling: 1 ops>"
    assert [event.step_key for event in part.execute_in_process().get_step_success_events()] == ["number"]
    assert job.get_subset() is job
    with pytest.raises(InvalidSubsetError, match="Did you mean number"):
        job.execute_in_process(op_selection=["numbr"])


def test_values_of_inputs_it_does_not_have() -> None:
    with pytest.raises(InvalidDefinitionError, match="names the input 'x'"):
        scaling.to_job(input_values={"x": 1})


def test_a_job_is_no_function() -> None:
    with pytest.raises(InvariantViolationError, match="execute_in_process"):
        scaling.to_job()()


def test_assets_are_not_chosen_of_a_job_of_ops() -> None:
    job = scaling.to_job(resource_defs={"factor": 3})
    with pytest.raises(InvalidInvocationError, match="one of ops"):
        job.execute_in_process(asset_selection=[dg.AssetKey("a")])


def test_values_live_as_long_as_the_run_unless_somebody_says_otherwise(tmp_path) -> None:
    job = scaling.to_job(
        resource_defs={"factor": 3, "io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))}
    )
    result = job.execute_in_process()
    assert (tmp_path / result.run_id / "number" / "result").is_file()
    scaling.to_job(resource_defs={"factor": 3}).execute_in_process()
    assert [path.name for path in tmp_path.iterdir()] == [result.run_id]


@pytest.mark.parametrize(
    "given, found",
    [
        ({}, (1, 2)),
        ({"ops": {}}, (1, 2)),
        ({"ops": {"first": {"config": {"n": 7}}}}, (7, 2)),
        ({"ops": {"first": {}}}, (100, 2)),
    ],
)
def test_its_config_stands_in_for_each_op_of_which_nothing_is_said(given, found) -> None:
    counted = dg.op(name="counted", config_schema={"n": dg.Field(int, default_value=100)})(
        lambda context: context.op_config["n"]
    )

    @dg.job(config={"ops": {"first": {"config": {"n": 1}}, "second": {"config": {"n": 2}}}})
    def both():
        counted.alias("first")()
        counted.alias("second")()

    result = both.execute_in_process(run_config=given)
    assert (result.output_for_node("first"), result.output_for_node("second")) == found
