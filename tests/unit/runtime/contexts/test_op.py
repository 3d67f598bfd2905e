"""``OpExecutionContext``: what a step's function is told, and what it can say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.testing.world import simulated_world


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral(ambient=simulated_world()) as made:
        yield made


def asked(instance, ask, **said):
    """What the context of an asset answers while it runs."""

    @dg.asset(**said)
    def subject(context):
        return ask(context)

    return dg.materialize_to_memory([subject], instance=instance, tags={"t": "v"}).output_for_node("subject")


@pytest.mark.parametrize(
    "ask, answer",
    [
        (lambda c: c.job_name, "__ephemeral_asset_job__"),
        (lambda c: c.run.job_name, "__ephemeral_asset_job__"),
        (lambda c: c.run_id == c.run.run_id == c.dagster_run.run_id, True),
        (
            lambda c: (c.run_tags, c.has_tag("t"), c.get_tag("t"), c.get_tag("u")),
            ({"t": "v"}, True, "v", None),
        ),
        (lambda c: c.retry_number, 0),
        (lambda c: (c.step_key, c.describe_op()), ("subject", 'op "subject"')),
        (lambda c: (c.op_def.name, c.op.name), ("subject", "subject")),
        (lambda c: c.job_def.name, "__ephemeral_asset_job__"),
        (lambda c: (c.has_assets_def, c.assets_def.op.name), (True, "subject")),
        (lambda c: (c.asset_key, c.asset_key_for_output()), (AssetKey("subject"), AssetKey("subject"))),
        (lambda c: c.output_for_asset_key(AssetKey("subject")), "result"),
        (lambda c: c.selected_asset_keys, {AssetKey("subject")}),
        (lambda c: c.selected_output_names, {"result"}),
        (lambda c: c.selected_asset_check_keys, frozenset()),
        (lambda c: c.is_subset, False),
        (lambda c: c.op_config, None),
        (lambda c: (c.has_partitions, c.has_partition_key, c.has_partition_key_range), (False, False, False)),
        (lambda c: c.get_mapping_key(), None),
        (lambda c: c.get_output_metadata("result"), None),
        (lambda c: c.requires_typed_event_stream, False),
        (lambda c: type(c.op_execution_context).__name__, "OpExecutionContext"),
        (lambda c: OpExecutionContext.get().step_key, "subject"),
        (repr, "<AssetExecutionContext of subject>"),
    ],
)
def test_what_it_knows(instance, ask, answer) -> None:
    assert asked(instance, ask) == answer


def test_the_config_of_the_run(instance) -> None:
    @dg.asset(config_schema={"limit": int})
    def subject(context):
        return context.run_config, context.op_config

    config = {"ops": {"subject": {"config": {"limit": 3}}}}
    result = dg.materialize_to_memory([subject], instance=instance, run_config=config)
    assert result.output_for_node("subject") == (config, {"limit": 3})


def test_the_instance_shows_what_the_run_has_said_so_far(instance) -> None:
    @dg.asset
    def first():
        return 1

    @dg.asset(deps=[first])
    def second(context):
        return context.instance.get_latest_materialization_event(AssetKey("first")) is not None

    assert dg.materialize_to_memory([first, second], instance=instance).output_for_node("second") is True


def test_stored_values(instance) -> None:
    @dg.asset
    def first():
        return [1, 2]

    @dg.asset(deps=[first])
    def second(context):
        return context.load_asset_value(AssetKey("first"))

    result = dg.materialize_to_memory([first, second], instance=instance)
    assert result.output_for_node("second") == [1, 2]


@pytest.mark.parametrize(
    "ask, words",
    [
        (lambda c: c.partition_key, "This run is not of a partition"),
        (lambda c: c.partition_time_window, "This run is not of a partition"),
        (lambda c: c.asset_key_for_input("x"), "no input 'x' that is an asset"),
        (
            lambda c: c.asset_key_for_output("reslt"),
            "no output 'reslt' that is an asset.*\nDid you mean result",
        ),
        (lambda c: c.output_for_asset_key(AssetKey("x")), "does not make 'x'"),
        (lambda c: c.asset_partition_key_for_input("x"), "input 'x' of this step is not partitioned"),
        (lambda c: c.log_event("words"), "'words' cannot be logged as an event"),
    ],
)
def test_what_it_cannot_answer(instance, ask, words) -> None:
    with pytest.raises(InvariantViolationError, match=f"(?s){words}"):
        asked(instance, ask)


def test_metadata_must_be_metadata(instance) -> None:
    with pytest.raises(dg.DagsterError, match="object"):
        asked(instance, lambda c: c.add_output_metadata({"x": object()}))


def test_a_step_of_several_outputs_must_say_which(instance) -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("s"), dg.AssetSpec("t")])
    def pair(context):
        with pytest.raises(InvariantViolationError, match="makes 2 assets"):
            _ = context.asset_key
        with pytest.raises(InvariantViolationError, match="has 2 outputs, so say which"):
            context.add_output_metadata({"a": 1})
        context.add_asset_metadata({"a": 1}, asset_key="s")

    result = dg.materialize_to_memory([pair], instance=instance)
    assert [dict(e.materialization.metadata) for e in result.get_asset_materialization_events()] == [
        {"a": dg.MetadataValue.int(1)},
        {},
    ]


def test_a_part_of_a_step(instance) -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("s"), dg.AssetSpec("t")], can_subset=True)
    def pair(context):
        SEEN.append((context.selected_asset_keys, context.is_subset))
        for key in context.selected_asset_keys:
            yield dg.MaterializeResult(key)

    SEEN.clear()
    dg.materialize_to_memory([pair], instance=instance, selection="key:t")
    assert [({AssetKey("t")}, True)] == SEEN


SEEN: list[object] = []


def test_the_checks_a_run_wants(instance) -> None:
    specs = [dg.AssetCheckSpec(name, asset="subject") for name in "cd"]

    @dg.asset(check_specs=specs)
    def subject(context):
        SEEN.append(context.selected_asset_check_keys)
        yield dg.Output(1)
        for name in "cd":
            yield dg.AssetCheckResult(passed=True, check_name=name)

    SEEN.clear()
    dg.materialize_to_memory([subject], instance=instance)
    assert [{AssetCheckKey(AssetKey("subject"), name) for name in "cd"}] == SEEN


def test_outside_a_step() -> None:
    with pytest.raises(
        InvariantViolationError, match=r"OpExecutionContext.get\(\) works only while a step runs"
    ):
        OpExecutionContext.get()
