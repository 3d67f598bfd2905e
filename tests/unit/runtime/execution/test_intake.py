"""What a step may give, and what it must: every form of result, right and wrong."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError, StepOutputNotFoundError

STORED = ["STEP_START", "STEP_OUTPUT", "ASSET_MATERIALIZATION", "HANDLED_OUTPUT", "STEP_SUCCESS"]
MADE = ["STEP_START", "STEP_OUTPUT", "ASSET_MATERIALIZATION", "STEP_SUCCESS"]


@pytest.fixture
def kinds(make, steps):
    """The kinds of the events of one asset's step."""

    def read(asset):
        return [kind for kind, _ in steps(make(asset, raise_on_error=True))]

    return read


@pytest.fixture
def error(make):
    """What a run of an asset raises."""

    def read(*assets):
        with pytest.raises(Exception) as caught:  # noqa: PT011  # the caller looks at it
            make(*assets, raise_on_error=True)
        return caught.value

    return read


# -- right forms -----------------------------------------------------------------------------------------------------


@dg.asset
def value():
    return 1


@dg.asset
def nothing_said():
    return None


@dg.asset
def one_output():
    return dg.Output(1)


@dg.asset
def output_of_none():
    return dg.Output(None)


@dg.asset
def generator():
    yield dg.Output(1)


@dg.asset
def result_with_value():
    return dg.MaterializeResult(value=1)


@dg.asset
def tuple_as_value():
    return (1, 2)


@dg.asset
def list_as_value():
    return [dg.MaterializeResult()]


@dg.asset
async def coroutine():
    return 1


@dg.asset
async def async_generator():
    yield dg.Output(1)


@pytest.mark.parametrize(
    "asset",
    [
        value,
        nothing_said,
        one_output,
        output_of_none,
        generator,
        result_with_value,
        tuple_as_value,
        list_as_value,
        coroutine,
        async_generator,
    ],
    ids=lambda asset: asset.op.name,
)
def test_forms_with_a_value(kinds, asset) -> None:
    assert kinds(asset) == STORED


@dg.asset
def declared_none() -> None:
    pass


@dg.asset
def result():
    return dg.MaterializeResult(metadata={"n": 1})


@dg.asset
def result_yielded():
    yield dg.MaterializeResult()


@dg.asset
def result_annotated() -> dg.MaterializeResult:
    return dg.MaterializeResult()


@dg.asset
async def result_awaited():
    return dg.MaterializeResult()


@pytest.mark.parametrize(
    "asset",
    [declared_none, result, result_yielded, result_annotated, result_awaited],
    ids=lambda asset: asset.op.name,
)
def test_forms_without_a_value(kinds, asset) -> None:
    assert kinds(asset) == MADE


TWO_OUTS = {"p": dg.AssetOut(), "q": dg.AssetOut()}
TWO_SPECS = [dg.AssetSpec("s"), dg.AssetSpec("t")]


@dg.multi_asset(outs=TWO_OUTS)
def tuple_of_values():
    return 1, 2


@dg.multi_asset(outs=TWO_OUTS)
def tuple_of_outputs():
    return dg.Output(1), dg.Output(2)


@dg.multi_asset(outs=TWO_OUTS)
def outputs_by_name():
    yield dg.Output(2, "q")
    yield dg.Output(1, "p")


@pytest.mark.parametrize(
    "asset", [tuple_of_values, tuple_of_outputs, outputs_by_name], ids=lambda a: a.op.name
)
def test_several_outputs(kinds, make, asset) -> None:
    assert kinds(asset) == [STORED[0], *STORED[1:4] * 2, STORED[4]]
    result = make(asset)
    assert (result.asset_value("p"), result.asset_value("q")) == (1, 2)


@dg.multi_asset(specs=TWO_SPECS)
def tuple_of_results():
    return dg.MaterializeResult("t"), dg.MaterializeResult("s")


@dg.multi_asset(specs=TWO_SPECS)
def all_implied():
    return None


@dg.multi_asset(specs=TWO_SPECS)
def one_implied():
    yield dg.MaterializeResult("t")


