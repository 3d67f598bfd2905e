"""``execute_job``: runs whose values are stored, and runs that go on from others."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import (
    InvalidSubsetError,
    InvariantViolationError,
    RunNotFoundError,
    StepNotFoundError,
)

BROKEN: set[str] = set()
CALLS: list[str] = []


@pytest.fixture(autouse=True)
def _fresh():
    BROKEN.clear()
    CALLS.clear()


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


def called(name: str) -> None:
    CALLS.append(name)
    if name in BROKEN:
        raise ValueError(name)


@dg.op
def extract():
    called("extract")
    return 3


@dg.op
def transform(x):
    called("transform")
    return x * 2


@dg.op
def load(x):
    called("load")
    return x + 1


@dg.job
def line():
    load(transform(extract()))


@dg.op(out=dg.DynamicOut(int))
def parts():
    called("parts")
    return [dg.DynamicOutput(number, mapping_key=f"n{number}") for number in range(3)]


@dg.op
def double(context, x):
    called(f"double[{context.get_mapping_key()}]")
    return x * 2


@dg.op
def total(xs):
    called("total")
    return sum(xs)


@dg.job
def fan():
    total(parts().map(double).collect())


def test_values_are_loaded_from_where_they_were_stored(instance) -> None:
    with dg.execute_job(dg.reconstructable(line), instance=instance) as result:
        assert result.success
        assert result.output_for_node("transform") == 6
        assert result.output_for_node("load") == 7
        with pytest.raises(InvariantViolationError, match="no value of the output 'result' of 'nothing'"):
            result.output_for_node("nothing")
    assert instance.get_run_by_id(result.run_id).is_success


def test_of_dynamic_outputs(instance) -> None:
    with dg.execute_job(dg.reconstructable(fan), instance=instance) as result:
        assert result.output_for_node("parts") == {"n0": 0, "n1": 1, "n2": 2}
        assert result.output_for_node("double") == {"n0": 0, "n1": 2, "n2": 4}
        assert result.output_for_node("total") == 6


def test_a_failure_is_told_or_raised(instance) -> None:
    BROKEN.add("transform")
    result = dg.execute_job(dg.reconstructable(line), instance=instance)
    assert (result.success, result.get_failed_step_keys()) == (False, {"transform"})
    with pytest.raises(ValueError, match="transform"):
        dg.execute_job(dg.reconstructable(line), instance=instance, raise_on_error=True)


def test_from_failure_only_what_did_not_end_well_runs_again(instance) -> None:
    BROKEN.add("transform")
    first = dg.execute_job(dg.reconstructable(line), instance=instance, tags={"team": "a"})
    BROKEN.clear()
    CALLS.clear()
    options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
    with dg.execute_job(dg.reconstructable(line), instance=instance, reexecution_options=options) as second:
        assert CALLS == ["transform", "load"]
        assert second.output_for_node("load") == 7
        assert second.output_for_node("extract") == 3
    run = instance.get_run_by_id(second.run_id)
    assert (run.parent_run_id, run.root_run_id) == (first.run_id, first.run_id)
    assert run.step_keys_to_execute == ["transform", "load"]
    assert run.tags == {
        "team": "a",
        "dagster/parent_run_id": first.run_id,
        "dagster/root_run_id": first.run_id,
        "dagster/is_resume_retry": "true",
    }


def test_from_a_failure_of_a_run_that_went_on_from_a_failure(instance) -> None:
    BROKEN.add("transform")
    first = dg.execute_job(dg.reconstructable(line), instance=instance)
    BROKEN.clear()
    BROKEN.add("load")
    options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
    second = dg.execute_job(dg.reconstructable(line), instance=instance, reexecution_options=options)
    BROKEN.clear()
    CALLS.clear()
    options = dg.ReexecutionOptions.from_failure(second.run_id, instance)
    with dg.execute_job(dg.reconstructable(line), instance=instance, reexecution_options=options) as third:
        assert CALLS == ["load"]
        assert third.output_for_node("extract") == 3
        assert third.output_for_node("load") == 7
    assert third.dagster_run.root_run_id == first.run_id


def test_from_failure_within_a_map(instance) -> None:
    BROKEN.add("double[n1]")
    first = dg.execute_job(dg.reconstructable(fan), instance=instance)
    BROKEN.clear()
    CALLS.clear()
    options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
    with dg.execute_job(dg.reconstructable(fan), instance=instance, reexecution_options=options) as second:
        assert CALLS == ["double[n1]", "total"]
        assert second.output_for_node("total") == 6
        assert second.output_for_node("double") == {"n0": 0, "n1": 2, "n2": 4}


def test_the_keys_of_a_try_that_failed_count_for_nothing(instance) -> None:
    @dg.op(out=dg.DynamicOut(int))
    def changing(context):
        for number in range(3) if context.retry_number else range(7, 9):
            yield dg.DynamicOutput(number, mapping_key=f"n{number}")
        if not context.retry_number:
            raise dg.RetryRequested(max_retries=1)

    @dg.job
    def fanned():
        total(changing().map(double).collect())

    BROKEN.add("double[n1]")
    first = dg.execute_job(fanned, instance=instance)
    BROKEN.clear()
    CALLS.clear()
    options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
    with dg.execute_job(fanned, instance=instance, reexecution_options=options) as second:
        assert CALLS == ["double[n1]", "total"]
        assert second.output_for_node("changing") == {"n0": 0, "n1": 1, "n2": 2}
        assert second.output_for_node("total") == 6


def test_a_fan_in_is_loaded_by_the_managers_that_stored_its_parts(instance, tmp_path) -> None:
    @dg.op(out=dg.Out(io_manager_key="shelf"))
    def shelved():
        return 4

    @dg.job(resource_defs={"shelf": dg.FilesystemIOManager(base_dir=str(tmp_path / "shelf"))})
    def joined():
        total([shelved(), extract()])

    BROKEN.add("total")
    first = dg.execute_job(joined, instance=instance)
    BROKEN.clear()
    options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
    with dg.execute_job(joined, instance=instance, reexecution_options=options) as second:
        assert second.output_for_node("total") == 7


@pytest.mark.parametrize(
    "selection,calls",
    [
        (["transform"], ["transform"]),
        (["transform*"], ["transform", "load"]),
        (["*transform"], ["extract", "transform"]),
        (["load"], ["load"]),
    ],
)
def test_a_selection_of_steps(instance, selection, calls) -> None:
    first = dg.execute_job(dg.reconstructable(line), instance=instance)
    CALLS.clear()
    options = dg.ReexecutionOptions(first.run_id, selection)
    second = dg.execute_job(dg.reconstructable(line), instance=instance, reexecution_options=options)
    assert second.success
    assert calls == CALLS
    assert second.dagster_run.tags["dagster/step_selection"] == ",".join(selection)


def test_one_instance_and_what_follows(instance) -> None:
    first = dg.execute_job(dg.reconstructable(fan), instance=instance)
    CALLS.clear()
    options = dg.ReexecutionOptions(first.run_id, ["double[n2]+"])
    second = dg.execute_job(dg.reconstructable(fan), instance=instance, reexecution_options=options)
    assert second.success
    assert CALLS == ["double[n2]", "total"]


def test_as_a_whole(instance) -> None:
    first = dg.execute_job(dg.reconstructable(line), instance=instance)
    CALLS.clear()
    second = dg.execute_job(
        dg.reconstructable(line), instance=instance, reexecution_options=dg.ReexecutionOptions(first.run_id)
    )
    assert CALLS == ["extract", "transform", "load"]
    assert second.dagster_run.parent_run_id == first.run_id


def test_assets_are_loaded_as_what_is_stored_of_them(instance) -> None:
    @dg.asset
    def orders():
        called("orders")
        return 5

    @dg.asset
    def report(orders):
        called("report")
        return orders + 1

    BROKEN.add("report")
    job = dg.Definitions(assets=[orders, report], jobs=[dg.define_asset_job("both")]).get_job_def("both")
    first = dg.execute_job(job, instance=instance)
    BROKEN.clear()
    CALLS.clear()
    options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
    with dg.execute_job(job, instance=instance, reexecution_options=options) as second:
        assert CALLS == ["report"]
        assert second.asset_value("report") == 6
        assert second.asset_value("orders") == 5


def test_what_cannot_be_gone_on_from(instance) -> None:
    done = dg.execute_job(dg.reconstructable(line), instance=instance)
    with pytest.raises(RunNotFoundError, match="no run 'nothing'"):
        dg.ReexecutionOptions.from_failure("nothing", instance)
    with pytest.raises(InvariantViolationError, match="did not fail"):
        dg.ReexecutionOptions.from_failure(done.run_id, instance)
    options = dg.ReexecutionOptions(done.run_id)
    with pytest.raises(InvariantViolationError, match="is of the job 'line', not of 'fan'"):
        dg.execute_job(dg.reconstructable(fan), instance=instance, reexecution_options=options)
    wrong = dg.ReexecutionOptions(done.run_id, ["transfrm"])
    with pytest.raises(StepNotFoundError, match="Did you mean transform"):
        dg.execute_job(dg.reconstructable(line), instance=instance, reexecution_options=wrong)


@dg.op(out={"a": dg.Out(int, is_required=False), "b": dg.Out(int, is_required=False)})
def branch():
    called("branch")
    yield dg.Output(1, "a")


@dg.op
def stop():
    called("stop")
    if "run" in BROKEN:
        raise KeyboardInterrupt
    return 1


@dg.op
def join(x, y):
    called("join")
    return x + y


@dg.op
def count(xs):
    called("count")
    return len(xs)


@dg.job
def branches():
    a, b = branch()
    joined = join(b, stop())
    count([transform(a), load(joined)])
    count.alias("none")([joined])


def test_what_an_earlier_run_left_out_is_left_out_again(instance) -> None:
    BROKEN.add("run")
    with pytest.raises(KeyboardInterrupt):
        dg.execute_job(dg.reconstructable(branches), instance=instance)
    BROKEN.clear()
    CALLS.clear()
    (run,) = instance.get_runs()
    options = dg.ReexecutionOptions.from_failure(run.run_id, instance)
    with dg.execute_job(
        dg.reconstructable(branches), instance=instance, reexecution_options=options
    ) as second:
        assert (second.success, CALLS) == (True, ["stop", "transform", "count"])
        assert second.output_for_node("count") == 1
    skipped = {event.step_key for event in second.get_step_skipped_events()}
    assert skipped == {"join", "load", "none"}


def test_what_no_earlier_run_made_must_be_made(instance) -> None:
    BROKEN.add("extract")
    first = dg.execute_job(dg.reconstructable(line), instance=instance)
    options = dg.ReexecutionOptions(first.run_id, ["transform"])
    with pytest.raises(
        InvariantViolationError, match="takes the output 'result' of 'extract', which no run"
    ) as raised:
        dg.execute_job(dg.reconstructable(line), instance=instance, reexecution_options=options)
    assert raised.value.hint == "Run that one too: choose '*transform'."
    assert len(instance.get_runs()) == 1


def test_a_map_over_nothing(instance) -> None:
    first = dg.execute_job(dg.reconstructable(empty_fan), instance=instance)
    CALLS.clear()
    options = dg.ReexecutionOptions(first.run_id, ["total"])
    with dg.execute_job(
        dg.reconstructable(empty_fan), instance=instance, reexecution_options=options
    ) as second:
        assert (second.success, CALLS, second.output_for_node("total")) == (True, ["total"], 0)


@dg.op(out=dg.DynamicOut(int))
def no_parts():
    return []


@dg.job
def empty_fan():
    total(no_parts().map(double).collect())


def test_selections(instance) -> None:
    result = dg.execute_job(dg.reconstructable(line), instance=instance, op_selection=["extract"])
    assert CALLS == ["extract"]
    assert result.success
    with pytest.raises(InvalidSubsetError, match="Did you mean extract"):
        dg.execute_job(dg.reconstructable(line), instance=instance, op_selection=["extrct"])
