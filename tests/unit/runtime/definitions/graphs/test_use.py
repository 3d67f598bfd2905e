import mainspring as dg


@dg.op
def one():
    return 1


@dg.graph
def ones():
    return one()


def test_a_job_of_a_use() -> None:
    @dg.success_hook
    def hook(_): ...

    @dg.success_hook
    def other(_): ...

    policy = dg.RetryPolicy()
    use = ones.alias("mine").tag({"a": "1", "b": "2"}).with_hooks({hook}).with_retry_policy(policy)
    made = use.to_job(tags={"b": "3"}, hooks={other})
    assert (made.name, made.op_retry_policy, made.hook_defs) == ("mine", policy, {hook, other})
    assert {"a": "1", "b": "3"}.items() <= made.tags.items()
    assert use.to_job("named").name == "named"


def test_running_a_use() -> None:
    assert ones.alias("mine").execute_in_process().output_value() == 1
