import pytest

import mainspring as dg
from mainspring.runtime.definitions.ops.composition import current_composition, is_composing


@dg.op
def one(): ...


@dg.op
def add(x, y): ...


@dg.op(ins={"start": dg.In(dg.Nothing)})
def after(): ...


@dg.op(out={"left": dg.Out(), "right": dg.Out()})
def both(): ...


@dg.op(out=dg.DynamicOut())
def split(x): ...


@dg.op(out=dg.DynamicOut())
def pieces(): ...


@dg.graph
def inner(x):
    return add(x, one())


def wires(graph):
    """Where each input comes from, in words."""
    found = {}
    for node, sources in graph.sources.items():
        for name, dependency in sources.items():
            parts = [
                "?" if isinstance(part, type) else f"{part.node}.{part.output}"
                for part in getattr(dependency, "dependencies", dependency.get_node_dependencies())
            ]
            found[f"{node}.{name}"] = f"{type(dependency).__name__[:5]} {' '.join(parts)}"
    return found


def test_there_is_a_composition_only_while_a_graph_is_composed() -> None:
    seen = []

    @dg.graph
    def composed():
        composition = current_composition()
        seen.append((is_composing(), composition.describe if composition else None))

    assert seen == [(True, "graph 'composed'")]
    assert (is_composing(), current_composition()) == (False, None)


def test_a_failing_function_leaves_no_composition_behind() -> None:
    def failing():
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  # whatever it is
        dg.graph(failing)
    assert not is_composing()


def test_names_of_uses() -> None:
    @dg.op(name="one_2")
    def taken(): ...

    @dg.graph
    def composed():
        one()
        taken()
        one()
        one.alias("mine")()
        one()

    assert composed.node_names() == ["one", "one_2", "one_3", "mine", "one_4"]


def test_what_is_said_of_a_use() -> None:
    @dg.success_hook
    def hook(_): ...

    policy = dg.RetryPolicy()

    @dg.graph
    def composed():
        one.tag({"a": "b"}).with_hooks({hook}).with_retry_policy(policy).alias("mine")()

    (node,) = composed.nodes
    assert (node.name, node.tags, node.hook_defs, node.retry_policy) == ("mine", {"a": "b"}, {hook}, policy)
    assert node.definition is one
    assert node.describe == "op 'mine' (a use of 'one')"
    assert node.where is not None
    assert node.where.file == __file__


def test_ways_of_giving_inputs() -> None:
    @dg.graph
    def composed(number):
        parts = both()
        left, right = parts
        add(left, y=right)
        add(parts.right, number)
        add([one(), number, left], inner(number))
        after(start=[one(), one()])
        after(one())

    assert wires(composed) == {
        "add.x": "Depen both.left",
        "add.y": "Depen both.right",
        "add_2.x": "Depen both.right",
        "add_3.x": "Multi one.result ? both.left",
        "add_3.y": "Depen inner.result",
        "after.start": "Multi one_2.result one_3.result",
        "after_2.start": "Depen one_4.result",
    }
    assert [mapping.describe() for mapping in composed.input_mappings] == [
        "number -> add_2.y",
        "number -> inner.x",
        "number -> add_3.x[1]",
    ]


def test_assets_as_inputs() -> None:
    spec, source = dg.AssetSpec("a"), dg.SourceAsset("b")

    @dg.asset
    def made(): ...

    @dg.graph
    def composed():
        add(spec, made)
        add(one(), source)

    assert composed.input_assets == {"add": {"x": spec, "y": made}, "add_2": {"y": source}}


def test_a_map_and_what_follows() -> None:
    @dg.graph
    def composed():
        mapped = pieces().map(lambda piece: add(piece, one()))
        add(mapped.map(inner).collect(), pieces().collect())

    assert wires(composed) == {
        "add.x": "Depen pieces.result",
        "add.y": "Depen one.result",
        "inner.x": "Depen add.result",
        "add_2.x": "Dynam inner.result",
        "add_2.y": "Dynam pieces_2.result",
    }


