import json
import pickle

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.config.validate import validate
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.type_loading import TypeLoaderContext
from mainspring.runtime.definitions.types.forms import DICT, LIST, SET, TUPLE
from mainspring.runtime.definitions.types.function_loader import type_loader
from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.loading import input_config_type, load_from_config
from mainspring.runtime.definitions.types.value_type import ANY, NOTHING, PythonType, ValueType

CONTEXT = TypeLoaderContext(StepScope("s", None))


@type_loader({"x": int, "y": int})
def point(_context, config):
    return complex(config["x"], config["y"])


Point = PythonType(complex, name="Point", loader=point)


@pytest.mark.parametrize(
    "annotation,raw,value",
    [
        (int, 5, 5),
        (int, {"value": 5}, 5),
        (float, 5, 5),
        (str, {"value": "a"}, "a"),
        (bool, True, True),
        (ANY, {"value": {"value": 1}}, {"value": 1}),
        (ANY, {"a": 1}, {"a": 1}),
        (ANY, {"json": {"path": "a", "more": 1}}, {"json": {"path": "a", "more": 1}}),
        (ANY, [{"value": 1}], [{"value": 1}]),
        (list[int], [1, {"value": 2}], [1, 2]),
        (list[list[int]], [[1], []], [[1], []]),
        (LIST, [1, "a"], [1, "a"]),
        (set[int], [1, 2, 2], {1, 2}),
        (SET, [1], {1}),
        (tuple[int, str], [1, {"value": "a"}], (1, "a")),
        (tuple[int, ...], [1, 2, 3], (1, 2, 3)),
        (TUPLE, [1, "a"], (1, "a")),
        (dict[str, int], {"a": 1, "value": {"value": 2}}, {"a": 1, "value": 2}),
        (dict[ANY, Point], {"a": {"x": 1, "y": 2}}, {"a": 1 + 2j}),
        (DICT, {"value": 1}, {"value": 1}),
        (int | None, None, None),
        (int | None, {"value": 3}, 3),
        (int | str, {"value": "a"}, "a"),
        (int | str | None, None, None),
        (Point, {"x": 1, "y": 2}, 1 + 2j),
        (list[Point], [{"x": 1, "y": 2}], [1 + 2j]),
    ],
    ids=str,
)
def test_config_becomes_a_value(annotation, raw, value):
    kind = resolve_type(annotation)
    checked = validate(input_config_type(kind), raw)
    assert checked.errors == ()
    loaded = load_from_config(kind, checked.value, CONTEXT)
    assert (loaded, type(loaded)) == (value, type(value))
    assert kind.check(loaded).success


@pytest.mark.parametrize("annotation", [int, float, ANY, int | None], ids=str)
def test_a_value_may_lie_in_a_file(annotation, tmp_path):
    kind = resolve_type(annotation)
    (tmp_path / "n.json").write_text(json.dumps(5))
    (tmp_path / "n.pickle").write_bytes(pickle.dumps(7))
    for form, value in (("json", 5), ("pickle", 7)):
        checked = validate(input_config_type(kind), {form: {"path": str(tmp_path / f"n.{form}")}})
        assert checked.errors == ()
        assert load_from_config(kind, checked.value, CONTEXT) == value


def test_a_file_that_is_not_there_is_the_systems_own_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_from_config(resolve_type(int), {"json": {"path": str(tmp_path / "none.json")}}, CONTEXT)


@pytest.mark.parametrize(
    "annotation,raw,said",
    [
        (
            int,
            "a",
            "root: Expected int or an object with exactly one of the fields value, json, pickle, got str 'a'.",
        ),
        (int, {"value": "a"}, "root:value: Expected int, got str 'a'."),
        (
            list[int],
            [1, "a"],
            "root[1]: Expected int or an object with exactly one of the fields value, json, pickle, got str 'a'.",
        ),
        (tuple[int, str], 3, "root: Expected list of Any, got int 3."),
        (Point, {"x": 1}, "root:y: Missing required field; expected int."),
    ],
    ids=str,
)
def test_config_that_does_not_fit_is_found(annotation, raw, said):
    assert [str(error) for error in validate(input_config_type(resolve_type(annotation)), raw).errors] == [
        said
    ]


@pytest.mark.parametrize(
    "annotation",
    [complex, list[complex], dict[str, complex], dict[complex, int], complex | None, int | complex],
    ids=str,
)
def test_a_type_without_a_loader_takes_no_config(annotation):
    assert input_config_type(resolve_type(annotation)) is None


def test_what_has_no_loader_cannot_be_loaded():
    assert input_config_type(NOTHING) is None
    with pytest.raises(InvalidInvocationError, match="type complex cannot be made from run config"):
        load_from_config(resolve_type(list[complex]), [1], CONTEXT)


def test_a_users_type_of_a_scalar_class_has_its_own_loader_or_none():
    assert input_config_type(PythonType(int, name="Positive")) is None
    assert input_config_type(ValueType(lambda _, __: True, name="Free")) is None


def test_a_loader_gets_the_context():
    seen = []
    loader = type_loader(str)(lambda context, config: seen.append((context, config)) or 1j)
    assert load_from_config(PythonType(complex, loader=loader), "a", CONTEXT) == 1j
    assert seen == [(CONTEXT, "a")]


def test_the_inputs_of_an_op_come_from_run_config(tmp_path):
    (tmp_path / "a.json").write_text('{"a": [1, 2]}')

    @type_loader({"real": float}, required_resource_keys={"imaginary"})
    def number(context, config):
        assert context.op_def.name == "shown"
        return complex(config["real"], context.resources.imaginary)

    kinds = {
        "whole": dg.Int,
        "several": dg.List[dg.Int],
        "anything": dg.Any,
        "text": dg.Optional[dg.String],
        "number": PythonType(complex, loader=number),
    }

    @dg.op(ins={name: dg.In(kind) for name, kind in kinds.items()})
    def shown(whole, several, anything, text, number):
        return [whole, several, anything, text, number]

    @dg.job(resource_defs={"imaginary": dg.ResourceDefinition.hardcoded_resource(2)})
    def job():
        shown()

    inputs = {
        "whole": 5,
        "several": [1, {"value": 2}],
        "anything": {"json": {"path": str(tmp_path / "a.json")}},
        "text": "a",
        "number": {"real": 1.5},
    }
    result = job.execute_in_process(run_config={"ops": {"shown": {"inputs": inputs}}})
    assert result.output_for_node("shown") == [5, [1, 2], {"a": [1, 2]}, "a", 1.5 + 2j]
