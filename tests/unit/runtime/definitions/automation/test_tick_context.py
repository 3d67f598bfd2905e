import pytest

import mainspring as dg


class Opened:
    """A resource that says when it is made and closed."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def definition(self, name: str) -> dg.ResourceDefinition:
        @dg.resource
        def one(_):
            self.said.append(f"open {name}")
            yield name
            self.said.append(f"close {name}")

        return one


def test_resources_live_as_long_as_the_block() -> None:
    log = Opened()
    with dg.build_sensor_context(resources={"a": log.definition("a")}) as context:
        assert log.said == []
        assert context.resources.a == "a"
        assert context.resources.a == "a"
        assert log.said == ["open a"]
    assert log.said == ["open a", "close a"]


def test_an_evaluation_outside_a_block_closes_them() -> None:
    log = Opened()

    @dg.sensor(required_resource_keys={"a"})
    def look(context):
        log.said.append(f"use {context.resources.a}")

    context = dg.build_sensor_context(resources={"a": log.definition("a")})
    look.evaluate_tick(context)
    assert log.said == ["open a", "use a", "close a"]
    with context:
        look.evaluate_tick(context)
        assert log.said[3:] == ["open a", "use a"]
    assert log.said[5:] == ["close a"]


def test_more_resources() -> None:
    context = dg.build_sensor_context(resources={"a": 1})
    more = context.merge_resources({"b": 2})
    assert (more.resources.a, more.resources.b) == (1, 2)
    assert list(context.resources) == ["a"]
    assert more.resource_defs == {"a": 1, "b": 2}


def test_resources_of_the_definitions_are_found() -> None:
    context = dg.build_sensor_context(definitions=dg.Definitions(resources={"a": 1, "b": 2}))

    @dg.sensor(required_resource_keys={"a"})
    def look(context):
        return dg.SkipReason(str(list(context.resources)))

    assert look.evaluate_tick(context).skip_message == "['a']"


def test_lines_are_kept_and_heard(caplog: pytest.LogCaptureFixture) -> None:
    context = dg.build_sensor_context()
    assert not context.has_captured_logs()
    with caplog.at_level("INFO", logger="mainspring.tick"):
        context.log.warning("late by %s s", 3)
    assert [(line.level, line.message) for line in context.logged] == [(30, "late by 3 s")]
    assert context.has_captured_logs()
    assert caplog.messages == ["late by 3 s"]
