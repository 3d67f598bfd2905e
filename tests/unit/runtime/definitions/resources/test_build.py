"""Resources outside a run: for a ``with`` block, and in a context to call a resource with."""

from __future__ import annotations

import logging

import pytest

import mainspring as dg
from mainspring.core.records.run import Run

LOG: list[str] = []


@pytest.fixture(autouse=True)
def fresh_log():
    LOG.clear()


def spoken(name, *requires):
    @dg.resource(required_resource_keys=set(requires))
    def made(_init_context):
        LOG.append(f"+{name}")
        yield name
        LOG.append(f"-{name}")

    return made


def test_made_for_a_block_and_closed_in_reverse() -> None:
    with dg.build_resources({"b": spoken("b", "a"), "a": spoken("a")}) as made:
        assert (made.a, made.b) == ("a", "b")
        LOG.append("used")
    assert LOG == ["+a", "+b", "used", "-b", "-a"]


def test_closed_where_the_block_fails() -> None:
    with pytest.raises(ZeroDivisionError), dg.build_resources({"a": spoken("a")}):
        1 / 0
    assert LOG == ["+a", "-a"]


def test_a_resource_is_told_of_what_is_given() -> None:
    seen, instance = {}, object()

    @dg.resource
    def asks(init_context):
        seen["told"] = (init_context.instance, init_context.run_id, init_context.log, init_context.event_loop)

    log = logging.getLogger("here")
    run = Run(job_name="j", run_id="r")
    with dg.build_resources({"asks": asks}, instance, dagster_run=run, log_manager=log, event_loop="loop"):
        pass
    assert seen["told"] == (instance, "r", log, "loop")


def test_a_context_outside_a_run() -> None:
    context = dg.build_init_resource_context({"n": 1}, {"a": spoken("a"), "three": 3})
    assert (context.resource_config, context.resource_def) == ({"n": 1}, None)
    assert (context.run, context.dagster_run, context.run_id) == (None, None, None)
    assert list(context.all_resource_defs) == ["a", "three"]
    assert context.log is context.log_manager
    assert LOG == [], "nothing is made before it is asked for"
    with context:
        assert (context.resources.a, context.resources.three) == ("a", 3)
        assert context.resources is context.resources
    assert LOG == ["+a", "-a"]


def test_a_context_with_another_config() -> None:
    context = dg.build_init_resource_context({"n": 1}, {"three": 3}).replace_config({"n": 2})
    assert (context.resource_config, context.resources.three) == ({"n": 2}, 3)


def test_an_instance_in_memory_for_who_asks_for_one() -> None:
    seen = []

    @dg.resource
    def asks(init_context):
        seen.append(init_context.instance)

    with dg.build_resources({"asks": asks}):
        assert seen[0].is_ephemeral
    context = dg.build_init_resource_context(resources={"asks": asks})
    with context:
        asks(context)
        _ = context.resources
        assert seen[1] is seen[2] is context.instance is context.replace_config({}).instance


def test_the_instance_that_is_given() -> None:
    with dg.Instance.ephemeral() as instance:
        assert dg.build_init_resource_context(instance=instance).instance is instance
        with dg.build_resources({"files": dg.local_file_manager}, instance) as made:
            assert made.files.base_dir.startswith(instance.root_directory)
