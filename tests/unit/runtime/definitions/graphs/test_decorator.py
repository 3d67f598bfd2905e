import mainspring as dg


@dg.op
def one(): ...


@dg.op
def second(x, start): ...


def test_a_graph_says_what_it_is() -> None:
    @dg.graph
    def plain():
        """What
        it does.
        """
        return one()

    assert (plain.name, plain.description, plain.composition_fn is not None) == (
        "plain",
        "What\nit does.",
        True,
    )
    assert plain.where is not None
    assert plain.where.file == __file__
    assert repr(plain) == "GraphDefinition('plain')"


def test_everything_said() -> None:
    mapping = dg.ConfigMapping(lambda limit: {"one": {"config": limit}}, config_schema=int)

    @dg.graph(
        name="named",
        description="d",
        ins={"start": dg.GraphIn("when")},
        out={"a": dg.GraphOut("first"), "b": dg.GraphOut()},
        tags={"team": "core"},
        config=mapping,
    )
    def anything(start):
        return second(one(), start), one()

    assert (anything.name, anything.description, anything.tags) == ("named", "d", {"team": "core"})
    assert anything.config_mapping is mapping
    assert [(i.name, i.description) for i in anything.input_defs] == [("start", "when")]
    assert [(o.name, o.description) for o in anything.output_defs] == [("a", "first"), ("b", None)]


def test_a_fixed_config() -> None:
    @dg.graph(config={"one": {"config": {"a": 1}}})
    def fixed():
        one()

    assert fixed.config_mapping is not None
    assert fixed.config_mapping.resolve_from_unvalidated_config({}) == {"one": {"config": {"a": 1}}}


def test_what_cannot_be(refusal) -> None:
    def body():
        one()

    assert refusal(lambda: dg.graph(3)).startswith("@graph decorates a function; got 3.")
    assert refusal(lambda: dg.graph(config=3)(body)).startswith("`config` of the graph 'body' is 3;")


def test_the_older_form_of_inputs_and_outputs() -> None:
    @dg.graph(
        input_defs=[dg.GraphIn("in").to_definition("x")], output_defs=[dg.GraphOut("out").to_definition("y")]
    )
    def older(x):
        return second(one(), x)

    assert [(i.name, i.description) for i in older.input_defs] == [("x", "in")]
    assert [(o.name, o.description) for o in older.output_defs] == [("y", "out")]
