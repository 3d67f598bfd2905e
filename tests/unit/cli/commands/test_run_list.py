"""``run list``."""

from mainspring.core.records.run import RunStatus


def test_no_runs(call, instance) -> None:
    assert call("run", "list") == (0, "", "0 runs\n")
    assert call("run", "list", "--json").json == []


def test_newest_first_with_all_filters(call, instance) -> None:
    for number in range(3):
        instance.create_run(
            job_name="daily", run_id=f"{number}" * 8, tags={"dagster/partition": f"p{number}"}
        )
    instance.create_run(job_name="other", run_id="9" * 8, status=RunStatus.QUEUED)

    def ids(*words):
        return [line["run_id"][0] for line in call("run", "list", "--json", *words).json]

    assert ids() == ["9", "2", "1", "0"]
    assert ids("--limit", "2") == ["9", "2"]
    assert ids("--job", "daily") == ["2", "1", "0"]
    assert ids("--status", "queued") == ["9"]
    assert ids("--status", "success", "--status", "failure") == []


def test_as_json(call, instance) -> None:
    assert call("launch", "--assets", "regions", "--partition", "a").status == 0
    (line,) = call("run", "list", "--json").json
    (record,) = instance.get_run_records()
    assert line["seconds"] == record.end_time - record.start_time
    for time in ("created_at", "started_at", "ended_at"):
        assert line.pop(time).endswith("+00:00")
    del line["seconds"]
    assert line == {
        "run_id": record.dagster_run.run_id,
        "job": "__ASSET_JOB",
        "status": "SUCCESS",
        "partition": "a",
        "assets": ["regions"],
        "tags": {"dagster/partition": "a"},
    }


def test_as_text(call, instance) -> None:
    for number in range(3):
        instance.create_run(job_name="daily", run_id=f"{number}" * 8)
    answer = call("run", "list", "--limit", "1")
    assert [line.split()[:3] for line in answer.out.splitlines()] == [
        ["run", "job", "status"],
        ["22222222", "daily", "NOT_STARTED"],
    ]
    assert answer.err == "1 run, 2 more: see --limit\n"


def test_a_status_that_is_none(call, project) -> None:
    answer = call("run", "list", "--status", "sucess")
    assert (answer.status, answer.out) == (2, "")
    assert "'sucess'" in answer.err
