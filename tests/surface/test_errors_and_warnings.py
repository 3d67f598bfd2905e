"""The section "Errors and warnings" of the public surface: what is raised, and when."""

import signal
import warnings

import pytest

import mainspring as dg


@dg.op
def fine():
    return 1


@dg.op
def broken():
    raise ValueError("no luck")


@dg.job
def lonely():
    fine()


def job_of(one, **arguments):
    @dg.job(**arguments)
    def made():
        one()

    return made


ERRORS = [
    dg.DagsterConfigMappingFunctionError,
    dg.DagsterEventLogInvalidForRun,
    dg.DagsterExecutionStepExecutionError,
    dg.DagsterExecutionStepNotFoundError,
    dg.DagsterInvalidConfigDefinitionError,
    dg.DagsterInvalidConfigError,
    dg.DagsterInvalidDefinitionError,
    dg.DagsterInvalidInvocationError,
    dg.DagsterInvalidSubsetError,
    dg.DagsterInvariantViolationError,
    dg.DagsterResourceFunctionError,
    dg.DagsterRunNotFoundError,
    dg.DagsterStepOutputNotFoundError,
    dg.DagsterSubprocessError,
    dg.DagsterTypeCheckDidNotPass,
    dg.DagsterTypeCheckError,
    dg.DagsterUnknownPartitionError,
    dg.DagsterUnknownResourceError,
    dg.DagsterUnmetExecutorRequirementsError,
    dg.DagsterUserCodeExecutionError,
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_is_a_dagster_error(error):
    assert issubclass(error, dg.DagsterError)


@pytest.mark.parametrize(
    "error",
    [
        dg.DagsterConfigMappingFunctionError,
        dg.DagsterExecutionStepExecutionError,
        dg.DagsterResourceFunctionError,
    ],
    ids=lambda error: error.__name__,
)
def test_errors_of_user_code_are_told_from_ours(error):
    assert issubclass(error, dg.DagsterUserCodeExecutionError)


def test_config_mapping_function_error():
    @dg.config_mapping(config_schema={"a": int})
    def wrong(config):
        raise ValueError("no luck")

    with pytest.raises(dg.DagsterConfigMappingFunctionError) as error:
        job_of(fine, config=wrong).execute_in_process(run_config={"a": 1})
    assert isinstance(error.value.__cause__, ValueError)


def test_invalid_config_definition_error():
    with pytest.raises(dg.DagsterInvalidConfigDefinitionError):
        dg.Field({"a": object()})


def test_invalid_config_error_tells_all_that_is_wrong_at_once():
    @dg.op(config_schema={"a": int, "b": str})
    def strict():
        return 1

    with pytest.raises(dg.DagsterInvalidConfigError) as error:
        job_of(strict).execute_in_process(run_config={"ops": {"strict": {"config": {"a": "x", "c": 1}}}})
    assert len(error.value.errors) == 3


def test_invalid_definition_error():
    @dg.asset(name="same")
    def first():
        return 1

    @dg.asset(name="same")
    def second():
        return 2

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="same"):
        dg.Definitions.validate_loadable(dg.Definitions([first, second]))


def test_invalid_invocation_error():
    @dg.op
    def takes_one(x):
        return x

    with pytest.raises(dg.DagsterInvalidInvocationError, match="x"):
        takes_one()


def test_invalid_subset_error():
    with pytest.raises(dg.DagsterInvalidSubsetError, match="nothing_like_it"):
        lonely.execute_in_process(op_selection=["nothing_like_it"])


def test_invariant_violation_error():
    result = lonely.execute_in_process()
    with pytest.raises(dg.DagsterInvariantViolationError, match="other"):
        result.output_for_node("fine", "other")


def test_resource_function_error():
    @dg.resource
    def store():
        raise ValueError("no luck")

    @dg.op(required_resource_keys={"store"})
    def needy():
        return 1

    with pytest.raises(dg.DagsterResourceFunctionError, match="store"):
        job_of(needy, resource_defs={"store": store}).execute_in_process()


