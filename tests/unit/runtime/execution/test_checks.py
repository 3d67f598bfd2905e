"""Checks: inside an asset and as steps of their own, and what blocking ones hold back."""

from __future__ import annotations

import numpy
import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetCheckEvaluation
from mainspring.runtime.execution.failure import CheckFailedError

STORED = ["STEP_START", "STEP_OUTPUT", "ASSET_MATERIALIZATION", "HANDLED_OUTPUT", "STEP_SUCCESS"]


@pytest.fixture
def error(make):
    """What a run of some assets raises."""

    def read(*assets):
        with pytest.raises(Exception) as caught:  # noqa: PT011  # the caller looks at it
            make(*assets, raise_on_error=True)
        return caught.value

    return read


@dg.asset
def value():
    return 1


def evaluations(result):
    return [(e.check_name, e.passed, e.blocking) for e in result.get_asset_check_evaluations()]


def test_a_check_inside_an_asset(make, steps) -> None:
    @dg.asset(check_specs=[dg.AssetCheckSpec("c", asset="checked")])
    def checked():
        yield dg.Output(1)
        yield dg.AssetCheckResult(passed=True)

    result = make(checked)
    assert [kind for kind, _ in steps(result)] == [
        *STORED[:4],
        "STEP_OUTPUT",
        "ASSET_CHECK_EVALUATION",
        "STEP_SUCCESS",
    ]
    assert evaluations(result) == [("c", True, False)]


def test_check_results_within_a_result(make) -> None:
    @dg.asset(check_specs=[dg.AssetCheckSpec(name, asset="checked") for name in "cd"])
    def checked():
        results = [dg.AssetCheckResult(check_name=name, passed=name == "c") for name in "cd"]
        return dg.MaterializeResult(check_results=results)

    result = make(checked)
    assert result.success
    assert evaluations(result) == [("c", True, False), ("d", False, False)]


def test_a_blocking_check_inside_fails_the_step_after_the_asset_was_made(make, steps, error) -> None:
    @dg.asset(check_specs=[dg.AssetCheckSpec("c", asset="checked", blocking=True)])
    def checked():
        yield dg.Output(1)
        yield dg.AssetCheckResult(passed=False)

    @dg.asset
    def below(checked):
        return 1

    result = make(checked, below)
    assert steps(result) == [
        (kind, "checked") for kind in [*STORED[:4], "STEP_OUTPUT", "ASSET_CHECK_EVALUATION", "STEP_FAILURE"]
    ]
    lost = [e.step_key for e in result.all_events if e.event_type_value == "ASSET_FAILED_TO_MATERIALIZE"]
    assert lost == ["below"]
    raised = error(checked, below)
    assert isinstance(raised, CheckFailedError)
    assert str(raised) == "Blocking check did not pass with ERROR severity: checked:c."


def test_a_blocking_check_of_its_own_holds_back_what_is_below(make, steps) -> None:
    @dg.asset_check(asset=value, blocking=True)
    def blocks(value):
        return dg.AssetCheckResult(passed=False)

    @dg.asset_check(asset=value)
    def warns():
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)

    @dg.asset(deps=[value])
    def below():
        return 1

    assert steps(make(value, blocks, warns, below)) == [
        *[(kind, "value") for kind in STORED],
        ("STEP_START", "value_blocks"),
        ("LOADED_INPUT", "value_blocks"),
        ("STEP_INPUT", "value_blocks"),
        ("STEP_OUTPUT", "value_blocks"),
        ("ASSET_CHECK_EVALUATION", "value_blocks"),
        ("STEP_FAILURE", "value_blocks"),
        ("STEP_START", "value_warns"),
        ("STEP_OUTPUT", "value_warns"),
        ("ASSET_CHECK_EVALUATION", "value_warns"),
        ("STEP_SUCCESS", "value_warns"),
    ]


def test_a_blocking_check_that_only_warns_blocks_nothing(make) -> None:
    @dg.asset_check(asset=value, blocking=True)
    def warns():
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)

    @dg.asset(deps=[value])
    def below():
        return 1

    assert make(value, warns, below).is_node_success("below")


@pytest.mark.parametrize("truth", [True, False, numpy.True_, numpy.False_])
def test_a_check_may_return_a_bool(make, truth) -> None:
    @dg.asset_check(asset=value)
    def is_so():
        return truth

    assert evaluations(make(value, is_so)) == [("is_so", bool(truth), False)]


def test_a_check_may_yield_an_evaluation(make) -> None:
    @dg.asset_check(asset=value)
    def is_so():
        yield AssetCheckEvaluation("value", "is_so", True)

    assert evaluations(make(value, is_so)) == [("is_so", True, False)]


@pytest.mark.parametrize("given, words", [(None, "gave None, a NoneType"), (5, "gave 5, a int")])
def test_a_check_returns_nothing_else(error, given, words) -> None:
    @dg.asset_check(asset=value)
    def is_so():
        return given

    raised = error(value, is_so)
    assert isinstance(raised, InvariantViolationError)
    assert f"The check 'value:is_so' {words}" in str(raised)
    assert "test_checks.py" in str(raised)
