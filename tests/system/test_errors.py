"""Which error is raised where: each public class is raised once, as a user meets it, and says what a message must.

The table in docs/errors/index.md tells the same; a test here compares the two.
"""

import re
from pathlib import Path

import pytest

import mainspring as dg
from mainspring._names import NAMES

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).name

NOT_RAISED = {
    "EventLogInvalidForRun",
    "ExecutionInterruptedError",
    "SubprocessError",
    "UnmetExecutorRequirementsError",
}
"""They stand for code that catches them; docs/errors says so."""

FAMILIES = {"OrchestratorError", "UserCodeError"}


@pytest.fixture
def instance():
    with dg.Instance.ephemeral() as made:
        yield made


@dg.op
def load():
    return 1


@dg.op
def double(rows: int) -> int:
    return rows * 2


@dg.op(config_schema={"limit": int})
def limited(context):
    return context.op_config["limit"]


@dg.job
def nightly():
    double(load())


@dg.job
def limited_job():
    limited()


def invalid_definition():
    @dg.job
    def broken():
        double(3)


def invalid_config_definition():
    @dg.op(config_schema={"limit": 3})
    def broken(context): ...


def invalid_subset():
    nightly.execute_in_process(op_selection=["doubel"])


def invalid_invocation():
    nightly.execute_in_process(partition_key="2024-01-01")


def invariant_violation():
    @dg.op
    def broken():
        yield dg.Output(1)
        yield dg.Output(2)

    run_alone(broken)


def invalid_config():
    limited_job.execute_in_process(run_config={"ops": {"limited": {"config": {"limt": 3}}}})


def unknown_resource():
    @dg.op(required_resource_keys={"warehouse"})
    def broken(context):
        return context.resources.warehous

    run_alone(broken, resources={"warehouse": 3})


def unknown_partition():
    @dg.job(partitions_def=dg.StaticPartitionsDefinition(["eu", "us"]))
    def regional():
        load()

    regional.execute_in_process(partition_key="eu1")


def run_not_found():
    with dg.Instance.ephemeral() as instance:
        dg.ReexecutionOptions.from_failure("6f09d9df-a00d-4a6c-902c-79dd848a1131", instance)


def step_not_found():
    with dg.Instance.ephemeral() as instance:
        made = dg.execute_job(dg.reconstructable(nightly), instance=instance)
        options = dg.ReexecutionOptions(parent_run_id=made.run_id, step_selection=["doubel"])
        dg.execute_job(dg.reconstructable(nightly), instance=instance, reexecution_options=options)


def step_output_not_found():
    @dg.op(out={"orders": dg.Out(), "users": dg.Out()})
    def broken():
        yield dg.Output(1, "orders")

    run_alone(broken)


def type_check_did_not_pass():
    @dg.op
    def broken() -> int:
        return "many"  # pyright: ignore[reportReturnType]

    run_alone(broken)


def step_execution():
    """An exception of a step comes out as the user raised it; the event and the hook have it wrapped."""

    @dg.op
    def broken():
        raise ValueError("no route")

    result = run_alone(broken, raise_on_error=False)
    error = result.failure_data_for_node("broken").error
    assert error.cls_name == "DagsterExecutionStepExecutionError"
    assert error.cause.message.strip() == "ValueError: no route"
    with dg.user_code_error_boundary(dg.StepExecutionError, lambda: error.message):
        raise ValueError("no route")


def resource_function():
    @dg.resource
    def warehouse(_context):
        raise ConnectionError("no route")

    @dg.op(required_resource_keys={"warehouse"})
    def store(context): ...

    run_alone(store, resources={"warehouse": warehouse})


def config_mapping():
    @dg.config_mapping(config_schema={"day": str})
    def of_day(config):
        return {"ops": {"limited": {"config": {"limit": int(config["day"])}}}}

    @dg.job(config=of_day)
    def mapped():
        limited()

    mapped.execute_in_process(run_config={"day": "monday"})


def type_check():
    even = dg.DagsterType(type_check_fn=lambda _context, value: value % 2 == 0, name="Even")

    @dg.op(out=dg.Out(even))
    def broken():
        return "many"

    run_alone(broken)


def run_alone(op, **arguments):
    @dg.job
    def alone():
        op()

    return alone.execute_in_process(**arguments)


