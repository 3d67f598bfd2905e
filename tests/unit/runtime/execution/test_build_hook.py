"""A hook is called in a test with a context of its own; what the context was not given is said."""

from __future__ import annotations

import pytest

import mainspring as dg

CLOSED: list[str] = []


@dg.resource
def pager(_init_context):
    yield "pager"
    CLOSED.append("pager")


@dg.op(config_schema={"n": int})
def load(): ...


@dg.failure_hook(required_resource_keys={"pager"})
def page(context):
    return (context.op.name, str(context.op_exception), context.resources.pager)


def test_all_that_can_be_given() -> None:
    CLOSED.clear()
    with dg.build_hook_context(
        resources={"pager": pager},
        op=load,
        run_id="1",
        job_name="nightly",
        op_exception=ValueError("down"),
    ) as context:
        assert page(context) == ("load", "down", "pager")
        assert (context.run_id, context.job_name, context.step_key) == ("1", "nightly", "load")
        assert (context.op.definition, context.op_config, context.op_output_values) == (load, None, {})
        assert (context.hook_def, context.required_resource_keys) == (None, set())
    assert CLOSED == ["pager"]


def test_a_use_of_an_op() -> None:
    context = dg.build_hook_context(op=load.alias("load_sales"))
    assert (context.op.name, context.op.definition, context.step_key) == ("load_sales", load, "load_sales")


def test_an_instance() -> None:
    with dg.Instance.ephemeral() as instance:
        assert dg.build_hook_context(instance=instance).instance is instance


@pytest.mark.parametrize("name", ["run_id", "job_name", "op", "instance"])
def test_what_was_not_given_is_named(name) -> None:
    with pytest.raises(dg.InvariantViolationError, match="to build_hook_context"):
        getattr(dg.build_hook_context(), name)


def test_in_a_run_the_op_is_told_under_its_name_there() -> None:
    seen = []

    @dg.success_hook
    def note(context):
        seen.append((context.op.name, context.op.definition.name, context.step_key))

    @dg.op
    def read(): ...

    @dg.job(hooks={note})
    def reading():
        read.alias("read_orders")()

    reading.execute_in_process()
    assert seen == [("read_orders", "read", "read_orders")]


def test_what_it_logs_is_heard_by_the_standard_library(caplog) -> None:
    with caplog.at_level("INFO"):
        dg.build_hook_context().log.info("a word")
    assert caplog.messages == ["a word"]
