"""Whole projects by the command line, with their records in PostgreSQL: over TCP, the password from the environment."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import mainspring as dg
from tools.postgres_server import PASSWORD

pytestmark = [pytest.mark.system, pytest.mark.postgres]

PROJECT = "shop"
FLIGHTS = Path(__file__).resolve().parents[3] / "examples" / "flights"
SETTINGS = """
storage:
  postgres:
    postgres_db:
      hostname: 127.0.0.1
      port: {port}
      username: {user}
      password: {{env: RECORDS_PASSWORD}}
      db_name: {dbname}
      params: {{options: "{options}"}}
"""
LADDER = """
import time
from pathlib import Path
import mainspring as dg

HERE = Path(__file__).parent

@dg.asset
def first():
    print("first speaks")
    return 1

@dg.asset
def second(first):
    if not (HERE / "open").exists():
        raise ValueError("the door is shut")
    return first + 1

@dg.asset
def third(second):
    return second + 1

@dg.asset
def endless(context):
    for number in range(50):
        context.log.info(str(number))
    context.log_event(dg.AssetObservation("endless", metadata={"begun": True}))
    (HERE / "begun").touch()
    time.sleep(600)

@dg.asset(partitions_def=dg.StaticPartitionsDefinition([str(number) for number in range(10)]))
def shared(context):
    return context.partition_key
