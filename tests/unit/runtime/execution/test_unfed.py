"""Inputs that nothing in the plan gives a value."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidConfigError, InvalidDefinitionError


@dg.op
def one() -> int:
    return 1


@dg.op
def double(x: int) -> int:
    return x * 2


@dg.op
def plus(x, y=5):
    return x + y


def test_the_run_config_gives_it() -> None:
    @dg.job
    def alone():
        double()

    config = {"ops": {"double": {"inputs": {"x": 4}}}}
    assert alone.execute_in_process(run_config=config).output_for_node("double") == 8
    with pytest.raises(InvalidConfigError, match="root:ops:double:inputs"):
        alone.execute_in_process()


def test_the_default_stands_in() -> None:
    @dg.job
    def both():
        plus(one())

    assert both.execute_in_process().output_for_node("plus") == 6


def test_an_op_whose_upstream_is_not_selected() -> None:
    @dg.job
    def line():
        double(one())

    with pytest.raises(InvalidConfigError, match="root:ops:double:inputs:x: Missing required"):
        line.execute_in_process(op_selection=["double"])
    given = {"ops": {"double": {"inputs": {"x": 4}}}}
    result = line.execute_in_process(op_selection=["double"], run_config=given)
    assert result.output_for_node("double") == 8


def test_a_type_that_cannot_be_made_of_config() -> None:
    class Engine:
        """No loader makes one."""

    @dg.op
    def start(engine: Engine):
        return engine

    @dg.job
    def drive():
        start()

    with pytest.raises(InvalidDefinitionError, match="the type Engine cannot be made of run config"):
        drive.execute_in_process()


def test_the_inputs_of_the_graph() -> None:
    @dg.graph
    def whole(x: int):
        return double(x)

    assert whole.to_job(input_values={"x": 3}).execute_in_process().output_value() == 6
    assert whole.to_job().execute_in_process(input_values={"x": 4}).output_value() == 8
    assert whole.to_job().execute_in_process(run_config={"inputs": {"x": 5}}).output_value() == 10
    with pytest.raises(InvalidDefinitionError, match="names the input 'z'"):
        whole.to_job().execute_in_process(input_values={"z": 4})


def test_definitions_are_checked_for_it_before_any_run() -> None:
    class Engine:
        """No loader makes one."""

    @dg.op
    def start(engine: Engine):
        return engine

    @dg.op(tags={"dagster/priority": "high"})
    def first():
        return 1

    @dg.job
    def drive():
        start()

    @dg.job
    def hurry():
        first()

    with pytest.raises(InvalidDefinitionError) as caught:
        dg.Definitions.validate_loadable(dg.Definitions(jobs=[drive, hurry]))
    assert "The job 'drive': The input 'engine' of 'start' has no value" in str(caught.value)
    assert "must be a whole number" in str(caught.value)
