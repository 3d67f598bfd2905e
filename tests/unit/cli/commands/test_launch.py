"""``launch`` and its other names."""

import json

import pytest

from mainspring.cli.main import main
from mainspring.cli.progress import PlainProgress
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import RunStatus
from mainspring.core.values.asset_key import AssetKey

pytestmark = pytest.mark.usefixtures("project")


def test_a_run_that_succeeds(call, instance) -> None:
    answer = call("launch", "--assets", "customers or orders", "--json")
    assert answer.status == 0
    found = answer.json
    (run,) = instance.get_runs()
    assert found.pop("seconds") >= 0
    for part in (*found["assets"], *found["steps"]):
        assert part.pop("seconds") >= 0
    nothing = {"description": None, "metadata": {}}
    assert found == {
        "run_id": run.run_id,
        "job": "__ASSET_JOB",
        "status": "SUCCESS",
        "error": None,
        "assets": [
            {"key": "customers", "step": "customers", "made": True, "state": "done", "rows": 1200},
            {"key": "orders", "step": "orders", "made": True, "state": "done", "rows": 3},
        ],
        "checks": [
            {"asset": "orders", "name": "not_empty", "passed": True, "severity": "ERROR", **nothing},
            {"asset": "orders", "name": "named", "passed": False, "severity": "WARN", **nothing},
        ],
        "steps": [
            {"key": "customers", "state": "done", "tries": 1, "error": None},
            {"key": "orders", "state": "done", "tries": 1, "error": None},
            {"key": "orders_named", "state": "done", "tries": 1, "error": None},
        ],
        "skipped": [],
        "reasons": {},
    }
    assert run.status is RunStatus.SUCCESS


def test_what_is_told_without_a_terminal(call) -> None:
    answer = call("launch", "--assets", "customers or orders")
    assert answer.status == 0
    lines = answer.err.splitlines()
    assert lines[0] == "customers are read"
    assert lines[1].startswith("✓ customers  ")
    assert lines[1].endswith("  1,200 rows")
    assert lines[2] == "  orders: counting"
    assert lines[3].endswith("  3 rows  ✓ not_empty")
    assert lines[4].startswith("! orders: named  ")
    assert lines[5].startswith("SUCCESS: 3 steps (3 done), 1 of 2 checks passed, ")
    assert lines[6].startswith("run ")
    assert [line.split()[:2] for line in answer.out.splitlines()] == [
        ["asset", "state"],
        ["customers", "done"],
        ["orders", "done"],
    ]
    assert answer.out.splitlines()[2].endswith("✓ not_empty ! named")


def test_a_run_that_fails(call, instance, project) -> None:
    answer = call("launch", "--assets", "report or letter")
    assert answer.status == 1
    assert (
        f'      File "{project / "definitions.py"}", line 27, in report\n        raise ValueError("no paper")\n'
        in answer.err
    )
    assert "    ValueError: no paper\n" in answer.err
    assert "FAILURE: 2 steps (1 failed, 1 not reached)" in answer.err
    assert "Traceback" not in answer.err
    assert [run.status for run in instance.get_runs()] == [RunStatus.FAILURE]


def test_a_job(call, instance) -> None:
    assert call("launch", "--job", "daily", "--tags", '{"why": "test"}').status == 0
    (run,) = instance.get_runs()
    assert (run.job_name, run.tags["why"]) == ("daily", "test")


def test_the_known_spellings(call, instance) -> None:
    assert call("asset", "materialize", "--select", "customers").status == 0
    assert call("job", "execute", "-j", "daily").status == 0
    assert sorted(run.job_name for run in instance.get_runs()) == ["__ASSET_JOB", "daily"]


def test_a_partition(call, instance) -> None:
    assert call("launch", "--assets", "regions", "--partition", "b").status == 0
    assert instance.get_materialized_partitions(AssetKey("regions")) == {"b"}