RAISED = {
    "InvalidDefinitionError": (invalid_definition, "'double'"),
    "InvalidConfigDefinitionError": (invalid_config_definition, "op 'broken'"),
    "InvalidSubsetError": (invalid_subset, "'doubel'"),
    "InvalidInvocationError": (invalid_invocation, "'nightly'"),
    "InvariantViolationError": (invariant_violation, "'broken'"),
    "InvalidConfigError": (invalid_config, "root:ops:limited:config:limt"),
    "UnknownResourceError": (unknown_resource, "`warehous`"),
    "UnknownPartitionError": (unknown_partition, "'eu1'"),
    "RunNotFoundError": (run_not_found, "'6f09d9df-a00d-4a6c-902c-79dd848a1131'"),
    "StepNotFoundError": (step_not_found, "'doubel'"),
    "StepOutputNotFoundError": (step_output_not_found, "'users'"),
    "TypeCheckDidNotPass": (type_check_did_not_pass, '"broken"'),
    "StepExecutionError": (step_execution, '"broken"'),
    "ResourceFunctionError": (resource_function, "`warehouse`"),
    "ConfigMappingError": (config_mapping, "'of_day'"),
    "TypeCheckError": (type_check, "Even"),
}
"""For each class: what raises it, and the name of the thing that the message must have."""

WITHOUT_PLACE = {
    "RunNotFoundError",  # a run is declared nowhere
    "StepNotFoundError",  # it names the job
    "UnknownPartitionError",  # several definitions may share the partitions, which have no place
    "UnknownResourceError",  # the line that asks is the innermost of the user's frames
    "StepExecutionError",  # the frames of the user's exception are shown
}
WITHOUT_WAY_OUT = {"StepExecutionError"}


def raised_by(name: str) -> BaseException:
    case, _ = RAISED[name]
    with pytest.raises(getattr(dg, name)) as raised:
        case()
    return raised.value


def test_every_public_error_is_here() -> None:
    public = {
        name
        for name, target in NAMES.items()
        if target.startswith("core.base.errors:") and target.endswith(f":{name}")
    }
    assert public == set(RAISED) | NOT_RAISED | FAMILIES


@pytest.mark.parametrize("name", RAISED)
def test_a_class_is_raised_for_what_it_stands_for(name) -> None:
    error = raised_by(name)
    assert type(error).__name__ == name
    assert isinstance(error, dg.OrchestratorError)


@pytest.mark.parametrize("name", RAISED)
def test_a_message_names_the_thing(name) -> None:
    assert RAISED[name][1] in str(raised_by(name)).partition("\n\n")[0]


@pytest.mark.parametrize("name", sorted(set(RAISED) - WITHOUT_PLACE))
def test_a_message_has_a_place(name) -> None:
    assert re.search(rf"declared at \S*{re.escape(HERE)}:\d+\)?", str(raised_by(name)))


@pytest.mark.parametrize("name", sorted(set(RAISED) - WITHOUT_WAY_OUT))
def test_a_message_has_a_way_out(name) -> None:
    error = raised_by(name)
    faults = getattr(error, "errors", [])
    assert error.hint or any(fault.hint for fault in faults)


@pytest.mark.parametrize(
    "name", ["ResourceFunctionError", "ConfigMappingError", "TypeCheckError", "StepExecutionError"]
)
def test_an_error_of_user_code_keeps_what_was_raised(name) -> None:
    error = raised_by(name)
    assert error.is_user_code_error
    assert error.user_exception is error.__cause__
    assert not isinstance(error.__cause__, dg.OrchestratorError)


def test_the_spellings_known_from_dagster_are_the_same_classes() -> None:
    """``except`` clauses written for one catch the other."""
    aliases = {name: target for name, target in NAMES.items() if name.startswith("Dagster")}
    of_errors = {name: target for name, target in aliases.items() if target.startswith("core.base.errors:")}
    assert {name: getattr(dg, name).__name__ for name in of_errors} == {
        name: target.partition(":")[2] for name, target in of_errors.items()
    }
    assert {target.partition(":")[2] for target in of_errors.values()} == set(RAISED) | NOT_RAISED | FAMILIES


def test_the_table_of_the_documents_has_every_class() -> None:
    """docs/errors/index.md says of each public class where it is raised, with its published spelling."""
    page = (ROOT / "docs" / "errors" / "index.md").read_text()
    rows = dict(re.findall(r"^\| \[`(\w+)`\]\(\S+\) \| `(\w+)` \| ", page, flags=re.MULTILINE))
    aliases = {
        target.partition(":")[2]: name
        for name, target in NAMES.items()
        if target.startswith("core.base.errors:") and name.startswith("Dagster")
    }
    assert rows == aliases
    said = set(re.findall(r"^\| \[`(\w+)`\].*nothing raises it yet", page, flags=re.MULTILINE))
    assert said == NOT_RAISED


def test_no_run_is_left_behind_by_what_ends_a_step(instance) -> None:
    class Ended(BaseException):
        """A test's own way out."""

    for way_out in (ValueError, SystemExit, KeyboardInterrupt, Ended, GeneratorExit):

        @dg.op
        def broken(way_out=way_out):
            raise way_out

        @dg.job
        def job():
            broken()

        with pytest.raises(way_out):
            job.execute_in_process(instance=instance)
    assert {run.status for run in instance.get_runs()} == {dg.RunStatus.FAILURE, dg.RunStatus.CANCELED}
