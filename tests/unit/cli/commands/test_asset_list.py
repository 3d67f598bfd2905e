"""``asset list``."""

import pytest

from mainspring.core.records.asset_events import AssetMaterialization

pytestmark = pytest.mark.usefixtures("project")


def test_declared_and_recorded_assets(call, instance) -> None:
    instance.report_runless_asset_event(AssetMaterialization("elsewhere", metadata={"dagster/row_count": 5}))
    assert call("launch", "--assets", "customers").status == 0
    found = {line["key"]: line for line in call("asset", "list", "--json").json}
    (run,) = instance.get_runs()
    assert found["customers"].pop("materialized_at").endswith("+00:00")
    assert found["customers"] == {
        "key": "customers",
        "group": "raw",
        "declared": True,
        "run_id": run.run_id,
        "partition": None,
        "rows": 1200,
        "status": "FRESH",
        "reasons": [],
    }
    assert (found["elsewhere"]["status"], found["warehouse"]["status"], found["letter"]["status"]) == (
        None,
        None,
        "MISSING",
    )
    assert (found["elsewhere"]["declared"], found["elsewhere"]["rows"]) == (False, 5)
    assert found["letter"]["materialized_at"] is None
    assert len(found) == 8


def test_the_instance_alone(call, instance, project) -> None:
    instance.report_runless_asset_event(AssetMaterialization("elsewhere"))
    (project / "definitions.py").unlink()
    assert [line["key"] for line in call("asset", "list", "--json").json] == ["elsewhere"]


def test_definitions_that_cannot_be_loaded_do_no_harm_unless_asked_for(call, instance, project) -> None:
    instance.report_runless_asset_event(AssetMaterialization("elsewhere"))
    (project / "definitions.py").write_text("1 / 0")
    answer = call("asset", "list", "--json")
    assert (answer.status, [line["key"] for line in answer.json]) == (0, ["elsewhere"])
    assert answer.err.startswith("warning: Only what is recorded is shown. ")
    assert call("asset", "list", "-f", "definitions.py").status == 2


def test_a_selection_as_text(call) -> None:
    call("launch", "--assets", "orders")
    answer = call("asset", "list", "--select", "customers+1")
    rows = [line.split() for line in answer.out.splitlines()]
    assert rows[0] == ["asset", "group", "status", "materialized", "partition", "rows", "run"]
    assert rows[1][:4] == ["customers", "raw", "missing", "never"]
    assert (rows[2][:3], rows[2][5]) == (["orders", "default", "stale"], "3")
    assert answer.err == "2 assets, 1 materialized, 2 not up to date\n"


def test_what_is_not_up_to_date_with_its_reasons(call, project) -> None:
    call("launch", "--assets", "+orders")
    file = project / "definitions.py"
    file.write_text(file.read_text().replace('code_version="1"', 'code_version="2"'))
    lines = call("asset", "list", "--stale", "--select", "+orders", "--json").json
    assert [(line["key"], line["status"], line["reasons"]) for line in lines] == [
        ("customers", "STALE", ['has a new code version: "2" (was "1")']),
        ("orders", "STALE", ["the upstream asset `customers` is stale"]),
    ]
    answer = call("asset", "list", "--stale", "--select", "orders")
    assert answer.out.splitlines()[0].split() == ["asset", "status", "why"]
    assert answer.out.splitlines()[1].endswith("the upstream asset `customers` is stale")
    assert answer.err == "1 asset not up to date\n"


def test_nothing_is_stale(call) -> None:
    call("launch", "--assets", "+orders")
    answer = call("asset", "list", "--stale", "--select", "+orders")
    assert (answer.status, answer.out, answer.err) == (0, "", "All assets are up to date.\n")


def test_a_selection_needs_definitions(call, instance, project) -> None:
    (project / "definitions.py").unlink()
    answer = call("asset", "list", "--select", "customers")
    assert answer.status == 2
    assert answer.err.startswith("error: No definitions were named")


def test_reading_makes_no_home(call, monkeypatch, project) -> None:
    monkeypatch.delenv("MAINSPRING_HOME")
    (project / "definitions.py").unlink()
    answer = call("asset", "list", "--json")
    assert (answer.status, answer.json) == (0, [])
    assert (
        answer.err
        == f"Nothing is recorded yet: MAINSPRING_HOME is not set and there is no {project / '.mainspring'}.\n"
    )
    assert not (project / ".mainspring").exists()
