"""``run reexecute``."""

import pytest

pytestmark = pytest.mark.usefixtures("project")

DEFS = """
from pathlib import Path

import mainspring as dg


@dg.op
def extract():
    return 3


@dg.op(config_schema={"factor": int})
def transform(context, x):
    if not Path("mended").exists():
        raise ValueError("no paper")
    return x * context.op_config["factor"]


@dg.op
def load(x):
    return x + 1


@dg.job(tags={"team": "data"})
def nightly():
    load(transform(extract()))


@dg.asset
def orders():
    return 1


@dg.asset
def report(orders):
    if not Path("mended").exists():
        raise ValueError("no paper")
    return orders


defs = dg.Definitions(assets=[orders, report], jobs=[nightly])
"""
CONFIG = '{"ops": {"transform": {"config": {"factor": 2}}}}'


@pytest.fixture
def project(project):
    (project / "definitions.py").write_text(DEFS)
    return project


@pytest.fixture
def failed(call, instance):
    answer = call("launch", "--job", "nightly", "--config-json", CONFIG)
    assert answer.status == 1
    (run,) = instance.get_runs()
    assert answer.err.endswith(
        f"To make what is left:\n  mainspring run reexecute {run.run_id[:8]} --from-failure\n"
    )
    return run


def test_from_failure(call, instance, project, failed) -> None:
    (project / "mended").touch()
    answer = call(
        "run", "reexecute", failed.run_id[:8], "--from-failure", "--json", "--tags", '{"who": "me"}'
    )
    assert (answer.status, answer.json["status"], answer.json["job"]) == (0, "SUCCESS", "nightly")
    assert [step["key"] for step in answer.json["steps"]] == ["transform", "load"]
    run = instance.get_run_by_id(answer.json["run_id"])
    assert (run.parent_run_id, run.root_run_id) == (failed.run_id, failed.run_id)
    assert run.run_config == failed.run_config
    assert run.tags == {
        "team": "data",
        "who": "me",
        "dagster/parent_run_id": failed.run_id,
        "dagster/root_run_id": failed.run_id,
        "dagster/is_resume_retry": "true",
    }


def test_it_fails_again(call, instance, failed) -> None:
    answer = call("run", "reexecute", failed.run_id, "--from-failure")
    assert answer.status == 1
    second = instance.get_runs()[0]
    assert answer.err.endswith(f"  mainspring run reexecute {second.run_id[:8]} --from-failure\n")


def test_some_steps_with_another_config(call, project, failed) -> None:
    (project / "mended").touch()
    assert call("run", "reexecute", failed.run_id, "--from-failure").status == 0
    other = CONFIG.replace("2", "5")
    answer = call(
        "run", "reexecute", failed.run_id, "--select", "transform+", "--config-json", other, "--json"
    )
    assert [step["key"] for step in answer.json["steps"]] == ["transform", "load"]


def test_all_of_it(call, instance, project, failed) -> None:
    (project / "mended").touch()
    first = call("run", "reexecute", failed.run_id, "--from-failure", "--json").json["run_id"]
    answer = call("run", "reexecute", first, "--json")
    assert [step["key"] for step in answer.json["steps"]] == ["extract", "transform", "load"]
    run = instance.get_run_by_id(answer.json["run_id"])
    assert (run.parent_run_id, run.root_run_id) == (first, failed.run_id)
    assert "dagster/is_resume_retry" not in run.tags


def test_assets(call, instance, project) -> None:
    assert call("launch", "--assets", "report or orders").status == 1
    (run,) = instance.get_runs()
    (project / "mended").touch()
    answer = call("run", "reexecute", run.run_id, "--from-failure", "--json")
    assert [asset["key"] for asset in answer.json["assets"]] == ["report"]


@pytest.mark.parametrize(
    "words, message",
    [
        (["nothing"], "There is no run 'nothing'."),
        (["RUN", "--from-failure", "--select", "load"], "--from-failure and --select exclude each other."),
        (
            ["RUN", "--select", "lod"],
            "The step selection names 'lod', which the job 'nightly' does not have.",
        ),
        (
            ["RUN", "--select", "transform", "--config-json", "{}"],
            "The run config of the job 'nightly' does not fit.",
        ),
        (
            ["RUN", "--select", "load"],
            "The step 'load' takes the output 'result' of 'transform', which no run",
        ),
    ],
)
def test_what_cannot_be_done(call, instance, failed, words, message) -> None:
    answer = call("run", "reexecute", *(failed.run_id if word == "RUN" else word for word in words))
    assert answer.status == 2
    assert message in answer.err
    assert len(instance.get_runs()) == 1


def test_a_run_that_did_not_fail(call, instance) -> None:
    call("launch", "--assets", "orders")
    (run,) = instance.get_runs()
    answer = call("run", "reexecute", run.run_id, "--from-failure")
    assert answer.status == 2
    assert "did not fail (it is SUCCESS)" in answer.err
