import mainspring as dg
from mainspring.runtime.definitions.ops.dependencies import (
    DynamicCollectDependencyDefinition,
    MappedInputPlaceholder,
)


def test_what_an_input_is_made_of() -> None:
    one, two = dg.DependencyDefinition("one"), dg.DependencyDefinition("two", "rows")
    several = dg.MultiDependencyDefinition([one, MappedInputPlaceholder, two])
    assert (one.is_fan_in(), several.is_fan_in()) == (False, True)
    assert one.get_node_dependencies() == one.get_op_dependencies() == [one]
    assert several.get_node_dependencies() == [one, two]
    assert several.get_dependencies_and_mappings() == [one, MappedInputPlaceholder, two]
    assert DynamicCollectDependencyDefinition("one").get_node_dependencies() == [one]


def test_a_node_invocation_is_a_key() -> None:
    plain, other = dg.NodeInvocation("load"), dg.NodeInvocation("load", alias="again", tags={"a": "b"})
    assert {plain: 1, other: 2}[dg.NodeInvocation("load", "again", {"a": "b"})] == 2
    assert (plain.use_name, other.use_name) == ("load", "again")


def test_mappings_in_words() -> None:
    whole = dg.InputMapping("x", "load", "path")
    part = dg.InputMapping("x", "load", "path", fan_in_index=1)
    assert (whole.describe(), part.describe()) == ("x -> load.path", "x -> load.path[1]")
    assert (whole.maps_to_fan_in, part.maps_to_fan_in) == (False, True)