@pytest.mark.parametrize("asset", [tuple_of_results, all_implied, one_implied], ids=lambda a: a.op.name)
def test_several_specs(kinds, asset) -> None:
    assert kinds(asset) == [MADE[0], *MADE[1:3] * 2, MADE[3]]


def test_a_skipped_output_skips_what_needs_it_and_all_after_it(make, steps) -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("s"), dg.AssetSpec("t", skippable=True)])
    def optional():
        yield dg.MaterializeResult("s")

    @dg.asset(deps=["t"])
    def below_t():
        return 1

    @dg.asset
    def further_below(below_t):
        return 1

    @dg.asset(deps=["s"])
    def below_s():
        return 1

    result = make(optional, below_t, further_below, below_s)
    assert result.success
    assert steps(result) == [
        *[(kind, "optional") for kind in MADE],
        ("STEP_SKIPPED", "below_t"),
        ("STEP_SKIPPED", "further_below"),
        *[(kind, "below_s") for kind in STORED],
    ]
    (skipped, _) = result.get_step_skipped_events()
    assert skipped.message == "Skipping step below_t due to skipped dependencies: optional.t."


def test_an_optional_output_may_be_left_out(kinds) -> None:
    @dg.asset(output_required=False)
    def sometimes():
        if sometimes is None:
            yield dg.Output(1)

    assert kinds(sometimes) == ["STEP_START", "STEP_SUCCESS"]


def test_materializations_yielded_beside_the_output(kinds) -> None:
    @dg.asset
    def chatty():
        yield dg.AssetMaterialization("elsewhere")
        yield dg.AssetObservation("elsewhere")
        yield dg.Output(1)

    assert kinds(chatty) == [STORED[0], "ASSET_MATERIALIZATION", "ASSET_OBSERVATION", *STORED[1:]]


def test_events_logged_by_the_context(kinds) -> None:
    @dg.asset
    def chatty(context):
        context.log_event(dg.AssetMaterialization("elsewhere"))
        context.log_event(dg.AssetObservation("elsewhere"))
        return 1

    assert kinds(chatty) == [STORED[0], "ASSET_MATERIALIZATION", "ASSET_OBSERVATION", *STORED[1:]]


# -- observations ----------------------------------------------------------------------------------------------------


def observe(instance, asset):
    job = dg.Definitions(assets=[asset], jobs=[dg.define_asset_job("look", selection=[asset])]).get_job_def(
        "look"
    )
    return job.execute_in_process(instance=instance)


def test_an_observation(instance, steps) -> None:
    @dg.observable_source_asset
    def seen():
        return dg.DataVersion("v1")

    result = observe(instance, seen)
    assert steps(result) == [("STEP_START", "seen"), ("ASSET_OBSERVATION", "seen"), ("STEP_SUCCESS", "seen")]
    (event,) = result.get_asset_observation_events()
    assert event.asset_observation_data.asset_observation.tags == {"dagster/data_version": "v1"}


def test_an_observe_result(instance) -> None:
    @dg.observable_source_asset
    def seen():
        return dg.ObserveResult(metadata={"n": 1}, data_version=dg.DataVersion("v2"), tags={"who": "me"})

    (event,) = observe(instance, seen).get_asset_observation_events()
    observation = event.asset_observation_data.asset_observation
    assert observation.tags == {"who": "me", "dagster/data_version": "v2"}
    assert observation.metadata == {"n": dg.MetadataValue.int(1)}


# -- wrong forms -----------------------------------------------------------------------------------------------------


@dg.asset
def given_twice():
    yield dg.Output(1)
    yield dg.Output(2)


@dg.asset
def never_given():
    if never_given is None:
        yield dg.Output(1)


@dg.asset
def unknown_output():
    yield dg.Output(1, "resutl")


@dg.asset
def plain_yield():
    yield 3


@dg.asset
def unknown_check():
    yield dg.Output(1)
    yield dg.AssetCheckResult(passed=True, check_name="c")


@dg.asset(check_specs=[dg.AssetCheckSpec("c", asset="missing_check")])
def missing_check():
    return 1