"""
FILE = ("-f", "ladder.py")


@pytest.fixture
def on_postgres(project, postgres_server, monkeypatch):
    """The project, whose home says that records are kept in a fresh schema of a real server."""
    schema = postgres_server.new_schema()["options"]
    place = {**postgres_server.conninfo(by_socket=False), "options": schema}
    project.home.mkdir()
    (project.home / "mainspring.yaml").write_text(SETTINGS.format_map(place))
    monkeypatch.setenv("RECORDS_PASSWORD", PASSWORD)
    return project


@pytest.fixture
def ladder(on_postgres):
    """A project of which a part fails, a part never ends and a part may be made by many at once."""
    (on_postgres.folder / "ladder.py").write_text(LADDER)
    return on_postgres


@pytest.fixture
def told(here):
    """What a command that goes well tells in JSON."""

    def told(*words, status=0):
        answer = here(*words, "--json")
        assert answer.status == status, answer.err
        return answer.json

    return told


def clean(told):
    """How much was compared with the log, after all of it agreed."""
    verified = told("instance", "verify")
    assert (verified["findings"], verified["left"]) == ([], 0)
    return verified["compared"]


def test_a_project_from_launch_to_wipe(on_postgres, told) -> None:
    first = on_postgres.launch("--job", "core_job")
    rest = on_postgres.launch("--assets", "*", "--only-stale")
    assert [one["key"] for one in rest["assets"]] == ["forecast/demand", "forecast/reorder"]
    assert rest["skipped"] == ["core/orders", "core/stock"]
    again = told("launch", "--assets", "*", "--only-stale")
    assert (again["status"], len(again["skipped"])) == ("NOTHING_TO_RUN", 4)
    assert not list(on_postgres.home.rglob("*.db"))

    runs = told("run", "list")
    assert [one["run_id"] for one in runs] == [rest["run_id"], first["run_id"]]
    shown = told("run", "show", first["run_id"])
    assert shown["run"] == runs[1]
    assert shown["run"]["tags"] == {"owner": "ana"}
    kinds = [event["type"] for event in shown["events"]]
    assert (kinds.count("ASSET_MATERIALIZATION"), kinds[-1]) == (2, "PIPELINE_SUCCESS")
    numbers = [event["storage_id"] for event in shown["events"]]
    assert numbers == sorted(set(numbers))

    assert told("asset", "show", "core/stock")["latest"]["run_id"] == first["run_id"]
    [wipe] = told("asset", "wipe", "core/stock", "--yes")["wipe_ids"]
    before = {one["key"]: one["status"] for one in told("asset", "list")}
    assert before == {
        "core/orders": "FRESH",
        "core/stock": "MISSING",
        "forecast/demand": "FRESH",
        "forecast/reorder": "STALE",
    }
    clean(told)
    told("asset", "unwipe", str(wipe))
    assert {one["status"] for one in told("asset", "list")} == {"FRESH"}
    assert told("asset", "show", "core/stock")["latest"]["run_id"] == first["run_id"]

    info = told("instance", "info")
    assert (info["state"], info["database"]["kind"], info["runs"]) == (
        "current",
        "PostgreSQL",
        {"SUCCESS": 2},
    )
    assert (clean(told)["runs"], clean(told)["assets"]) == (2, 4)


def test_a_run_goes_on_from_its_failure(ladder, told, here) -> None:
    failed = told("launch", *FILE, "--assets", "first,second,third", status=1)
    assert [one["state"] for one in failed["steps"]] == ["done", "failed", "not reached"]
    assert here("run", "logs", failed["run_id"]).out == "first speaks\n"
    (ladder.folder / "open").touch()
    again = told("run", "reexecute", *FILE, failed["run_id"], "--from-failure")
    assert ([one["key"] for one in again["steps"]], again["status"]) == (["second", "third"], "SUCCESS")
    run = ladder.latest_run()
    assert (run.root_run_id, run.parent_run_id) == (failed["run_id"], failed["run_id"])
    with ladder.instance() as instance:
        root, group = instance.get_run_group(run.run_id)
    assert (root, {one.run_id for one in group}) == (failed["run_id"], {failed["run_id"], run.run_id})
    assert clean(told)["runs"] == 2


def test_ten_processes_run_at_once(ladder, told) -> None:
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mainspring",
                "launch",
                *FILE,
                "--assets",
                "shared",
                "--partition",
                str(key),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for key in range(10)
    ]
    ended = [(one.communicate()[1], one.returncode) for one in running]
    assert [status for _, status in ended] == [0] * 10, ended
    runs = told("run", "list")
    assert {(one["status"], one["partition"]) for one in runs} == {("SUCCESS", str(key)) for key in range(10)}
    with ladder.instance() as instance:
        assert instance.get_materialized_partitions(dg.AssetKey("shared")) == {str(key) for key in range(10)}
    compared = clean(told)
    assert (compared["runs"], compared["partitions"]) == (10, 10)


def test_a_run_that_is_killed_leaves_records_that_agree(ladder, told) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "mainspring", "launch", *FILE, "--assets", "first,endless"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    begun = ladder.folder / "begun"
    while not begun.exists():
        assert running.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    [run] = told("run", "list")
    assert run["status"] == "STARTED"
    events = told("run", "show", run["run_id"])["events"]
    assert [one["storage_id"] for one in events] == sorted({one["storage_id"] for one in events})
    assert "PIPELINE_START" in {one["type"] for one in events}
    assert clean(told)["runs"] == 1
    assert told("launch", *FILE, "--assets", "first")["status"] == "SUCCESS"
    told("run", "delete", run["run_id"], "--force", "--yes")
    assert clean(told)["runs"] == 1


@pytest.mark.parametrize(
    "project, words, runs",
    [
        ("sales", ("--job", "region_report", "--partition", "eu"), 1),
        ("stories", ("-f", "stories/repo.py", "-d", ".", "--job", "stories_job"), 1),
        ("sources", ("-f", "definitions.py", "--job", "web_job", "--partition", "eu"), 1),
    ],
    indirect=["project"],
)
def test_projects_of_other_shapes(on_postgres, words, runs, told) -> None:
    made = on_postgres.launch(*words)
    assert made["status"] == "SUCCESS"
    assert [one["run_id"] for one in told("run", "list")] == [made["run_id"]]
    assert clean(told)["runs"] == runs


def test_the_flights(on_postgres, told, monkeypatch, tmp_path) -> None:
    place = tmp_path / "flights"
    shutil.copytree(FLIGHTS, place, ignore=shutil.ignore_patterns("output", "__pycache__", ".*"))
    on_postgres.folder = place
    monkeypatch.chdir(place)
    made = on_postgres.launch("--assets", 'key:"raw/weather"+1')
    assert [one["key"] for one in made["assets"]] == ["raw/weather", "cleaned/weather"]
    with on_postgres.instance() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["raw", "weather"]))
    assert event.asset_materialization.metadata["dagster/row_count"].value == 26_115
    assert clean(told)["runs"] == 1
