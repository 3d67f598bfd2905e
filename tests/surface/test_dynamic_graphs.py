"""The section "Dynamic graphs" of the public surface."""

import pytest

import mainspring as dg


@dg.op(out=dg.DynamicOut(int, description="One for each."))
def pieces():
    for n in range(3):
        yield dg.DynamicOutput(n, mapping_key=f"n{n}")


@dg.op
def double(x):
    return 2 * x


@dg.op
def add(xs):
    return sum(xs)


def test_dynamic_output_maps_and_is_collected():
    @dg.job
    def fanned():
        add(pieces().map(double).collect())

    result = fanned.execute_in_process()
    assert result.output_for_node("double") == {"n0": 0, "n1": 2, "n2": 4}
    assert result.output_for_node("add") == 6
    assert "double[n1]" in {event.step_key for event in result.get_step_success_events()}


def test_dynamic_out_of_several_outputs():
    @dg.op(out={"parts": dg.DynamicOut(), "count": dg.Out()})
    def split():
        yield dg.Output(1, "count")
        yield dg.DynamicOutput("a", mapping_key="x", output_name="parts")

    @dg.job
    def both():
        parts, count = split()
        parts.map(double)
        double.alias("counted")(count)

    result = both.execute_in_process()
    assert (result.output_for_node("double"), result.output_for_node("counted")) == ({"x": "aa"}, 2)


def test_dynamic_output_keeps_what_it_is_given():
    output = dg.DynamicOutput(1, mapping_key="k", metadata={"rows": 2})
    assert (output.value, output.mapping_key, output.output_name) == (1, "k", "result")
    assert output.metadata == {"rows": dg.MetadataValue.int(2)}


def test_dynamic_output_refuses_a_key_that_names_nothing():
    with pytest.raises(dg.DagsterError, match="a b"):
        dg.DynamicOutput(1, mapping_key="a b")


def test_dynamic_out_is_not_wired_like_one_value():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="map"):

        @dg.job
        def wrong():
            double(pieces())
