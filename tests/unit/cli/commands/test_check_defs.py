"""``check defs``."""

BAD = """
import mainspring as dg

@dg.asset
def orders(customrs): ...

@dg.asset
def customers(): ...

@dg.asset_check(asset="order")
def check(): ...

defs = dg.Definitions(assets=[orders, customers], asset_checks=[check])
"""


def test_good_definitions(call, project) -> None:
    answer = call("check", "defs")
    assert answer == (0, "All can be loaded: 7 assets, 2 checks, 1 job.\n", "")
    assert call("check", "defs", "--json").json == {
        "ok": True,
        "assets": 7,
        "checks": 2,
        "jobs": 1,
        "schedules": 0,
        "sensors": 0,
        "faults": [],
    }


def test_every_fault_is_listed(call, project) -> None:
    (project / "bad.py").write_text(BAD)
    answer = call("check", "defs", "-f", "bad.py")
    assert (answer.status, answer.out) == (2, "")
    assert "asks for the value of the asset 'customrs'" in answer.err
    assert "  at: bad.py:4\nhint: Did you mean customers?" in answer.err
    assert "The check 'check' is about the asset 'order'" in answer.err
    assert answer.err.endswith("\n2 faults found.\n")


def test_faults_as_json(call, project) -> None:
    (project / "bad.py").write_text(BAD)
    answer = call("check", "defs", "-f", "bad.py", "--json")
    assert answer.status == 2
    assert [(one["error"], one["where"]) for one in answer.json["faults"]] == [
        ("InvalidDefinitionError", "bad.py:4"),
        ("InvalidDefinitionError", "bad.py:10"),
    ]


def test_a_module_that_raises_is_a_fault(call, project) -> None:
    (project / "broken.py").write_text("x = 1\ny = x / 0\n")
    answer = call("check", "defs", "-f", "broken.py", "--json")
    assert answer.status == 2
    (fault,) = answer.json["faults"]
    assert (fault["error"], fault["where"]) == ("LoadError", "broken.py:2")
    assert fault["message"].endswith("ZeroDivisionError: division by zero")


def test_the_traceback_for_those_who_ask(call, project) -> None:
    (project / "bad.py").write_text(BAD)
    answer = call("check", "defs", "-f", "bad.py", "--debug")
    assert answer.err.startswith("Traceback (most recent call last):\n")
    assert answer.err.endswith("\n2 faults found.\n")


TIMED = """
import mainspring as dg

@dg.asset
def orders(): ...

@dg.schedule("0 1 * * *", job_name="{job}")
def nightly(): ...

defs = dg.Definitions(assets=[orders], jobs=[dg.define_asset_job("sales")], schedules=[nightly])
"""


def test_schedules_and_sensors_are_counted_and_checked(call, project) -> None:
    (project / "good.py").write_text(TIMED.format(job="sales"))
    (project / "bad.py").write_text(TIMED.format(job="sale"))
    assert call("check", "defs", "-f", "good.py").out == (
        "All can be loaded: 1 asset, 0 checks, 1 job, 1 schedule, 0 sensors.\n"
    )
    answer = call("check", "defs", "-f", "bad.py")
    assert answer.status == 2
    assert "The schedule 'nightly' runs the job 'sale', which is not declared." in answer.err
    assert "Did you mean sales?" in answer.err


WRONG_CONFIG = """
import mainspring as dg

class Load(dg.Config):
    limit: int

@dg.asset
def orders(config: Load): ...

bad = dg.define_asset_job("bad", config={"ops": {"orders": {"config": {"limt": 3}}}})
good = dg.define_asset_job("good", config=dg.RunConfig(ops={"orders": Load(limit=3)}))
defs = dg.Definitions([orders], jobs=[bad, good])
"""


def test_a_job_whose_own_run_config_does_not_fit(call, project) -> None:
    (project / "wrong.py").write_text(WRONG_CONFIG)
    answer = call("check", "defs", "-f", "wrong.py")
    assert answer.status == 2
    assert answer.err.splitlines() == [
        "error: The job 'bad': its own config does not fit:",
        "    root:ops:orders:config:limt: Unknown field 'limt'. Did you mean limit?",
        "    root:ops:orders:config:limit: Missing required field; expected int.",
        "  at: wrong.py:10",
        "",
        "1 fault found.",
    ]
