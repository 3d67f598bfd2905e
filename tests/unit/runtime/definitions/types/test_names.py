import typing

import mainspring as dg
from mainspring.core.config.schema import to_config_type
from mainspring.core.config.types import Any, Bool, Float, Int, String
from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.value_type import ANY, NOTHING


def test_scalars_are_pythons_own():
    assert (dg.Any, dg.Bool, dg.Float, dg.Int, dg.String) == (typing.Any, bool, float, int, str)
    names = [resolve_type(one).name for one in (dg.Any, dg.Bool, dg.Float, dg.Int, dg.String)]
    assert names == ["Any", "Bool", "Float", "Int", "String"]


def test_they_are_config_types_too():
    found = [to_config_type(one) for one in (dg.Any, dg.Bool, dg.Float, dg.Int, dg.String)]
    assert found == [Any, Bool, Float, Int, String]
    assert to_config_type({"a": dg.Int}) == to_config_type({"a": int})


def test_nothing_and_the_containers_are_types():
    assert resolve_type(dg.Nothing) is NOTHING
    assert resolve_type(dg.Any) is ANY
    assert dg.check_dagster_type(dg.Dict[dg.String, dg.List[dg.Int]], {"a": [1]}).success
    assert not dg.check_dagster_type(dg.Optional[dg.Set[dg.Int]], {"a"}).success
    assert dg.check_dagster_type(dg.Tuple[dg.Int, dg.String], (1, "a")).success


def test_annotations_of_functions():
    @dg.asset
    def numbers() -> dg.List[dg.Int]:
        return [1, 2]

    @dg.asset
    def total(numbers: dg.List[dg.Int]) -> dg.Optional[dg.Float]:
        return float(sum(numbers))

    assert dg.materialize_to_memory([numbers, total]).output_for_node("total") == 3.0
