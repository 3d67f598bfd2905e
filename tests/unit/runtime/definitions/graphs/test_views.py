import pytest

import mainspring as dg


@dg.op(required_resource_keys={"db"}, pool="small")
def load(): ...


@dg.op(required_resource_keys={"disk"})
def clean(rows): ...


@dg.graph
def inner(raw):
    return clean(clean(raw))


@dg.graph
def outer(extra):
    clean(extra)
    return inner(load())


def test_nodes() -> None:
    assert [node.name for node in outer.nodes] == ["clean", "load", "inner"]
    assert outer.node_named("inner").definition is inner
    assert outer.node_named("inner").is_graph
    assert outer.has_node_named("inner")
    assert not outer.has_node_named("inne")
    with pytest.raises(dg.DagsterInvariantViolationError, match="The graph 'outer' has no node 'inne'"):
        outer.node_named("inne")


def test_definitions_at_any_depth() -> None:
    assert outer.node_defs == [clean, load, inner]
    assert list(outer.iterate_node_defs()) == [outer, clean, load, inner]
    assert list(outer.iterate_op_defs()) == [clean, load]
    assert outer.required_resource_keys == {"db", "disk"}
    assert outer.pools == {"small"}


def test_mappings_by_name() -> None:
    assert outer.get_input_mapping("extra") == dg.InputMapping("extra", "clean", "rows")
    assert outer.get_output_mapping("result") == dg.OutputMapping("result", "inner", "result")
    with pytest.raises(dg.DagsterInvariantViolationError, match="The graph 'outer' has no input 'extr'"):
        outer.get_input_mapping("extr")
    with pytest.raises(dg.DagsterInvariantViolationError, match="The graph 'outer' has no output 'b'"):
        outer.get_output_mapping("b")


def test_where_inputs_come_from() -> None:
    found = {use.use_name: dict(sources) for use, sources in outer.dependencies.items()}
    assert found == {"clean": {}, "load": {}, "inner": {"raw": dg.DependencyDefinition("load")}}
