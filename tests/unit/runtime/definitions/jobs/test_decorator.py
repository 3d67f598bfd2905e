import mainspring as dg


@dg.op
def one():
    return 1


@dg.op
def inc(x):
    return x + 1


def test_a_plain_job() -> None:
    @dg.job
    def nightly():
        """Every night."""
        inc(one())

    assert (nightly.name, nightly.description) == ("nightly", "Every night.")
    assert [node.name for node in nightly.nodes] == ["one", "inc"]
    assert nightly.where is not None
    assert nightly.where.file == __file__
    assert nightly.execute_in_process().output_for_node("inc") == 2


def test_everything_said() -> None:
    @dg.failure_hook
    def hook(_): ...

    policy = dg.RetryPolicy()

    @dg.job(
        name="named",
        description="d",
        resource_defs={"db": 3},
        tags={"a": "b"},
        run_tags={"r": "s"},
        metadata={"m": 1},
        hooks={hook},
        op_retry_policy=policy,
        input_values={"x": 4},
        owners=["team:core"],
    )
    def anything(x):
        return inc(x)

    assert (anything.name, anything.description, anything.hook_defs) == ("named", "d", {hook})
    assert (anything.op_retry_policy, anything.run_tags) == (policy, {"r": "s"})
    assert anything.execute_in_process().output_value() == 5


def test_what_cannot_be(refusal) -> None:
    def body():
        inc(3)

    assert "was given 3 in the job 'body'" in refusal(lambda: dg.job(body))
    assert refusal(lambda: dg.job(3)).startswith("@job decorates a function; got 3.")
    assert refusal(lambda: dg.job(name="a b")(body)).startswith("'a b' cannot be the name of a job.")
