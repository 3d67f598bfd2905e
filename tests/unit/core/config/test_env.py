import copy
import pickle

import pytest

from mainspring.core.base import serial
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.env import EnvVar, has_references, references_in

SECRET = "s3cr3t-value"


def test_the_text_never_shows_the_value(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOKEN", SECRET)
    variable = EnvVar("TOKEN")
    assert [repr(variable), str(variable), f"{variable}", f"{variable!s:>16}"] == [
        "EnvVar('TOKEN')",
        "EnvVar('TOKEN')",
        "EnvVar('TOKEN')",
        " EnvVar('TOKEN')",
    ]
    assert repr(EnvVar.int("PORT")) == str(EnvVar.int("PORT")) == "EnvVar.int('PORT')"


def test_the_value_is_read_when_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TOKEN", raising=False)
    variable = EnvVar("TOKEN")
    assert variable.get_value() is None
    assert variable.get_value("d") == "d"
    monkeypatch.setenv("TOKEN", SECRET)
    assert variable.get_value() == SECRET
    assert variable.env_var_name == "TOKEN"
    assert variable.get_value(environ={"TOKEN": "other"}) == "other"


def test_a_number_is_read_as_one():
    assert EnvVar.int("PORT").get_value(environ={"PORT": "80"}) == 80
    assert EnvVar.int("PORT").get_value(3, environ={}) == 3
    with pytest.raises(InvariantViolationError, match="PORT does not hold a whole number") as caught:
        EnvVar.int("PORT").get_value(environ={"PORT": SECRET})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("variable", [EnvVar("A"), EnvVar.int("A")])
def test_copies_are_the_same_reference(variable: EnvVar):
    for again in (copy.copy(variable), copy.deepcopy(variable), pickle.loads(pickle.dumps(variable))):
        assert (again, type(again), again.env_var_name) == (variable, type(variable), "A")


def test_it_is_stored_by_name():
    assert serial.encode({"a": EnvVar("A"), "b": EnvVar.int("B")}) == b'{"a":{"env":"A"},"b":{"env":"B"}}'


def test_references_are_found_at_any_depth():
    value: object = [EnvVar.int("A")]
    for _ in range(50_000):
        value = [value]
    assert list(references_in(value)) == [EnvVar.int("A")]
    assert has_references({"a": ({1}, [EnvVar("")])})
    assert not has_references({"a": ["A"]})
