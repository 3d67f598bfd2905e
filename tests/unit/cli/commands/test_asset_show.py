"""``asset show``."""

import pytest

from mainspring.core.records.asset_events import AssetMaterialization, AssetObservation

pytestmark = pytest.mark.usefixtures("project")


def test_all_that_is_known(call, instance) -> None:
    assert call("launch", "--assets", "+orders").status == 0
    page = call("asset", "show", "orders", "--json").json
    (run,) = instance.get_runs()
    assert page["latest"]["run_id"] == run.run_id
    assert page["latest"]["rows"] == 3
    assert page["latest"] == page["history"][0]
    del page["latest"], page["history"]
    for check in page["checks"]:
        assert check.pop("at").endswith("+00:00")
    assert page == {
        "key": "orders",
        "declared": True,
        "group": "default",
        "kinds": [],
        "owners": [],
        "tags": {},
        "description": None,
        "declared_at": "definitions.py:13",
        "upstream": ["customers"],
        "downstream": ["report"],
        "code_version": None,
        "status": "FRESH",
        "reasons": [],
        "materialized_code_version": run.run_id,
        "materialized_partitions": 0,
        "checks": [
            {
                "name": "named",
                "status": "FAILED",
                "passed": False,
                "severity": "WARN",
                "run_id": run.run_id,
                "description": None,
                "metadata": {},
            },
            {
                "name": "not_empty",
                "status": "SUCCEEDED",
                "passed": True,
                "severity": "ERROR",
                "run_id": run.run_id,
                "description": None,
                "metadata": {},
            },
        ],
    }


def test_as_text(call) -> None:
    call("launch", "--assets", "customers")
    out = call("asset", "show", "customers").out
    lines = out.splitlines()
    assert lines[0] == "customers"
    assert "  kinds         csv" in lines
    assert "  tags          pii=true" in lines
    assert "  downstream    orders" in lines
    assert "  code version  1" in lines
    assert "  status        fresh" in lines
    assert "  dagster/row_count  1,200" in lines
    assert "  place              a/b.csv" in lines
    assert lines[-2].split() == ["at", "event", "partition", "rows", "run"]
    assert "materialization" in lines[-1]


def test_why_it_is_not_up_to_date(call, project) -> None:
    call("launch", "--assets", "+orders")
    file = project / "definitions.py"
    file.write_text(file.read_text().replace('code_version="1"', 'code_version="2"'))
    page = call("asset", "show", "customers", "--json").json
    assert (page["status"], page["reasons"]) == ("STALE", ['has a new code version: "2" (was "1")'])
    lines = call("asset", "show", "orders").out.splitlines()
    place = lines.index("  status       stale")
    assert lines[place + 1].strip() == "the upstream asset `customers` is stale"


def test_the_last_ten(call, instance) -> None:
    for number in range(7):
        instance.report_runless_asset_event(
            AssetMaterialization("counted", metadata={"dagster/row_count": number})
        )
        instance.report_runless_asset_event(AssetObservation("counted"))
    page = call("asset", "show", "counted", "--json").json
    assert [one["kind"] for one in page["history"]] == ["observation", "materialization"] * 5
    assert (page["latest"]["rows"], page["declared"], page["group"]) == (6, False, None)
    assert page["latest"]["metadata"] == {"dagster/row_count": {"type": "int", "value": 6}}


def test_checks_are_known_without_definitions(call, project) -> None:
    call("launch", "--assets", "orders")
    (project / "definitions.py").unlink()
    page = call("asset", "show", "orders", "--json").json
    assert [(check["name"], check["passed"]) for check in page["checks"]] == [
        ("named", False),
        ("not_empty", True),
    ]
    assert page["upstream"] is None


def test_never_made(call) -> None:
    assert "  materialized  never\n" in call("asset", "show", "letter").out


def test_an_unknown_asset(call, instance) -> None:
    assert call("asset", "show", "custmers") == (
        2,
        "",
        "error: There is no asset 'custmers'.\nhint: Did you mean customers?\n",
    )


def test_without_definitions_nothing_is_said_of_where_it_is_declared(
    call, instance, tmp_path, monkeypatch
) -> None:
    instance.report_runless_asset_event(AssetMaterialization("lost"))
    assert "declared at" in call("asset", "show", "lost").out
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    answer = call("asset", "show", "lost")
    assert answer.status == 0
    assert "declared at" not in answer.out
