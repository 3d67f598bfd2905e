"""Errors: what they say, and who must act."""

import pickle

import pytest

from mainspring.core.base import errors
from mainspring.core.base.errors import (
    DefinitionError,
    EventLogInvalidForRun,
    InvalidConfigError,
    InvalidDefinitionError,
    InvocationError,
    OperatorError,
    OrchestratorError,
    StepExecutionError,
    StorageBusyError,
    TypeCheckDidNotPass,
    UnknownResourceError,
    UserCodeError,
    did_you_mean,
    nearest,
)
from mainspring.core.base.source import SourcePosition

CLASSES = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, OrchestratorError)
]


def test_an_error_tells_the_thing_the_place_and_the_way_out() -> None:
    error = InvalidDefinitionError(
        "The asset 'a' is wrong.", where=SourcePosition("shop.py", 3), hint="Make it right."
    )
    assert str(error) == "The asset 'a' is wrong. (declared at shop.py:3)\nMake it right."
    assert str(InvalidDefinitionError("Wrong.")) == "Wrong."


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_belongs_to_one_who_must_act(kind) -> None:
    families = (DefinitionError, InvocationError, OperatorError, UserCodeError)
    alone = {OrchestratorError, errors.FencedError, errors.SubprocessError}
    assert sum(issubclass(kind, family) for family in families) == (0 if kind in alone else 1)
    assert kind.is_user_code_error is issubclass(kind, UserCodeError)
    assert kind.__doc__


def test_only_what_may_pass_is_transient() -> None:
    assert {kind.__name__ for kind in CLASSES if kind.transient} == {
        "StorageAwayError",
        "StorageBusyError",
        "StorageFullError",
    }
    assert StorageBusyError("busy").transient


def test_a_config_error_lists_every_fault() -> None:
    error = InvalidConfigError("The config is wrong.", ["first", "second"], {"a": 1})
    assert str(error) == "The config is wrong.\n    Error 1: first\n    Error 2: second"
    assert (error.errors, error.config_value) == (["first", "second"], {"a": 1})
    assert str(InvalidConfigError("Wrong.", [])) == "Wrong."


def test_an_unknown_resource_is_also_a_missing_attribute() -> None:
    error = UnknownResourceError("db")
    assert isinstance(error, AttributeError)
    assert (error.resource_name, str(error)) == ("db", "Unknown resource `db`.")


def test_errors_made_of_what_they_speak_of() -> None:
    assert "run r1 " in str(EventLogInvalidForRun("r1"))
    failed = TypeCheckDidNotPass("not an int", {"n": 1}, int)
    assert (failed.description, failed.metadata, failed.dagster_type) == ("not an int", {"n": 1}, int)
    assert TypeCheckDidNotPass().metadata == {}
    cause = ValueError("x")
    assert StepExecutionError("failed", user_exception=cause).user_exception is cause


def test_a_plain_error_can_be_pickled() -> None:
    error = pickle.loads(
        pickle.dumps(InvalidDefinitionError("Wrong.", where=SourcePosition("a.py", 1), hint="Right."))
    )
    assert str(error) == str(InvalidDefinitionError("Wrong.", where=SourcePosition("a.py", 1), hint="Right."))


def test_near_names_are_offered() -> None:
    known = ["orders", "orders_raw", "customers", "Region"]
    assert nearest("ordrs", known) == ["orders", "orders_raw"]
    assert nearest("region", known) == ["Region"]
    assert did_you_mean("ordrs", known) == "Did you mean orders, orders_raw?"
    assert did_you_mean("xyz", known) is None
