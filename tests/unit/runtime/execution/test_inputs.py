"""Loading the inputs of a step, and what is said where that fails."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import TypeCheckDidNotPass
from mainspring.core.values.asset_key import AssetKey


@dg.asset
def numbers():
    return [1, 2]


@dg.asset
def total(numbers):
    return sum(numbers)


class Manager(dg.IOManager):
    def __init__(self, answer=None):
        self.answer = answer

    def handle_output(self, context, obj):
        pass

    def load_input(self, context):
        if self.answer is None:
            raise KeyError("not stored")
        return self.answer(context)


def alone(*assets, only, instance, **said):
    job = dg.Definitions(
        assets=list(assets), resources=said.pop("resources", {})
    ).get_implicit_global_asset_job_def()
    return job.execute_in_process(instance=instance, asset_selection=[AssetKey(only)], **said)


def test_what_an_io_manager_raises_is_said_to_be_its_fault(instance) -> None:
    given = {"io_manager": Manager()}
    result = dg.materialize([numbers, total], resources=given, instance=instance, raise_on_error=False)
    (event,) = result.get_step_failure_events()
    error = event.event_specific_data.error
    assert error.cls_name == "DagsterExecutionLoadInputError"
    assert 'loading the input "numbers" of the step "total" by the IO manager "io_manager"' in error.message
    assert error.cause.cls_name == "KeyError"
    with pytest.raises(KeyError, match="not stored"):
        dg.materialize([numbers, total], resources=given, instance=instance)


def test_a_value_nobody_stored_names_the_asset_and_the_way_out(instance) -> None:
    with pytest.raises(Exception, match="numbers") as caught:
        alone(numbers, total, only="total", instance=instance)
    assert isinstance(caught.value, (FileNotFoundError, dg.DagsterError))


def test_a_value_of_an_earlier_run(instance) -> None:
    def load(context):
        assert context.upstream_output.asset_key == AssetKey("numbers")
        return [3, 4]

    result = alone(numbers, total, only="total", instance=instance, resources={"io_manager": Manager(load)})
    assert result.output_for_node("total") == 7
    (event,) = [event for event in result.all_events if event.is_loaded_input]
    assert event.message == 'Loaded input "numbers" using input manager "io_manager"'


def test_a_value_of_another_type(make) -> None:
    @dg.asset
    def wants_text(numbers: str):
        return numbers

    with pytest.raises(TypeCheckDidNotPass) as caught:
        make(numbers, wants_text, raise_on_error=True)
    said = str(caught.value)
    assert 'the input "numbers" of the step "wants_text" (declared at ' in said
    assert "test_inputs.py:" in said
    assert "expected String" in said


def test_a_default_stands_where_no_asset_answers(make) -> None:
    @dg.asset
    def lenient(nobody=7):
        return nobody

    assert make(lenient).output_for_node("lenient") == 7


def test_what_loading_says_is_recorded(instance) -> None:
    def load(context):
        context.add_input_metadata({"rows": 2})
        return [1]

    result = dg.materialize([numbers, total], resources={"io_manager": Manager(load)}, instance=instance)
    (event,) = [event for event in result.all_events if event.is_loaded_input]
    assert event.event_specific_data.metadata == {"rows": dg.MetadataValue.int(2)}
    assert event.message == (
        'Loaded input "numbers" using input manager "io_manager", from output "result" of step "numbers"'
    )
