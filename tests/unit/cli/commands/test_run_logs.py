"""``run logs``."""

import pytest

NOISY = """
import sys
import mainspring as dg

@dg.asset
def first():
    print(" 5%\\r100%")
    print("from first")

@dg.asset(deps=[first])
def second():
    print("from second")
    print("trouble", file=sys.stderr)

defs = dg.Definitions(assets=[first, second])
"""


@pytest.fixture
def run_id(call, instance, project):
    (project / "definitions.py").write_text(NOISY)
    assert call("launch", "--assets", "*").status == 0
    (run,) = instance.get_runs()
    return run.run_id


def test_what_the_steps_wrote(call, run_id) -> None:
    assert call("run", "logs", run_id[:8]) == (0, "100%\nfrom first\nfrom second\n", "")
    assert call("run", "logs", run_id, "--stderr") == (0, "trouble\n", "")
    assert call("run", "logs", run_id, "--both") == (0, "100%\nfrom first\nfrom second\n", "trouble\n")
    assert call("run", "logs", run_id, "--follow").out == "100%\nfrom first\nfrom second\n"
    assert call("run", "logs", run_id, "--raw").out == " 5%\r100%\nfrom first\nfrom second\n"


def test_what_one_step_wrote(call, run_id) -> None:
    assert call("run", "logs", run_id, "--step", "second") == (0, "from second\n", "")
    assert call("run", "logs", run_id, "--step", "first", "--raw").out == " 5%\r100%\nfrom first\n"
    assert call("run", "logs", run_id, "--step", "first", "--stderr") == (0, "", "")


def test_as_json(call, run_id) -> None:
    (log,) = call("run", "logs", run_id, "--json").json
    assert log["step_keys"] == ["first", "second"]
    assert (log["stdout"], log["stderr"]) == (["100%", "from first", "from second"], ["trouble"])
    assert (log["is_complete"], [step["step_key"] for step in log["steps"]]) == (True, ["first", "second"])
    assert log["stdout_at"].endswith(f"{run_id}/compute_logs/{log['file_key']}.out")
    (part,) = call("run", "logs", run_id, "--json", "--step", "second").json
    assert (part["stdout"], part["steps"][0]["stdout"]) == (["from second"], [20, 32])


def test_what_cannot_be_shown(call, run_id) -> None:
    answer = call("run", "logs", run_id, "--step", "secnd")
    assert (answer.status, answer.err) == (
        2,
        "error: The run has no step 'secnd'.\nhint: Did you mean second?\n",
    )
    assert call("run", "logs", run_id, "--stderr", "--both").status == 2
    assert call("run", "logs", run_id, "--json", "--follow").status == 2
    assert call("run", "logs", "none").status == 2


def test_a_run_whose_output_was_not_captured(call, instance) -> None:
    run = instance.create_run(job_name="made by hand")
    assert call("run", "logs", run.run_id) == (0, "", "The output of this run was not captured.\n")
    assert call("run", "logs", run.run_id, "--json").json == []