def test_a_map_gives_what_its_function_returns() -> None:
    @dg.op(out={"left": dg.Out(), "right": dg.Out()})
    def halves(x): ...

    @dg.graph
    def composed():
        made = pieces().map(halves)
        left, right = pieces().map(lambda piece: (add(piece, one()), inner(piece)))
        assert pieces().map(lambda piece: None) is None
        add(made.left.collect(), left.collect())
        add(made.right.collect(), right.collect())

    assert wires(composed)["add_3.x"] == "Dynam halves.right"
    assert wires(composed)["add_3.y"] == "Dynam inner.result"


def composing(body):
    """The graph of a body."""
    return lambda: dg.graph(name="outer")(body)


def leaked():
    kept = []

    @dg.graph
    def first():
        kept.append(one())

    return kept[0]


@pytest.mark.parametrize(
    "body,message,hint",
    [
        (
            lambda: add(1, 2),
            "The input 'x' of the op 'add' was given 1 in the graph 'outer'",
            "Give constants as config, as the default of the parameter, or by an op",
        ),
        (
            lambda: add(one(), one(), one()),
            "The op 'add' takes 2 inputs (x, y); 3 were given in the graph 'outer'",
            "Config and resources are not given in a composition",
        ),
        (lambda: add(one(), x=one()), "The op 'add' was given the input 'x' twice", ""),
        (
            lambda: add(z=one()),
            "The op 'add' has no input 'z', which was given in the graph 'outer'",
            "Its inputs are: x, y.",
        ),
        (lambda: after(strat=one()), "The op 'after' has no input 'strat'", "Did you mean start?"),
        (
            lambda: (one.alias("a")(), one.alias("a")()),
            "The graph 'outer' uses the name 'a' twice",
            "Give each use another alias.",
        ),
        (
            lambda: add(both(), one()),
            "The input 'x' of the op 'add' was given all 2 outputs of 'both'",
            "Say which one: .left, .right.",
        ),
        (lambda: add(one, one()), "was given the op 'one' itself", "Call it: one()."),
        (
            lambda: add([one(), 3], one()),
            "The list given to the input 'x' of the op 'add' holds 3",
            "Each part of a list is the output of an op",
        ),
        (
            lambda: add([one(), dg.AssetSpec("a")], one()),
            "The list given to the input 'x'",
            "Give the asset to an input of its own",
        ),
        (
            lambda: add([pieces().collect()], one()),
            "The list given to the input 'x'",
            "Give the collected list to an input of its own.",
        ),
        (
            lambda: add(pieces(), one()),
            "The output 'result' of 'pieces' is dynamic and was given as it is to the input 'x' of the op 'add'",
            "Write .map(...) to run 'add' once for each value, or .collect()",
        ),
        (lambda: add([pieces()], one()), "The output 'result' of 'pieces' is dynamic", ".collect()"),
        (
            lambda: pieces().map(split),
            "The op 'split' is mapped over a dynamic output and has a dynamic output 'result' itself.",
            "Dynamic outputs do not nest: collect the outer one first",
        ),
        (
            lambda: pieces().map(lambda p: one()),
            "which is not made of its argument",
            "Return what an op gives that was handed the argument",
        ),
        (
            lambda: add(leaked(), one()),
            "The output 'result' of 'one' of the graph 'first' was given to the input 'x' of the op 'add'",
            "Make it an input of the inner graph",
        ),
        (
            lambda: one.with_retry_policy(3),
            "The retry policy of a use of the op 'one' is 3.",
            "RetryPolicy(max_retries=3)",
        ),
        (lambda: one.alias("a b"), "'a b' cannot be the name of a use of the op 'one'.", 'Try "a_b".'),
    ],
)
def test_what_cannot_be(body, message, hint, refusal) -> None:
    found = refusal(composing(body))
    assert message in found
    assert hint in found


def test_two_dynamic_outputs_at_once(refusal) -> None:
    def body():
        first, second = pieces(), pieces()
        first.map(lambda one: second.map(lambda two: add(one, two)))

    message = refusal(composing(body))
    assert message.startswith(
        "The op 'add' has values of two dynamic outputs: its input 'x' of 'pieces.result', 'y' of 'pieces_2.result'."
    )
    assert "collect the other" in message
