"""The section "Ops, graphs and jobs" of the public surface."""

import pytest

import mainspring as dg


@dg.op
def one():
    return 1


@dg.op
def double(number: int):
    return 2 * number


@dg.op
def total(numbers: list[int]):
    return sum(numbers)


def test_op_with_ins_and_outs_of_many_kinds():
    @dg.op(
        name="split",
        description="halves",
        ins={"text": dg.In(str, default_value="a-b")},
        out={"left": dg.Out(str), "right": dg.Out(str, is_required=False)},
        tags={"kind": "text"},
    )
    def halves(text):
        left, _, right = text.partition("-")
        yield dg.Output(left, "left", metadata={"length": len(left)})
        if right:
            yield dg.Output(right, "right")

    @dg.job
    def splitting():
        halves()

    result = splitting.execute_in_process()
    assert (result.output_for_node("split", "left"), result.output_for_node("split", "right")) == ("a", "b")
    assert (halves.name, halves.description, halves.tags) == ("split", "halves", {"kind": "text"})
    assert (list(halves.ins), list(halves.outs)) == (["text"], ["left", "right"])


def test_op_called_as_a_function():
    assert double(4) == 8
    with pytest.raises(dg.DagsterTypeCheckDidNotPass):
        double("four")


def test_op_definition_by_its_constructor():
    def compute(context, inputs):
        yield dg.Output(inputs["number"] + context.op_config["add"])

    adds = dg.OpDefinition(
        compute_fn=compute,
        name="adds",
        ins={"number": dg.In(int)},
        outs={"result": dg.Out(int)},
        config_schema={"add": int},
    )

    @dg.graph
    def added(number):
        return adds(number)

    result = added.execute_in_process(
        input_values={"number": 1}, run_config={"ops": {"adds": {"config": {"add": 2}}}}
    )
    assert result.output_value() == 3


def test_in_takes_a_default_or_a_value_from_the_run():
    @dg.op(ins={"number": dg.In(int, default_value=5, description="how many", metadata={"unit": "m"})})
    def shown(number):
        return number

    @dg.job
    def showing():
        shown()

    assert showing.execute_in_process().output_for_node("shown") == 5
    config = {"ops": {"shown": {"inputs": {"number": 7}}}}
    assert showing.execute_in_process(run_config=config).output_for_node("shown") == 7
    assert (shown.ins["number"].default_value, shown.ins["number"].description) == (5, "how many")


def test_out_that_is_not_made_skips_what_needs_it():
    @dg.op(out={"yes": dg.Out(is_required=False), "no": dg.Out(is_required=False)})
    def choose():
        yield dg.Output(1, "yes")

    @dg.job
    def branches():
        yes, no = choose()
        double.alias("on_yes")(yes)
        double.alias("on_no")(no)

    result = branches.execute_in_process()
    skipped = [event.step_key for event in result.all_events if event.is_step_skipped]
    assert (result.output_for_node("on_yes"), skipped) == (2, ["on_no"])


def test_an_output_that_is_required_must_be_made():
    @dg.op(out={"a": dg.Out(), "b": dg.Out()})
    def forgets():
        yield dg.Output(1, "a")

    @dg.job
    def forgetting():
        forgets()

    with pytest.raises(dg.DagsterStepOutputNotFoundError):
        forgetting.execute_in_process()


def test_output_carries_metadata_and_tags():
    output = dg.Output(5, metadata={"rows": 1}, tags={"team": "a"}, data_version=dg.DataVersion("v1"))
    assert (output.value, output.output_name, output.tags) == (5, "result", {"team": "a"})
    assert (output.metadata, output.data_version) == ({"rows": dg.MetadataValue.int(1)}, dg.DataVersion("v1"))


