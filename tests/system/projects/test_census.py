"""Values with types: checks with metadata, loaders from config, order without values, events that ops yield."""

import json

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "census"
TEXT = "name,age,city\nAna,30,rome\nBen,9,oslo\nCem,41,rome\nDua,28,oslo\n"


def config(people, age=18):
    return {"ops": {"split_by_age": {"config": {"age": age}}}, "inputs": {"people": people}}


@pytest.fixture
def pipeline(load):
    return load("census.pipeline")


def test_a_table_from_config_becomes_a_headline(pipeline, project) -> None:
    with dg.DagsterInstance.get() as instance:
        result = pipeline.census_job.execute_in_process(run_config=config({"text": TEXT}), instance=instance)
        assert instance.get_latest_materialization_event(dg.AssetKey(["census", "raw"])) is not None
        record = instance.get_event_records(
            dg.EventRecordsFilter(dg.DagsterEventType.ASSET_OBSERVATION, asset_key=dg.AssetKey("survey"))
        )[0]
        assert record.asset_observation.metadata["asked"].value == 4
    assert result.success
    assert result.output_value() == "100% live in Rome"  # of the first two adults: `most` is 2
    assert result.output_for_node("count").by_city == {"Rome": 2}


def test_events(pipeline) -> None:
    result = pipeline.census_job.execute_in_process(run_config=config({"text": TEXT}))
    [expected] = result.expectation_results_for_node("split_by_age")
    assert (expected.success, expected.label, expected.metadata["oldest"].value) == (
        True,
        "nobody_is_older_than_120",
        41,
    )
    [made] = result.asset_materializations_for_node("split_by_age")
    assert (made.asset_key, made.partition, made.metadata["rows"].value) == (
        dg.AssetKey(["census", "raw"]),
        "2026",
        4,
    )
    [looked] = result.asset_observations_for_node("split_by_age")
    assert looked.asset_key == dg.AssetKey("survey")
    kinds = dg.DagsterEventType
    [read] = [event for event in result.all_events if event.is_step_event and event.event_type is kinds.STEP_INPUT
              and event.step_key == "split_by_age"]  # fmt: skip
    checked = read.event_specific_data.type_check_data
    assert (checked.success, checked.metadata["rows"].value) == (True, 4)
    assert checked.metadata["columns"].value == "name, age, city"
    handled = {
        event.event_specific_data.output_name: event.event_specific_data.metadata
        for event in result.events_for_node("split_by_age")
        if event.is_handled_output
    }
    assert {name: (one["type"].value, one["unit"].value) for name, one in handled.items()} == {
        "adults": ("People", "persons"),
        "children": ("People", "-"),
    }
    order = [event.step_key for event in result.all_events if event.event_type is kinds.STEP_SUCCESS]
    assert order.index("clean_up") > order.index("headline")
    assert order.index("cost") > order.index("clean_up")


def test_the_folder_of_the_io_manager(pipeline, project) -> None:
    (project.folder / "out").mkdir()
    given = config(
        {"rows": [{"name": "Ana", "age": 3, "city": "x"}, {"name": "Bo", "age": 50, "city": "y"}]}, age=1
    )
    given["resources"] = {"json": {"config": {"base": "out"}}, "some": {"config": {"base": "out"}}}
    given["ops"]["count"] = {"inputs": {"adults": {"first": 1}}}
    result = pipeline.census_job.execute_in_process(run_config=given)
    assert json.loads((project.folder / "out" / "split_by_age.adults.json").read_text())[1]["name"] == "Bo"
    assert result.output_for_node("count").by_city == {"X": 1}
    assert not (project.folder / "out" / "split_by_age.children.json").exists()


@pytest.mark.parametrize(
    "people, error, told",
    [
        ({"text": "name,age\nAna,30\n"}, dg.DagsterTypeCheckDidNotPass, "row 0 has no city"),
        ({"text": TEXT.replace("30", "thirty")}, dg.Failure, "An age is no number"),
        ({"txt": TEXT}, dg.DagsterInvalidConfigError, "root:inputs:people"),
        ({"text": TEXT, "rows": []}, dg.DagsterInvalidConfigError, "root:inputs:people"),
        ({"csv": "nowhere.csv"}, FileNotFoundError, "nowhere.csv"),
    ],
)
def test_wrong_tables(people, error, told, pipeline) -> None:
    with pytest.raises(error, match=told):
        pipeline.census_job.execute_in_process(run_config=config(people))


def test_a_failed_check_is_recorded_with_its_metadata(pipeline) -> None:
    wrong = config({"rows": [{"name": "Ana", "age": "1", "city": "x"}, {"name": "Ben"}]})
    result = pipeline.census_job.execute_in_process(run_config=wrong, raise_on_error=False)
    [read] = [event for event in result.all_events if event.event_type is dg.DagsterEventType.STEP_INPUT]
    checked = read.event_specific_data.type_check_data
    assert (checked.success, checked.description) == (False, "row 1 has no age, city")
    assert (checked.metadata["row"].value, checked.metadata["missing"].value) == (1, ["age", "city"])
    assert "row 1 has no age, city" in result.failure_data_for_node("split_by_age").error.message
    failure = pipeline.census_job.execute_in_process(
        run_config=config({"text": TEXT.replace("41", "?")}), raise_on_error=False
    ).failure_data_for_node("split_by_age")
    assert (failure.user_failure_data.description, failure.user_failure_data.metadata["rows"].value) == (
        "An age is no number",
        4,
    )


def test_what_is_missing_is_said(pipeline) -> None:
    with pytest.raises(dg.DagsterInvalidConfigError) as caught:
        pipeline.census_job.execute_in_process()
    said = str(caught.value)
    assert "root:ops:split_by_age:config" in said
    assert "root:inputs:people" in said


def test_a_value_outside_its_type(pipeline) -> None:
    with pytest.raises(dg.DagsterTypeCheckDidNotPass, match="Share"):
        pipeline.wrong_job.execute_in_process()
    ops = {"squares": {"inputs": {"numbers": [1, "two"]}}}
    with pytest.raises(dg.DagsterInvalidConfigError, match="root:ops:squares:inputs:numbers"):
        pipeline.numbers_job.execute_in_process(run_config={"ops": ops})


def test_its_own_tests(project) -> None:
    project.own_tests()
