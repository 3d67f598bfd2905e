"""A run folded from its events."""

import mainspring as dg
from mainspring.cli.run_view import CheckLine, RunView, StepState
from mainspring.core.records.run import RunStatus
from mainspring.runtime.execution.in_process import execute_job_in_process


def watch(*assets, checks=(), **asked) -> RunView:
    view = RunView()
    definitions = dg.Definitions(assets=assets, asset_checks=checks)
    job = definitions.resolve_implicit_global_asset_job_def()
    execute_job_in_process(job, raise_on_error=False, listener=view.take, **asked)
    return view


def states(view):
    return {step.name: step.state for step in view.steps.values()}


def test_done_failed_and_not_reached() -> None:
    @dg.asset
    def good(): ...

    @dg.asset(deps=[good])
    def bad():
        raise ValueError("no")

    @dg.asset(deps=[bad])
    def below(): ...

    view = watch(good, bad, below)
    assert states(view) == {"good": StepState.DONE, "bad": StepState.FAILED, "below": StepState.NOT_REACHED}
    assert view.status is RunStatus.FAILURE
    assert view.seconds is not None
    assert view.counts() == {StepState.DONE: 1, StepState.FAILED: 1, StepState.NOT_REACHED: 1}


def test_rows_of_partitions_add_up() -> None:
    @dg.asset(
        partitions_def=dg.StaticPartitionsDefinition(["a", "b"]),
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def regions():
        return dg.MaterializeResult(metadata={"dagster/row_count": 5})

    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "b"}
    (step,) = watch(regions, tags=tags).steps.values()
    assert step.rows == 10


def test_a_step_of_several_assets() -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def both():
        yield dg.MaterializeResult("a", metadata={"dagster/row_count": 1})
        yield dg.MaterializeResult("b", metadata={"dagster/row_count": 2})

    (step,) = watch(both).steps.values()
    assert (step.name, step.rows) == ("both", 3)
    assert [(key.to_user_string(), rows) for key, rows in step.made.items()] == [("a", 1), ("b", 2)]


def test_retries_are_counted() -> None:
    tries = []

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2))
    def shaky():
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("again")

    (step,) = watch(shaky).steps.values()
    assert (step.state, step.tries) == (StepState.DONE, 3)


def test_checks() -> None:
    @dg.asset
    def table(): ...

    @dg.asset_check(asset=table)
    def warns():
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)

    @dg.asset_check(asset=table)
    def breaks():
        raise ValueError("no")

    view = watch(table, checks=[warns, breaks])
    assert [(check.name, check.sign) for check in view.checks()] == [("warns", "!"), ("breaks", "✗")]
    assert CheckLine("a", "b", passed=False).sign == "✗"
    assert states(view)["table: warns"] is StepState.DONE


def test_a_resource_that_cannot_be_made_is_the_error_of_the_run() -> None:
    @dg.resource
    def broken(_):
        raise ValueError("no key")

    @dg.asset(required_resource_keys={"broken"})
    def needs(context): ...

    view = RunView()
    job = dg.Definitions(assets=[needs], resources={"broken": broken}).resolve_implicit_global_asset_job_def()
    execute_job_in_process(job, raise_on_error=False, listener=view.take)
    assert states(view) == {"needs": StepState.NOT_REACHED}
    assert view.error is not None
    assert "ValueError: no key" in view.error.to_string()