def test_graph_with_ins_and_outs_nested_in_a_job():
    @dg.graph(ins={"number": dg.GraphIn(description="in")}, out=dg.GraphOut(description="out"))
    def quadruple(number):
        return double.alias("again")(double(number))

    @dg.job
    def nested():
        quadruple(one())

    result = nested.execute_in_process()
    assert result.output_for_node("quadruple") == 4
    assert result.output_for_node("quadruple.again") == 4
    steps = [event.step_key for event in result.all_events if event.is_step_success]
    assert steps == ["one", "quadruple.double", "quadruple.again"]


def test_graph_with_several_outs():
    @dg.graph(out={"small": dg.GraphOut(), "large": dg.GraphOut()})
    def both():
        return {"small": one(), "large": double(one.alias("other")())}

    result = both.execute_in_process()
    assert (result.output_value("small"), result.output_value("large")) == (1, 2)


def test_graph_definition_by_its_constructor():
    built = dg.GraphDefinition(
        "built",
        node_defs=[one, double],
        dependencies={
            dg.NodeInvocation("one", alias="first"): {},
            "double": {"number": dg.DependencyDefinition("first")},
        },
        output_mappings=[
            dg.OutputMapping(
                graph_output_name="result", mapped_node_name="double", mapped_node_output_name="result"
            )
        ],
    )
    assert built.execute_in_process().output_value() == 2
    assert [mapping.graph_output_name for mapping in built.output_mappings] == ["result"]


def test_input_mapping_feeds_a_node():
    built = dg.GraphDefinition(
        "fed",
        node_defs=[double],
        input_mappings=[
            dg.InputMapping(graph_input_name="n", mapped_node_name="double", mapped_node_input_name="number")
        ],
    )
    result = built.execute_in_process(input_values={"n": 4})
    assert result.output_for_node("double") == 8


def test_multi_dependency_definition_fans_in():
    wanted = dg.MultiDependencyDefinition([dg.DependencyDefinition("a"), dg.DependencyDefinition("b")])
    built = dg.GraphDefinition(
        "fanned",
        node_defs=[one, total],
        dependencies={
            dg.NodeInvocation("one", "a"): {},
            dg.NodeInvocation("one", "b"): {},
            "total": {"numbers": wanted},
        },
    )
    assert built.execute_in_process().output_for_node("total") == 2
    assert (wanted.is_fan_in(), dg.DependencyDefinition("a").is_fan_in()) == (True, False)
    assert [dep.node for dep in wanted.get_node_dependencies()] == ["a", "b"]


def test_node_invocation_is_what_a_decorated_graph_holds():
    @dg.graph
    def named():
        double(one.alias("first")())

    found = {invocation.alias or invocation.name: ins for invocation, ins in named.dependencies.items()}
    assert all(isinstance(invocation, dg.NodeInvocation) for invocation in named.dependencies)
    assert found == {"first": {}, "double": {"number": dg.DependencyDefinition("first", "result")}}


def test_pending_node_invocation_keeps_what_it_was_told():
    tries = []

    @dg.op
    def fails():
        tries.append(1)
        raise ValueError

    pending = fails.alias("other").tag({"a": "1"}).with_retry_policy(dg.RetryPolicy(max_retries=1))
    assert isinstance(pending, dg.PendingNodeInvocation)

    @dg.job
    def pended():
        pending()

    result = pended.execute_in_process(raise_on_error=False)
    assert (len(tries), [event.step_key for event in result.all_events if event.is_step_failure]) == (
        2,
        ["other"],
    )
    (node,) = pended.nodes
    assert (node.name, node.tags) == ("other", {"a": "1"})


def test_job_with_config_tags_and_metadata():
    @dg.op(config_schema={"to": str})
    def greets(context):
        return f"hello {context.op_config['to']}"

    @dg.job(
        name="greeting",
        config={"ops": {"greets": {"config": {"to": "you"}}}},
        tags={"team": "a"},
        metadata={"owner": "me"},
        description="greets",
    )
    def made():
        greets()

    result = made.execute_in_process()
    assert (made.name, made.description, made.tags["team"]) == ("greeting", "greets", "a")
    assert (result.output_for_node("greets"), result.dagster_run.tags["team"]) == ("hello you", "a")
    assert made.metadata == {"owner": dg.MetadataValue.text("me")}


