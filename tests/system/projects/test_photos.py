"""A dynamic fan-out over files: nested graphs for each, retries, branches, collected values, config mappings."""

import json

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "photos"
FILE = ("-f", "pipeline.py")
INBOX = {"ops": {"list_files": {"config": {"folder": "inbox"}}}}


@pytest.fixture
def pipeline(load):
    return load("pipeline")


def saving(*names):
    """The steps that save some pictures."""
    return {f"develop.save_dark.{op}[{name}]" for op in ("brighten", "again") for name in names}


def test_each_picture_is_developed(project) -> None:
    (project.folder / "inbox" / "night.pgm").write_text("P2\n2 2\n9\n0 0 0 1\n")
    (project.folder / "run.yaml").write_text("ops:\n  list_files:\n    config:\n      folder: inbox\n")
    told = project.launch(*FILE, "--job", "develop_all", "--config", "run.yaml")
    assert told["status"] == "SUCCESS"
    kinds = dg.DagsterEventType
    done = {event.step_key for event in project.events(kinds.STEP_SUCCESS)}
    assert {f"develop.read_picture[{name}]" for name in ("img1", "img2", "img3", "night")} <= done
    assert {key for key in done if "save_dark" in key} == saving("img1", "night")
    assert {event.step_key for event in project.events(kinds.STEP_SKIPPED)} == saving("img2", "img3")
    outputs = [event for event in project.events(kinds.STEP_OUTPUT) if event.step_key == "list_files"]
    assert [event.step_output_data.mapping_key for event in outputs] == ["img1", "img2", "img3", "night"]
    assert project.latest_run().tags["album"] == "summer"


def test_values_of_each_and_of_all(pipeline) -> None:
    result = pipeline.develop_all.execute_in_process(run_config=INBOX)
    assert result.success
    assert result.output_for_node("list_files") == {f"img{i}": f"inbox/img{i}.pgm" for i in (1, 2, 3)}
    assert result.output_for_node("develop.measure", "brightness") == {
        "img1": 0.75,
        "img2": 1.5,
        "img3": 2.25,
    }
    assert result.output_for_node("mean_brightness") == 1.5
    assert result.output_for_node("contact_sheet") == ("img1", 9 + 9)
    assert result.output_for_node("announce") == "summer"


def test_an_empty_folder(pipeline, project) -> None:
    (project.folder / "empty").mkdir()
    result = pipeline.develop_all.execute_in_process(
        run_config={"ops": {"list_files": {"config": {"folder": "empty"}}}}
    )
    assert result.success
    assert result.output_for_node("mean_brightness") == 0.0
    assert result.output_for_node("contact_sheet") == ("", 0)


def test_config_of_the_nested_graph(pipeline) -> None:
    config = {**INBOX["ops"], "develop": {"ops": {"save_dark": {"config": {"strength": 0}}}}}
    result = pipeline.develop_all.execute_in_process(run_config={"ops": config})
    # the first op multiplies by ten times nothing, the second keeps its own factor
    assert result.output_for_node("contact_sheet") == ("img1", 0)
    wrong = {**INBOX["ops"], "develop": {"ops": {"save_dark": {"ops": {}}, "read": {}}}}
    with pytest.raises(dg.DagsterInvalidConfigError) as caught:
        pipeline.develop_all.execute_in_process(run_config={"ops": wrong})
    assert "root:ops:develop:ops:save_dark:ops" in str(caught.value)
    assert "root:ops:develop:ops:read" in str(caught.value)


def test_a_file_that_is_no_picture(project, here) -> None:
    config = {"ops": {"list_files": {"config": {"folder": "inbox", "pattern": "*"}}}}
    done = here("launch", *FILE, "--job", "develop_all", "--config-json", json.dumps(config))
    assert done.status == 1
    assert "inbox/notes.txt is no picture" in done.err
    kinds = dg.DagsterEventType
    [failure] = project.events(kinds.STEP_FAILURE)
    assert failure.step_key == "develop.read_picture[notes]"
    again = {event.step_key for event in project.events(kinds.STEP_RESTARTED)}
    assert again == {"develop.read_picture[notes]"}
    done_steps = {event.step_key for event in project.events(kinds.STEP_SUCCESS)}
    assert {"develop.read_picture[img1]", "develop.measure[img3]"} <= done_steps
    assert not done_steps & {"mean_brightness", "contact_sheet", "announce"}


def test_two_files_of_one_key(pipeline, project) -> None:
    for name in ("a b.pgm", "a_b.pgm"):
        (project.folder / "inbox" / name).write_text("P2\n1 1\n9\n1\n")
    with pytest.raises(dg.DagsterInvariantViolationError, match="a_b"):
        pipeline.develop_all.execute_in_process(run_config=INBOX)


@pytest.mark.parametrize(
    "config, told",
    [({}, "folder"), ({"folder": "inbox", "patern": "x"}, "patern"), ({"folder": 3}, "root:folder")],
)
def test_the_config_of_the_mapped_job(config, told, pipeline) -> None:
    found = pipeline.sizes_job.execute_in_process(run_config={"folder": "inbox", "pattern": "*.txt"})
    assert found.output_value() == 2 * len("not a picture\n")
    with pytest.raises(dg.DagsterInvalidConfigError, match=told):
        pipeline.sizes_job.execute_in_process(run_config=config)


def test_its_own_tests(project) -> None:
    project.own_tests()
