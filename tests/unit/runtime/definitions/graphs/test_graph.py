import pytest

import mainspring as dg
from mainspring.runtime.definitions.ops.dependencies import MappedInputPlaceholder


@dg.op
def one() -> int:
    return 1


@dg.op
def add(x: int, y: int = 0) -> int:
    return x + y


@dg.op
def total(values) -> int:
    return sum(values)


def by_hand(**changes):
    parts = {
        "node_defs": [one, add],
        "dependencies": {"add": {"x": dg.DependencyDefinition("one")}},
        "input_mappings": [dg.InputMapping("number", "add", "y")],
        "output_mappings": [dg.OutputMapping("sum", "add", "result")],
    }
    return dg.GraphDefinition("sums", **{**parts, **changes})


def test_made_by_hand() -> None:
    made = by_hand(description="d", tags={"a": "b"})
    assert (made.name, made.description, made.tags, made.node_names()) == (
        "sums",
        "d",
        {"a": "b"},
        ["one", "add"],
    )
    assert list(made.input_dict) == ["number"]
    assert list(made.output_dict) == ["sum"]
    assert made.execute_in_process(input_values={"number": 4}).output_value("sum") == 5


def test_made_by_hand_with_invocations_and_a_fan_in() -> None:
    made = dg.GraphDefinition(
        "sums",
        node_defs=[total, one],
        dependencies={
            dg.NodeInvocation("one", alias="first", tags={"a": "b"}): {},
            dg.NodeInvocation("one", alias="second"): {},
            dg.NodeInvocation("total"): {
                "values": dg.MultiDependencyDefinition(
                    [
                        dg.DependencyDefinition("second"),
                        MappedInputPlaceholder,
                        dg.DependencyDefinition("first"),
                    ]
                )
            },
        },
        input_mappings=[dg.InputMapping("number", "total", "values", fan_in_index=1)],
        output_mappings=[dg.OutputMapping("result", "total", "result")],
    )
    assert [node.name for node in made.nodes_in_topological_order] == ["first", "second", "total"]
    assert made.node_named("first").tags == {"a": "b"}
    assert made.execute_in_process(input_values={"number": 5}).output_value() == 7
    assert [use.use_name for use in made.dependencies] == ["total", "first", "second"]


def test_a_copy() -> None:
    made = by_hand(tags={"a": "b"})
    copy = made.copy(name="other", output_mappings=[], tags={})
    assert (copy.name, copy.tags, copy.output_mappings, copy.node_dict) == ("other", {}, (), made.node_dict)
    assert (made.name, len(made.output_mappings)) == ("sums", 1)


def test_configured() -> None:
    mapping = dg.ConfigMapping(lambda limit: {"one": {"config": limit}}, config_schema=int)

    @dg.graph(config=mapping)
    def mapped():
        one()

    fixed = mapped.configured(7, name="seven", description="d")
    assert (fixed.name, fixed.description, fixed.has_config_mapping) == ("seven", "d", True)
    assert fixed.config_mapping is not None
    assert fixed.config_mapping.resolve_from_unvalidated_config({}) == {"one": {"config": 7}}
    assert mapped.own_config is mapping.config_schema


def test_only_a_graph_with_a_config_mapping_can_be_configured(refusal) -> None:
    message = refusal(lambda: by_hand().configured({}, name="x"))
    assert message.startswith("The graph 'sums' has no config of its own, so it cannot be configured.")


def test_a_config_that_is_no_mapping(refusal) -> None:
    assert refusal(lambda: by_hand(config=3)).startswith(
        "`config` of the graph 'sums' is 3; it must be a Config"
    )


def test_to_job() -> None:
    @dg.success_hook
    def hook(_): ...

    policy = dg.RetryPolicy()
    made = by_hand().to_job(
        "nightly",
        description="d",
        tags={"a": "b"},
        metadata={"m": 1},
        hooks={hook},
        op_retry_policy=policy,
        input_values={"number": 3},
        run_tags={"r": "s"},
        owners=["team:core"],
    )
    assert (made.name, made.description, made.hook_defs, made.op_retry_policy) == (
        "nightly",
        "d",
        {hook},
        policy,
    )
    assert (made.run_tags, list(made.owners)) == ({"r": "s"}, ["team:core"])
    assert made.execute_in_process().output_value("sum") == 4


def test_a_job_of_a_part() -> None:
    made = by_hand().to_job("part", op_selection=["one"])
    result = made.execute_in_process()
    assert [event.step_key for event in result.get_step_success_events()] == ["one"]


@pytest.mark.parametrize(
    "changes,message,hint",
    [
        (
            {"node_defs": [one, 3]},
            "`node_defs` of the graph 'sums' holds 3, which is neither an op nor a graph",
            "@op",
        ),
        (
            {"node_defs": [one, add, dg.op(name="one")(lambda: 1)]},
            "`node_defs` of the graph 'sums' hold two definitions named 'one'",
            "Rename",
        ),
        (
            {"dependencies": {"ad": {}}},
            "speak of the node 'ad', which is not in `node_defs`",
            "Did you mean add?",
        ),
        (
            {"dependencies": {"add": {"z": dg.DependencyDefinition("one")}}},
            "The op 'add' has no input 'z', which the graph 'sums' says",
            "Its inputs are: x, y.",
        ),
        (
            {"dependencies": {"add": {"x": dg.DependencyDefinition("on")}}},
            "comes from the node 'on', which the graph 'sums' does not have",
            "Did you mean one?",
        ),
        (
            {"dependencies": {"add": {"x": dg.DependencyDefinition("one", "rows")}}},
            "comes from the output 'rows' of 'one', which has no such output",
            "Its outputs are: result.",
        ),
        (
            {"input_mappings": [dg.InputMapping("number", "add", "x")]},
            "The input 'x' of the op 'add' comes from another node and from the input 'number'",
            "a fan-in",
        ),
        (
            {"input_mappings": [dg.InputMapping("number", "add", "x", fan_in_index=0)]},
            "The input mapping number -> add.x[0] of the graph 'sums' leads to no part of a fan-in",
            "MappedInputPlaceholder",
        ),
        (
            {"input_mappings": [dg.InputMapping("number", "ad", "x")]},
            "The input mapping number -> ad.x of the graph 'sums' leads to nothing: there is no node 'ad'",
            "Did you mean add?",
        ),
        (
            {"input_mappings": [dg.InputMapping("number", "add", "z")]},
            "there is no input 'z'",
            "There are: x, y.",
        ),
        (
            {"output_mappings": [dg.OutputMapping("sum", "add", "resul")]},
            "The output 'sum' of the graph 'sums' comes from the output 'resul', which is not there",
            "Did you mean result?",
        ),
        (
            {"output_mappings": [dg.OutputMapping("sum", "add", "result")] * 2},
            "The graph 'sums' has two output mappings for 'sum'",
            "Keep one",
        ),
    ],
)
def test_what_cannot_be(changes, message, hint, refusal) -> None:
    found = refusal(lambda: by_hand(**changes))
    assert message in found
    assert hint in found