@dg.asset(check_specs=[dg.AssetCheckSpec("c", asset="check_twice")])
def check_twice():
    yield dg.Output(1)
    yield dg.AssetCheckResult(passed=True)
    yield dg.AssetCheckResult(passed=True)


@dg.multi_asset(specs=TWO_SPECS)
def unknown_asset():
    yield dg.MaterializeResult("ss")


@dg.multi_asset(specs=TWO_SPECS)
def unnamed_asset():
    yield dg.MaterializeResult()


@dg.multi_asset(outs=TWO_OUTS)
def three_for_two():
    return 1, 2, 3


@dg.multi_asset(outs=TWO_OUTS)
def one_for_two():
    return 1


@dg.multi_asset(outs=TWO_OUTS)
def none_for_two():
    return None


@dg.asset
def wrong_event(context):
    context.log_event(3)


@dg.asset
def typed_only(context):
    context.set_requires_typed_event_stream(error_message="Yield, please.")
    return 1


@pytest.mark.parametrize(
    "asset, kind, words",
    [
        (given_twice, InvariantViolationError, "'given_twice' gave the output 'result' twice."),
        (never_given, StepOutputNotFoundError, "'never_given' ended without giving the asset 'never_given'."),
        (unknown_output, InvariantViolationError, "gave an Output named 'resutl', which it does not have."),
        (plain_yield, InvariantViolationError, "'plain_yield' yielded 3, a int."),
        (unknown_check, InvariantViolationError, "which is of no check it was declared with."),
        (missing_check, InvariantViolationError, "ended without a result for missing_check:c."),
        (check_twice, InvariantViolationError, "gave a result for the check check_twice:c twice."),
        (
            unknown_asset,
            InvariantViolationError,
            "gave a MaterializeResult for 'ss', which it does not make.",
        ),
        (
            unnamed_asset,
            InvariantViolationError,
            "makes 2 assets and gave a MaterializeResult that does not say",
        ),
        (three_for_two, InvariantViolationError, "has 2 outputs (p, q) and returned a tuple of 3."),
        (one_for_two, InvariantViolationError, "has 2 outputs (p, q) and returned a int."),
        (none_for_two, StepOutputNotFoundError, "ended without giving the asset 'p'."),
    ],
    ids=lambda it: it.op.name if isinstance(it, dg.AssetsDefinition) else "",
)
def test_what_does_not_fit_names_the_step_the_place_and_the_way_out(error, asset, kind, words) -> None:
    raised = error(asset)
    assert type(raised) is kind
    said = str(raised).replace("'check_twice:c'", "check_twice:c")
    assert words in said
    assert raised.where.file.endswith("test_intake.py")
    assert raised.hint


def test_an_event_that_is_none_cannot_be_logged(error) -> None:
    assert "3 cannot be logged as an event." in str(error(wrong_event))


def test_a_step_may_ask_for_typed_results(error) -> None:
    assert str(error(typed_only)) == "Yield, please."


def test_an_asset_that_was_not_selected_is_refused(instance) -> None:
    @dg.multi_asset(specs=TWO_SPECS, can_subset=True)
    def partly():
        yield dg.MaterializeResult("s")
        yield dg.MaterializeResult("t")

    with pytest.raises(InvariantViolationError, match="made 't', which this run did not select"):
        dg.materialize_to_memory([partly], instance=instance, selection="key:s")


def test_a_generator_that_is_given_up_is_closed_at_once(make) -> None:
    closed = []

    @dg.asset
    def untidy():
        try:
            yield dg.Output(1, "nowhere")
        finally:
            closed.append("closed")

    make(untidy)
    assert closed == ["closed"]


@pytest.mark.parametrize("is_required", [True, False])
def test_a_dynamic_output_without_values(is_required: bool) -> None:
    @dg.op(out=dg.DynamicOut(int, is_required=is_required))
    def parts():
        yield from ()

    @dg.op
    def same(part):
        return part

    @dg.op
    def gather(values):
        return values

    @dg.job
    def mapped():
        gather(parts().map(same).collect())

    result = mapped.execute_in_process()
    assert result.success
    assert result.is_node_skipped("gather") is not is_required
    assert is_required is False or result.output_for_node("gather") == []
