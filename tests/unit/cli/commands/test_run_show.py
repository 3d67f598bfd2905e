"""``run show``."""

import sqlite3

import pytest

from mainspring.core.storage.sql.sqlite import FILE_NAME


@pytest.fixture
def failed(call, instance):
    assert call("launch", "--assets", "report", "--tags", '{"why": "test"}').status == 1
    (run,) = instance.get_runs()
    return run


def test_all_events_as_json(call, instance, failed) -> None:
    page = call("run", "show", failed.run_id, "--json").json
    assert page["run"]["status"] == "FAILURE"
    assert page["run"]["tags"] == {"why": "test"}
    logged = instance.all_logs(failed.run_id)
    assert [event["message"] for event in page["events"]] == [entry.message for entry in logged]
    (failure,) = [event for event in page["events"] if event["type"] == "STEP_FAILURE"]
    assert failure["data"]["type"] == "step_failure"
    assert failure["error"]["cause"]["message"] == "ValueError: no paper\n"


def test_as_text_with_the_frames_of_the_user(call, failed, project) -> None:
    answer = call("run", "show", failed.run_id[:6])
    assert answer.status == 0
    facts = dict(line.split(maxsplit=1) for line in answer.out.split("\n\n")[0].splitlines())
    assert (facts["run"], facts["status"], facts["assets"], facts["tags"]) == (
        failed.run_id,
        "FAILURE",
        "report",
        "why=test",
    )
    assert f'      File "{project / "definitions.py"}", line 27, in report\n' in answer.out
    assert "mainspring/runtime" not in answer.out


def test_a_row_that_cannot_be_read_is_shown(call, instance, failed, tmp_path) -> None:
    instance.dispose()
    with sqlite3.connect(tmp_path / "home" / FILE_NAME) as database:
        database.execute("UPDATE events SET body = 'mangled' WHERE event_type = 'STEP_START'")
    database.close()
    answer = call("run", "show", failed.run_id)
    assert answer.status == 0
    assert "(STEP_START) cannot be read: DecodeError: " in answer.out
    assert "\n    mangled\n" in answer.out
    assert answer.err.endswith(" 1 of them cannot be read\n")
    (row,) = [one for one in call("run", "show", failed.run_id, "--json").json["events"] if one["unreadable"]]
    assert (row["type"], row["message"]) == ("STEP_START", "mangled")


def test_an_unknown_run(call, instance) -> None:
    assert call("run", "show", "nope") == (
        2,
        "",
        "error: There is no run 'nope'.\nhint: `mainspring run list` shows the latest ones.\n",
    )


def test_a_beginning_that_several_share(call, instance) -> None:
    for end in "abcd":
        instance.create_run(job_name="daily", run_id=f"1234{end}")
    answer = call("run", "show", "1234")
    assert answer == (
        2,
        "",
        "error: 4 runs begin with '1234': 1234d, 1234c, 1234b, ....\nhint: Give more of the id.\n",
    )
    assert call("run", "show", "1234a").status == 0
