"""``list defs``."""

import pytest

pytestmark = pytest.mark.usefixtures("project")


def test_all_of_it_as_json(call) -> None:
    answer = call("list", "defs", "--json")
    assert answer.status == 0
    found = answer.json
    assert found["assets"][-1] == {
        "key": "customers",
        "group": "raw",
        "kinds": ["csv"],
        "deps": [],
        "owners": ["team:data"],
        "tags": {"pii": "true"},
        "description": "All customers.\n\nEach once.",
        "code_version": "1",
        "is_partitioned": False,
        "made": "materializable",
        "declared_at": "definitions.py:4",
    }
    assert [asset["key"] for asset in found["assets"]] == [
        "letter",
        "limited",
        "orders",
        "regions",
        "report",
        "warehouse",
        "customers",
    ]
    assert found["checks"] == [
        {"asset": "orders", "name": "not_empty", "blocking": False, "description": None},
        {"asset": "orders", "name": "named", "blocking": False, "description": "Names that are there."},
    ]
    assert found["jobs"] == [
        {
            "name": "daily",
            "assets": ["customers", "orders"],
            "checks": ["orders:named", "orders:not_empty"],
            "ops": [],
            "tags": {},
            "description": "Every day.",
        }
    ]
    assert found["resources"] == ["paper"]


def test_a_selection(call) -> None:
    found = call("list", "defs", "--assets", "+orders", "--json").json
    assert [asset["key"] for asset in found["assets"]] == ["orders", "customers"]


def test_as_text(call) -> None:
    answer = call("list", "defs", "--assets", "orders")
    assert answer.out.splitlines()[:2] == [
        "asset   group    kinds  made            depends on  owners  description",
        "orders  default         materializable  customers",
    ]
    assert answer.err == "1 asset, 2 checks, 1 job\n"


def test_a_selection_that_matches_nothing(call) -> None:
    answer = call("list", "defs", "--assets", "group:rav")
    assert answer.status == 2
    assert answer.err.endswith('hint: group:"rav" matches nothing; nearest: raw.\n')


TIMED = """
import mainspring as dg

@dg.asset(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"))
def orders(): ...

sales = dg.define_asset_job("sales")
daily = dg.build_schedule_from_partitioned_job(sales, hour_of_day=6, description="Each morning.")

@dg.sensor(target=[orders])
def inbox(): ...
"""


def test_schedules_and_sensors(call, project) -> None:
    (project / "timed.py").write_text(TIMED)
    found = call("list", "defs", "-f", "timed.py", "--json").json
    assert found["schedules"] == [
        {
            "name": "sales_schedule",
            "cron_schedule": ["0 6 * * *"],
            "timezone": "UTC",
            "job": "sales",
            "default_status": "STOPPED",
            "description": "Each morning.",
            "declared_at": "timed.py:8",
        }
    ]
    assert found["sensors"] == [
        {
            "name": "inbox",
            "kind": "standard",
            "jobs": ["__anonymous_asset_job_inbox"],
            "every": 30,
            "default_status": "STOPPED",
            "description": None,
            "declared_at": "timed.py:10",
        }
    ]
    answer = call("list", "defs", "-f", "timed.py")
    assert "schedule        cron       timezone  job    description" in answer.out
    assert answer.err == "1 asset, 0 checks, 1 job, 1 schedule, 1 sensor\n"


OPS = """
import mainspring as dg

@dg.op
def one(): return 1

@dg.graph(description="Counts.")
def count(): one()

@dg.job(tags={"team": "sales"})
def twice():
    one()
    one.alias("again")()

@dg.repository
def numbers():
    return [count, twice]
"""


def test_jobs_of_ops_of_a_repository(call, project) -> None:
    (project / "numbers_.py").write_text(OPS)
    found = call("list", "defs", "-f", "numbers_.py", "--json").json
    nothing = {"assets": [], "checks": []}
    assert found["jobs"] == [
        {"name": "count", **nothing, "ops": ["one"], "tags": {}, "description": "Counts."},
        {"name": "twice", **nothing, "ops": ["one", "again"], "tags": {"team": "sales"}, "description": None},
    ]
    answer = call("list", "defs", "-f", "numbers_.py")
    assert "job    assets  checks  ops  description" in answer.out
    assert answer.err == "0 assets, 0 checks, 2 jobs\n"
