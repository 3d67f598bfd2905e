from mainspring.core.config.definition import to_definition_schema
from mainspring.core.config.make import make_config
from mainspring.core.config.schema import Field
from mainspring.runtime.definitions.config import Config


class Load(Config):
    path: str
    limit: int = 3


def test_however_the_schema_is_written():
    literal = {"path": str, "limit": Field(int, default_value=3)}
    raw = {"path": "a"}
    assert make_config(Load, raw, {}).value == Load(path="a")
    assert make_config(literal, raw, {}).value == {"path": "a", "limit": 3}
    assert make_config(Field(literal), raw, {}).value == {"path": "a", "limit": 3}
    assert make_config(to_definition_schema(literal), raw, {}).value == {"path": "a", "limit": 3}
    assert make_config(Load.to_config_schema(), raw, {}).value == {"path": "a", "limit": 3}


def test_faults_have_their_place():
    for schema in (Load, {"path": str, "limit": int}):
        faults = make_config(schema, {"path": 1, "limit": 2}, {}, path=("ops", "load")).errors
        assert [str(fault) for fault in faults] == ["root:ops:load:path: Expected str, got int 1."]


def test_a_field_that_is_left_out():
    assert make_config(Field(int, is_required=False), None, {}).value is None
    assert make_config(Field(int, default_value=4), None, {}).value == 4


def test_a_class_on_top_of_a_class():
    class Outer(Config):
        name: str

    def to_load(said: Outer):
        return {"path": f"{said.name}.csv"}

    schema = to_definition_schema(Load).configured(to_load)
    assert make_config(schema, {"name": "a"}, {}).value == {"path": "a.csv", "limit": 3}
    assert [str(fault) for fault in make_config(schema, {"nam": "a"}, {}).errors] == [
        "root:nam: Unknown field 'nam'. Did you mean name?",
        "root:name: Missing required field; expected str.",
    ]