def test_job_definition_from_a_graph():
    @dg.graph
    def doubling():
        return double(one())

    made = doubling.to_job(name="doubled", tags={"a": "b"}, op_retry_policy=dg.RetryPolicy(max_retries=1))
    assert isinstance(made, dg.JobDefinition)
    assert (made.name, made.graph.name) == ("doubled", "doubling")
    assert sorted(node.name for node in made.nodes) == ["double", "one"]
    assert made.execute_in_process().output_value() == 2
    assert made.has_node_named("one")


def test_job_runs_a_selection_of_its_ops():
    @dg.job
    def long():
        double.alias("last")(double(one()))

    result = long.execute_in_process(op_selection=["*double"])
    assert sorted(event.step_key for event in result.all_events if event.is_step_success) == ["double", "one"]
    with pytest.raises(dg.DagsterInvalidSubsetError):
        long.execute_in_process(op_selection=["other"])


def test_dagster_events_tell_the_story_of_a_run():
    @dg.job
    def short():
        one()

    events = short.execute_in_process().all_events
    assert all(isinstance(event, dg.DagsterEvent) for event in events)
    told = [event.event_type for event in events if event.step_key == "one"]
    assert told[-4:] == [
        dg.DagsterEventType.STEP_START,
        dg.DagsterEventType.STEP_OUTPUT,
        dg.DagsterEventType.HANDLED_OUTPUT,
        dg.DagsterEventType.STEP_SUCCESS,
    ]
    (output,) = [event for event in events if event.is_successful_output]
    assert (output.job_name, output.node_name, output.is_step_event, output.is_failure) == (
        "short",
        "one",
        True,
        False,
    )


def test_event_types_have_stable_words():
    assert dg.DagsterEventType.RUN_START == dg.DagsterEventType.PIPELINE_START
    assert dg.DagsterEventType.RUN_SUCCESS.value == "PIPELINE_SUCCESS"
    assert dg.DagsterEventType("STEP_FAILURE") is dg.DagsterEventType.STEP_FAILURE


def test_expectation_result_is_kept_as_an_event():
    @dg.op
    def expects(context):
        context.log_event(dg.ExpectationResult(success=False, label="positive", metadata={"found": -1}))
        return 1

    @dg.job
    def expecting():
        expects()

    result = expecting.execute_in_process()
    (event,) = [event for event in result.all_events if event.is_expectation_result]
    found = event.event_specific_data.expectation_result
    assert (result.success, found.success, found.label) == (True, False, "positive")
    assert found.metadata == {"found": dg.MetadataValue.int(-1)}


def test_reconstructable_finds_a_job_again():
    again = dg.reconstructable(make_job)
    assert again.get_definition().name == "kept"
    with pytest.raises(dg.DagsterInvariantViolationError):
        dg.reconstructable(lambda: kept)


def test_build_reconstructable_job_calls_a_function_of_a_module(tmp_path, monkeypatch):
    (tmp_path / "lake_jobs.py").write_text(
        "import mainspring as dg\n"
        "@dg.op\ndef one(): return 1\n"
        "@dg.job\ndef kept(): one()\n"
        "def make(name, again=None): return kept\n".replace("mainspring", dg.__name__)
    )
    (tmp_path / "lake_makers.py").write_text(
        f"import {dg.__name__} as dg\n"
        "import lake_jobs\n"
        "def make(name, again=None): return dg.reconstructable(lake_jobs.kept).get_definition()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    again = dg.build_reconstructable_job("lake_makers", "make", ("x",), {"again": 1}, str(tmp_path))
    assert again.get_definition().name == "kept"


@dg.job
def kept():
    one()


def make_job():
    return kept