@pytest.mark.parametrize(
    "words, told",
    [
        (["regions"], "error: The asset 'regions' is partitioned"),
        (["regions", "--partition", "z"], "error: "),
        (["customers", "--partition", "x"], "error: customers is not partitioned; leave out --partition."),
        (
            ["customers or orders", "--partition-range", "a...b"],
            "error: None of the 2 assets to be made is partitioned; leave out --partition-range.",
        ),
        (["regions", "--partition-range", "a...c"], "error: The asset 'regions' makes one partition a run"),
        (["regions", "--partition-range", "a"], "error: 'a' is not a range of partitions."),
        (
            ["regions", "--partition", "a", "--partition-range", "a...c"],
            "error: --partition and --partition-range",
        ),
        (
            ["customer"],
            "error: The selection names 1 asset that nobody declares: customer (did you mean customers?).",
        ),
        (["group:nope"], 'error: The selection group:"nope" matched no assets.'),
        (["warehouse"], "error: The selection 'warehouse' matches only assets that are made elsewhere"),
        (["orders", "--tags", "[1]"], "error: What --tags holds is not a JSON object"),
        (["orders", "--tags", '{"a": 1}'], "error: The tag 'a' in --tags is 1; a tag is a string."),
        (["limited", "--config-json", "{"], "error: What --config-json holds is not a JSON object"),
        (["limited", "-c", "absent.yaml"], "error: No config file matches 'absent.yaml'."),
        (["limited"], "error: "),
        (["limited", "--config-json", '{"ops": {"limited": {"config": {"most": "x"}}}}'], "error: "),
    ],
)
def test_what_cannot_be_asked(words, told, call, instance) -> None:
    answer = call("launch", "--assets", *words)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(told)
    assert "Traceback" not in answer.err
    assert instance.get_runs() == []


def test_a_selection_that_does_not_parse_is_shown_with_a_caret(call) -> None:
    answer = call("launch", "--assets", "orders and (")
    assert answer.status == 2
    shown, caret = answer.err.splitlines()[1:3]
    assert (shown, caret) == ("    orders and (", " " * 16 + "^")


def test_either_assets_or_a_job(call) -> None:
    assert call("launch").err.startswith("error: Say what to run: either --assets")
    both = call("launch", "--assets", "*", "--job", "daily")
    assert (both.status, both.err.splitlines()[0]) == (2, "error: --assets and --job exclude each other.")


def test_an_unknown_job(call) -> None:
    assert call("launch", "--job", "dayly") == (
        2,
        "",
        "error: No job 'dayly' is declared.\nhint: Did you mean daily?\n",
    )


@pytest.mark.parametrize("form", ["json", "file"])
def test_run_config(form, call, project) -> None:
    config = {"ops": {"limited": {"config": {"most": 3}}}}
    (project / "run.yaml").write_text(json.dumps(config))
    given = ("--config-json", json.dumps(config)) if form == "json" else ("-c", "run.yaml")
    answer = call("launch", "--assets", "limited", *given)
    assert answer.status == 0
    assert "  limited: at most 3\n" in answer.err


def test_the_level_of_messages_is_that_of_the_config(call) -> None:
    config = '{"loggers": {"console": {"config": {"log_level": "WARNING"}}}}'
    assert "counting" not in call("launch", "--assets", "orders", "--config-json", config).err


@pytest.mark.parametrize("moment", [EventType.RUN_START, EventType.STEP_START, EventType.STEP_OUTPUT])
def test_an_interruption_at_any_moment_ends_the_run(moment, call, instance, monkeypatch) -> None:
    take = PlainProgress.take

    def interrupted(self, entry):
        take(self, entry)
        if entry.dagster_event is not None and entry.dagster_event.event_type is moment:
            raise KeyboardInterrupt

    monkeypatch.setattr(PlainProgress, "take", interrupted)
    answer = call("launch", "--assets", "customers", "--json")
    assert (answer.status, answer.json["status"]) == (130, "CANCELED")
    assert answer.err.endswith("To make what is left:\n  mainspring launch --assets 'key:\"customers\"'\n")
    assert [run.status for run in instance.get_runs()] == [RunStatus.CANCELED]


