"""A run from the plan to its final state: its events in order, its config, its resources, its end."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import (
    InvalidConfigError,
    InvalidDefinitionError,
    InvalidInvocationError,
    InvalidSubsetError,
    ResourceFunctionError,
)
from mainspring.core.records.run import RunStatus
from mainspring.core.values.asset_key import AssetKey

BEGUN = [
    ("PIPELINE_START", None),
    ("ENGINE_EVENT", None),
    ("RESOURCE_INIT_STARTED", None),
    ("RESOURCE_INIT_SUCCESS", None),
]
ENDED = [("ENGINE_EVENT", None), ("PIPELINE_SUCCESS", None)]
FAILED = [("ENGINE_EVENT", None)]


@dg.asset
def one():
    return 1


@dg.asset
def two(one):
    return one + 1


@dg.asset
def broken():
    raise ValueError("boo")


@dg.asset(deps=[broken])
def after_broken():
    return 1


def planned(*names: str) -> list[tuple[str, str | None]]:
    return [("ASSET_MATERIALIZATION_PLANNED", name) for name in names]


def test_the_events_of_a_run(make, told) -> None:
    assert told(make(one, two)) == [
        *planned("one", "two"),
        *BEGUN,
        ("STEP_START", "one"),
        ("STEP_OUTPUT", "one"),
        ("ASSET_MATERIALIZATION", "one"),
        ("HANDLED_OUTPUT", "one"),
        ("STEP_SUCCESS", "one"),
        ("STEP_START", "two"),
        ("LOADED_INPUT", "two"),
        ("STEP_INPUT", "two"),
        ("STEP_OUTPUT", "two"),
        ("ASSET_MATERIALIZATION", "two"),
        ("HANDLED_OUTPUT", "two"),
        ("STEP_SUCCESS", "two"),
        *ENDED,
    ]


def test_the_log_in_the_store_is_that_of_the_result(make, told, instance) -> None:
    result = make(one, two)
    stored = [entry.dagster_event for entry in instance.all_logs(result.run_id)]
    assert stored == list(result.all_events)


def test_a_failure_ends_what_depends_on_it_and_nothing_else(make, told, instance) -> None:
    result = make(broken, after_broken, one)
    assert told(result) == [
        *planned("broken", "after_broken", "one"),
        *BEGUN,
        ("STEP_START", "broken"),
        ("STEP_FAILURE", "broken"),
        ("STEP_START", "one"),
        ("STEP_OUTPUT", "one"),
        ("ASSET_MATERIALIZATION", "one"),
        ("HANDLED_OUTPUT", "one"),
        ("STEP_SUCCESS", "one"),
        ("ENGINE_EVENT", None),
        ("ASSET_FAILED_TO_MATERIALIZE", "broken"),
        ("ASSET_FAILED_TO_MATERIALIZE", "after_broken"),
        ("PIPELINE_FAILURE", None),
    ]
    lost = [
        e.event_specific_data
        for e in result.all_events
        if e.event_type_value == "ASSET_FAILED_TO_MATERIALIZE"
    ]
    assert [(data.asset_key, data.reason) for data in lost] == [
        (AssetKey("broken"), "FAILED_TO_MATERIALIZE"),
        (AssetKey("after_broken"), "UPSTREAM_FAILED_TO_MATERIALIZE"),
    ]
    assert lost[0].error.cause.message == "ValueError: boo\n"
    assert lost[1].error is None
    assert instance.get_run_by_id(result.run_id).status is RunStatus.FAILURE
    assert result.get_run_failure_event().message.endswith("failed. Steps failed: ['broken'].")


def test_the_users_own_exception_is_raised_with_the_users_frame(make) -> None:
    with pytest.raises(ValueError, match="boo") as caught:
        make(broken, raise_on_error=True)
    assert caught.traceback[-1].name == "broken"


def test_the_record_of_a_failure_begins_with_the_users_frames(make) -> None:
    event = make(broken).get_step_failure_events()[0]
    error = event.event_specific_data.error
    assert error.cls_name == "DagsterExecutionStepExecutionError"
    assert error.cause.cls_name == "ValueError"
    assert [frame.split("\n")[1].strip() for frame in error.cause.stack] == ['raise ValueError("boo")']


# -- interrupts ----------------------------------------------------------------------------------------------------


@dg.asset
def stopped():
    raise KeyboardInterrupt


@dg.asset(deps=[stopped])
def after_stopped():
    return 1


def test_an_interrupted_run_is_cancelled_and_the_interrupt_goes_on(make, instance) -> None:
    with pytest.raises(KeyboardInterrupt):
        make(stopped, after_stopped)
    (run,) = instance.get_runs()
    assert run.status is RunStatus.CANCELED
    events = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
    assert [(event.event_type_value, event.step_key) for event in events if event is not None] == [
        *planned("stopped", "after_stopped"),
        *BEGUN,
        ("STEP_START", "stopped"),
        ("STEP_FAILURE", "stopped"),
        ("ENGINE_EVENT", None),
        ("ASSET_FAILED_TO_MATERIALIZE", "stopped"),
        ("ASSET_FAILED_TO_MATERIALIZE", "after_stopped"),
        ("PIPELINE_CANCELED", None),
    ]


class Interrupting(dg.ConfigurableResource):
    def setup_for_execution(self, context):
        raise KeyboardInterrupt


def test_an_interrupt_while_resources_are_made_cancels_the_run(make, instance) -> None:
    @dg.asset
    def user(r: Interrupting):
        return 1

    with pytest.raises(KeyboardInterrupt):
        make(user, resources={"r": Interrupting()})
    (run,) = instance.get_runs()
    assert run.status is RunStatus.CANCELED


# -- resources -----------------------------------------------------------------------------------------------------


class Tracked(dg.ConfigurableResource):
    name: str
    fails_at: str = ""

    def setup_for_execution(self, context):
        self._say("open")

    def teardown_after_execution(self, context):
        self._say("close")

    def _say(self, what):
        SEEN.append(f"{what} {self.name}")
        if self.fails_at == what:
            raise ValueError(f"cannot {what}")


SEEN: list[str] = []


@pytest.fixture(autouse=True)
def nothing_seen():
    SEEN.clear()


@dg.asset
def uses(r: Tracked, s: Tracked):
    SEEN.append("used")
    return 1


@dg.asset
def uses_badly(r: Tracked):
    raise KeyError("own")


def test_a_resource_that_cannot_be_made_fails_the_run_and_closes_the_others(make, told, instance) -> None:
    given = {"r": Tracked(name="r"), "s": Tracked(name="s", fails_at="open")}
    result = make(uses, resources=given)
    assert told(result) == [
        *planned("uses"),
        *BEGUN[:3],
        ("RESOURCE_INIT_FAILURE", None),
        ("ASSET_FAILED_TO_MATERIALIZE", "uses"),
        ("PIPELINE_FAILURE", None),
    ]
    assert SEEN == ["open r", "open s", "close r"]
    assert instance.get_run_by_id(result.run_id).status is RunStatus.FAILURE
    with pytest.raises(
        ResourceFunctionError, match="making the resource `s`: ValueError: cannot open"
    ) as caught:
        make(uses, resources=given, raise_on_error=True)
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_resource_that_cannot_be_closed_is_recorded_and_the_run_stays_what_it_was(
    make, told, instance
) -> None:
    given = {"r": Tracked(name="r"), "s": Tracked(name="s", fails_at="close")}
    result = make(uses, resources=given, raise_on_error=True)
    assert SEEN == ["open r", "open s", "used", "close s", "close r"]
    assert told(result)[-3:] == [("ENGINE_EVENT", None), *ENDED]
    assert result.all_events[-3].message == "Teardown of resources [s] failed."
    assert "cannot close" in result.all_events[-3].event_specific_data.error.to_string()
    assert instance.get_run_by_id(result.run_id).status is RunStatus.SUCCESS


def test_the_error_of_a_step_wins_over_that_of_closing(make) -> None:
    with pytest.raises(KeyError, match="own"):
        make(uses_badly, resources={"r": Tracked(name="r", fails_at="close")}, raise_on_error=True)
    assert SEEN == ["open r", "close r"]


# -- what is wrong before a run begins --------------------------------------------------------------------------


class Limits(dg.Config):
    limit: int


class Sized(dg.ConfigurableResource):
    size: int


@dg.asset
def limited(config: Limits, sized: Sized):
    return config.limit


def test_all_that_is_wrong_with_a_config_is_said_at_once_before_a_run_is_recorded(make, instance) -> None:
    config = {
        "ops": {"limited": {"config": {"limit": "many", "other": 1}}, "nobody": {}},
        "resources": {"sized": {"config": {"size": "big"}}, "sised": {}},
        "opps": {},
        "loggers": {"console": {"config": {"log_level": "LOUD"}}},
    }
    with pytest.raises(InvalidConfigError) as caught:
        make(limited, resources={"sized": Sized.configure_at_launch()}, run_config=config)
    assert sorted(fault.location for fault in caught.value.errors) == [
        "root:loggers:console:config:log_level",
        "root:opps",
        "root:ops:limited:config:limit",
        "root:ops:limited:config:other",
        "root:ops:nobody",
        "root:resources:sised",
        "root:resources:sized:config:size",
    ]
    assert list(instance.get_runs()) == []


def test_a_missing_config_names_its_path(make, instance) -> None:
    with pytest.raises(InvalidConfigError, match="root:ops:limited:config:limit: Missing required"):
        make(limited, resources={"sized": Sized(size=1)})
    assert list(instance.get_runs()) == []


def test_the_config_of_a_job_holds_where_the_call_gives_none(instance) -> None:
    @dg.asset
    def counted(config: Limits):
        return config.limit

    job = dg.define_asset_job("counting", config=dg.RunConfig(ops={"counted": Limits(limit=3)}))
    resolved = dg.Definitions(assets=[counted], jobs=[job]).get_job_def("counting")
    assert resolved.execute_in_process(instance=instance).output_for_node("counted") == 3
    said = {"ops": {"counted": {"config": {"limit": 4}}}}
    assert resolved.execute_in_process(said, instance=instance).output_for_node("counted") == 4


def test_a_job_is_cut_down_to_a_selection(instance) -> None:
    job = dg.Definitions(assets=[one, two]).get_implicit_global_asset_job_def()
    result = job.execute_in_process(instance=instance, asset_selection=[AssetKey("one")])
    assert [event.step_key for event in result.get_step_success_events()] == ["one"]


def test_a_selection_names_what_it_does_not_know(instance) -> None:
    job = dg.Definitions(assets=[one, two]).get_implicit_global_asset_job_def()
    with pytest.raises(InvalidSubsetError, match=r"does not make the asset 'twoo'.*\nDid you mean two"):
        job.execute_in_process(instance=instance, asset_selection=[AssetKey("twoo")])


def test_ops_can_be_chosen_of_a_job_of_assets(instance) -> None:
    job = dg.Definitions(assets=[one, two]).get_implicit_global_asset_job_def()
    result = job.execute_in_process(instance=instance, op_selection=["one"])
    assert [event.step_key for event in result.get_step_success_events()] == ["one"]
    with pytest.raises(InvalidSubsetError, match="has no op 'on'"):
        job.execute_in_process(instance=instance, op_selection=["on"])


def test_a_job_of_assets_has_no_inputs(instance) -> None:
    job = dg.Definitions(assets=[one, two]).get_implicit_global_asset_job_def()
    with pytest.raises(InvalidDefinitionError, match="names the input 'one'"):
        job.execute_in_process(instance=instance, input_values={"one": 1})


def test_assets_or_ops_are_chosen(instance) -> None:
    job = dg.Definitions(assets=[one, two]).get_implicit_global_asset_job_def()
    with pytest.raises(InvalidInvocationError, match="asset_selection"):
        job.execute_in_process(instance=instance, op_selection=["one"], asset_selection=[dg.AssetKey("one")])


def test_a_partitioned_run(make, told) -> None:
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["x", "y"]))
    def parted(context):
        return context.partition_key

    result = make(parted, partition_key="y")
    assert result.output_for_node("parted") == "y"
    assert [event.materialization.partition for event in result.get_asset_materialization_events()] == ["y"]
    assert [
        event.event_specific_data.partition for event in result.get_asset_materialization_planned_events()
    ] == ["y"]
    assert result.dagster_run.tags == {"dagster/partition": "y"}


def test_the_tags_of_a_run(instance) -> None:
    @dg.asset
    def tagged(context):
        return dict(context.run_tags)

    job = dg.define_asset_job("tagging", tags={"team": "core"})
    resolved = dg.Definitions(assets=[tagged], jobs=[job]).get_job_def("tagging")
    result = resolved.execute_in_process(instance=instance, tags={"why": "test"})
    assert result.output_for_node("tagged") == {"team": "core", "why": "test"}


def test_a_run_id_that_is_given_is_taken(make, instance) -> None:
    job = dg.Definitions(assets=[one]).get_implicit_global_asset_job_def()
    assert job.execute_in_process(instance=instance, run_id="mine").run_id == "mine"
    assert instance.get_run_by_id("mine").status is RunStatus.SUCCESS
