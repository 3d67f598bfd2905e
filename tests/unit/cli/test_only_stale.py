"""``--only-stale``: what is up to date is skipped, and it is said why the rest is not."""

import pytest

pytestmark = pytest.mark.usefixtures("project")

DEFS = """
import mainspring as dg

parts = dg.StaticPartitionsDefinition(["a", "b", "c"])

@dg.asset(code_version="1")
def raw():
    return 1

@dg.asset(code_version="1")
def orders(raw):
    return raw

@dg.asset_check(asset=orders)
def positive():
    return dg.AssetCheckResult(passed=True)

@dg.asset(code_version="1")
def report(orders):
    return orders

@dg.asset
def other():
    return 2

@dg.multi_asset(specs=[dg.AssetSpec("one", code_version="1"), dg.AssetSpec("two", code_version="1", deps=["raw"])])
def both():
    yield dg.MaterializeResult(asset_key="one")
    yield dg.MaterializeResult(asset_key="two")

@dg.asset(partitions_def=parts, code_version="1", backfill_policy=dg.BackfillPolicy.single_run())
def regions() -> None: ...

@dg.observable_source_asset
def seen():
    return dg.DataVersion("1")

@dg.op
def work(): ...

@dg.job
def of_ops():
    work()

defs = dg.Definitions(
    assets=[raw, orders, report, other, both, regions, seen], asset_checks=[positive],
    jobs=[of_ops, dg.define_asset_job("daily", "*report")],
)
"""


@pytest.fixture
def project(project):
    (project / "definitions.py").write_text(DEFS)
    return project


@pytest.fixture
def change(project):
    """Change the code version of the asset whose declaration begins so."""

    def edit(old: str, new: str) -> None:
        text = (project / "definitions.py").read_text()
        assert old in text
        (project / "definitions.py").write_text(text.replace(old, new, 1))

    return edit


def made(answer) -> list[str]:
    return [asset["key"] for asset in answer.json["assets"]]


def test_nothing_to_run(call, instance) -> None:
    assert call("launch", "--assets", "+report").status == 0
    answer = call("launch", "--assets", "+report", "--only-stale", "--json")
    assert answer.status == 0
    assert answer.json == {
        "run_id": None,
        "job": "__ASSET_JOB",
        "status": "NOTHING_TO_RUN",
        "seconds": None,
        "error": None,
        "assets": [],
        "checks": [],
        "steps": [],
        "skipped": ["raw", "orders", "report"],
        "reasons": {},
    }
    assert answer.err == "Up to date, skipped: raw, orders, report.\nNothing to run.\n"
    assert len(instance.get_runs()) == 1


def test_all_is_missing(call) -> None:
    answer = call("launch", "--assets", "*report", "--only-stale", "--json")
    assert made(answer) == ["raw", "orders", "report"]
    assert answer.json["skipped"] == []
    assert answer.json["reasons"]["raw"] == ["was never materialised, or was wiped since"]


def test_what_lies_below_a_change_is_made_too(call, change) -> None:
    call("launch", "--assets", "*report or other")
    change('@dg.asset(code_version="1")\ndef orders', '@dg.asset(code_version="2")\ndef orders')
    answer = call("launch", "--assets", "*report or other", "--only-stale", "--plain")
    assert answer.status == 0
    assert answer.err.splitlines()[:4] == [
        "Not up to date: 2 assets.",
        '  orders: has a new code version: "2" (was "1")',
        "  report: the upstream asset `orders` is stale",
        "Up to date, skipped: raw, other.",
    ]
    assert call("launch", "--assets", "*report", "--only-stale", "--json").json["status"] == "NOTHING_TO_RUN"


def test_by_job_and_by_materialize(call) -> None:
    assert made(call("launch", "--job", "daily", "--only-stale", "--json")) == ["raw", "orders", "report"]
    again = call("job", "execute", "-j", "daily", "--only-stale", "--json").json
    assert (again["status"], again["job"], again["skipped"]) == (
        "NOTHING_TO_RUN",
        "daily",
        ["raw", "orders", "report"],
    )
    assert made(call("asset", "materialize", "--select", "other", "--only-stale", "--json")) == ["other"]


def test_checks_of_what_is_skipped_are_skipped(call, change) -> None:
    call("launch", "--assets", "*report")
    change('@dg.asset(code_version="1")\ndef report', '@dg.asset(code_version="2")\ndef report')
    answer = call("launch", "--assets", "*report", "--only-stale", "--json")
    assert (made(answer), answer.json["checks"]) == (["report"], [])


def test_what_is_made_together_is_made_together(call, change) -> None:
    call("launch", "--assets", "raw or one or two")
    change('@dg.asset(code_version="1")\ndef raw', '@dg.asset(code_version="2")\ndef raw')
    answer = call("launch", "--assets", "raw or one or two", "--only-stale", "--json")
    assert sorted(made(answer)) == ["one", "raw", "two"]
    assert answer.json["reasons"]["one"] == ["is made together with `two`"]


def test_partitions_by_themselves(call) -> None:
    call("launch", "--assets", "regions", "--partition", "a")
    again = call("launch", "--assets", "regions", "--partition", "a", "--only-stale", "--json")
    assert again.json["status"] == "NOTHING_TO_RUN"
    other = call("launch", "--assets", "regions", "--partition", "b", "--only-stale", "--json")
    assert made(other) == ["regions"]
    span = call("launch", "--assets", "regions", "--partition-range", "a...c", "--only-stale", "--json")
    assert span.json["reasons"] == {
        "regions": ["was never materialised, or was wiped since (the partition c)"]
    }
    span = call("launch", "--assets", "regions", "--partition-range", "a...c", "--only-stale", "--json")
    assert span.json["status"] == "NOTHING_TO_RUN"


def test_a_partition_must_be_named_all_the_same(call) -> None:
    call("launch", "--assets", "regions", "--partition", "a")
    answer = call("launch", "--assets", "regions", "--only-stale")
    assert answer.status == 2
    assert "needs to know which partition to make" in answer.err


def test_what_is_only_looked_at_is_looked_at_again(call) -> None:
    for _ in range(2):
        answer = call("launch", "--assets", "seen", "--only-stale", "--json")
        assert (answer.json["status"], made(answer)) == ("SUCCESS", ["seen"])


def test_a_job_of_ops_has_nothing_that_could_be_up_to_date(call) -> None:
    answer = call("launch", "--job", "of_ops", "--only-stale")
    assert answer.status == 2
    assert "makes no assets, so nothing of it can be up to date" in answer.err