def test_a_fault_of_the_engine_ends_the_run_too(call, instance, monkeypatch) -> None:
    def broken(self, entry):
        raise KeyError("lost")

    monkeypatch.setattr(PlainProgress, "take", broken)
    answer = call("launch", "--assets", "customers")
    assert (answer.status, answer.out) == (70, "")
    assert answer.err.startswith("error: Something went wrong inside this program: KeyError: 'lost'\n")
    assert [run.status for run in instance.get_runs()] == [RunStatus.FAILURE]


def test_after_a_failure_the_command_for_the_rest_can_be_pasted(call) -> None:
    words = ("-f", "definitions.py", "--assets", "customers or report or letter", "--tags", '{"a": "b"}')
    told = call("launch", *words).err
    assert told.endswith(
        "To make what is left:\n  mainspring launch --python-file definitions.py "
        """--assets 'key:"report" or key:"letter"' --tags '{"a": "b"}'\n"""
    )


def test_commands_begin_as_the_program_was_called(project, capsys) -> None:
    assert main(["launch", "--assets", "customers"], called_as="HERE=1 bin/mainspring") == 0
    assert ": `HERE=1 bin/mainspring run show " in capsys.readouterr().err


CHECKED = """
import mainspring as dg

@dg.asset(check_specs=[dg.AssetCheckSpec("full", asset="table")])
def table():
    return dg.MaterializeResult(
        check_results=[dg.AssetCheckResult(passed=False, check_name="full", description="Rows are missing.")]
    )

@dg.asset_check(asset=table)
def known():
    return dg.AssetCheckResult(
        passed=False, severity=dg.AssetCheckSeverity.WARN, description="Some are unknown.", metadata={"unknown": 7}
    )

@dg.asset_check(asset=table)
def breaks():
    raise ValueError("no")
"""


def test_why_a_check_failed(call, project, instance) -> None:
    (project / "checked.py").write_text(CHECKED)
    told = call("launch", "-f", "checked.py", "--assets", "*").err.splitlines()
    assert next(line for line in told if line.startswith("✓ table  ")).endswith("  ✗ full: Rows are missing.")
    warned = next(line for line in told if line.startswith("! table: known  "))
    assert warned.endswith("  Some are unknown. (unknown: 7)")
    failed = next(line for line in told if line.startswith("✗ table: breaks  "))
    assert "·" not in failed
    shown = call("asset", "show", "table", "-f", "checked.py").out
    assert "Some are unknown. (unknown: 7)" in shown
    assert "Rows are missing." in shown
    (run,) = instance.get_runs()
    lines = call("run", "show", run.run_id).out.splitlines()
    assert "    Some are unknown. (unknown: 7)" in lines
    assert "    Rows are missing." in lines


NUMBERS = """
import mainspring as dg

@dg.op(config_schema={"n": int})
def first(context): return context.op_config["n"]

@dg.op
def second(context, x):
    if x > 9:
        raise ValueError("too much")
    context.log.info(f"is {x}")

@dg.graph
def counting(): second(first())

@dg.repository
def numbers(): return [counting]
"""


def test_a_job_of_ops_of_a_repository(call, project, instance) -> None:
    (project / "numbers_.py").write_text(NUMBERS)
    words = ("launch", "-f", "numbers_.py", "-j", "counting", "--config-json")
    answer = call(*words, '{"ops": {"first": {"config": {"n": 3}}}}', "--json")
    assert (answer.status, answer.json["job"], answer.json["assets"]) == (0, "counting", [])
    assert [(step["key"], step["state"]) for step in answer.json["steps"]] == [
        ("first", "done"),
        ("second", "done"),
    ]
    failed = call(*words, '{"ops": {"first": {"config": {"n": 10}}}}')
    assert failed.status == 1
    assert "ValueError: too much" in failed.err
    assert "2 steps (1 done, 1 failed)" in failed.err
    wrong = call(*words, '{"ops": {"frist": {}}}')
    assert (wrong.status, "There is no op 'frist'. Did you mean first?" in wrong.err) == (2, True)
    assert [run.status.value for run in instance.get_runs()] == ["FAILURE", "SUCCESS"]