def test_run_not_found_error():
    with dg.DagsterInstance.ephemeral() as instance, pytest.raises(dg.DagsterRunNotFoundError):
        dg.execute_job(
            dg.reconstructable(lonely),
            instance,
            reexecution_options=dg.ReexecutionOptions(parent_run_id="gone"),
        )


def test_execution_step_not_found_error():
    with dg.DagsterInstance.ephemeral() as instance:
        parent = lonely.execute_in_process(instance=instance)
        options = dg.ReexecutionOptions(parent_run_id=parent.run_id, step_selection=["nothing_like_it"])
        with pytest.raises((dg.DagsterExecutionStepNotFoundError, dg.DagsterInvalidSubsetError)):
            dg.execute_job(dg.reconstructable(lonely), instance, reexecution_options=options)


def test_step_output_not_found_error():
    @dg.op(out={"a": dg.Out(), "b": dg.Out()})
    def halves():
        yield dg.Output(1, "a")

    with pytest.raises(dg.DagsterStepOutputNotFoundError) as error:
        job_of(halves).execute_in_process()
    assert "b" in str(error.value)


def test_type_check_did_not_pass():
    @dg.op(out=dg.Out(int))
    def lying():
        return "a"

    with pytest.raises(dg.DagsterTypeCheckDidNotPass, match="Int"):
        job_of(lying).execute_in_process()


def test_type_check_error_is_of_an_answer_that_is_none():
    confused = dg.DagsterType(type_check_fn=lambda _, value: "perhaps", name="Confused")

    @dg.op(out=dg.Out(confused))
    def odd():
        return 1

    with pytest.raises((dg.DagsterTypeCheckError, dg.DagsterInvariantViolationError)):
        job_of(odd).execute_in_process()


def test_unknown_partition_error():
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a"]))
    def parted():
        return 1

    with pytest.raises(dg.DagsterUnknownPartitionError, match="z"):
        dg.materialize([parted], partition_key="z")


def test_unknown_resource_error():
    @dg.op
    def careless(context):
        return context.resources.store

    with pytest.raises(dg.DagsterUnknownResourceError, match="store"):
        job_of(careless).execute_in_process()


def test_user_code_execution_error_keeps_what_the_user_raised():
    result = job_of(broken).execute_in_process(raise_on_error=False)
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    error = failed.step_failure_data.error
    assert error.cls_name == "DagsterExecutionStepExecutionError"
    assert (error.cause.cls_name, error.cause.message.strip()) == ("ValueError", "ValueError: no luck")


def test_execution_step_execution_error_is_not_what_a_test_sees():
    with pytest.raises(ValueError, match="no luck"):
        job_of(broken).execute_in_process()


def test_event_log_invalid_for_run_names_the_run():
    assert "r1" in str(dg.DagsterEventLogInvalidForRun(run_id="r1"))


def test_raise_execution_interrupts_turns_a_signal_into_an_error():
    with pytest.raises(dg.DagsterExecutionInterruptedError), dg.raise_execution_interrupts():
        signal.raise_signal(signal.SIGINT)


def test_an_interruption_is_no_ordinary_exception():
    assert issubclass(dg.DagsterExecutionInterruptedError, BaseException)
    assert not issubclass(dg.DagsterExecutionInterruptedError, Exception)


@pytest.mark.parametrize(
    "warning",
    [dg.BetaWarning, dg.PreviewWarning, dg.SupersessionWarning],
    ids=lambda warning: warning.__name__,
)
def test_marks_of_a_life_cycle_can_be_silenced(warning):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", category=warning)
        warnings.warn("may change", warning, stacklevel=1)
    assert told == []


def test_config_argument_warning_is_of_an_argument_named_context():
    assert issubclass(dg.ConfigArgumentWarning, SyntaxWarning)
