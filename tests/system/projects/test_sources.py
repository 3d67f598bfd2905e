"""Assets, checks, jobs and schedules made in functions from YAML files; chosen by group, tag, owner and kind."""

import json
import pickle

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "sources"
FILE = ("-f", "definitions.py")


def stored(project, *path):
    return pickle.loads((project.folder / "store").joinpath(*path).read_bytes())


@pytest.fixture
def defs(load):
    return load("definitions").defs


def test_what_was_declared(project) -> None:
    listed = project.command("list", "defs", *FILE, "--json")
    assert listed.status == 0, listed.err
    assets = {one["key"]: one for one in listed.json["assets"]}
    assert set(assets) == {
        "shop/raw/orders",
        "shop/raw/customers",
        "shop/totals/revenue",
        "web/raw/visits",
        "web/totals/time_on_site",
        "crm/accounts",
    }
    assert assets["shop/raw/customers"]["group"] == "shop"


@pytest.mark.parametrize(
    "selection, names",
    [
        ("owner:team:sales", {"orders", "customers"}),
        ("kind:csv and group:web", {"visits"}),
        ("tag:pii=true", {"customers"}),
        ('key:"shop/totals/*"', {"revenue"}),
        ('+key:"shop/totals/revenue"', {"orders", "revenue"}),
        ('key:"crm/accounts"+', {"accounts", "customers"}),
    ],
)
def test_selections(selection, names, defs) -> None:
    keys = dg.AssetSelection.from_string(selection).resolve(defs.resolve_asset_graph())
    assert {key.path[-1] for key in keys} == names


def test_the_job_of_a_group(project) -> None:
    told = project.launch(*FILE, "--job", "shop_job")
    assert told["status"] == "SUCCESS"
    assert stored(project, "shop", "totals", "revenue") == 16.0
    assert stored(project, "shop", "raw", "customers") == [{"id": 1, "name": "ana"}, {"id": 2, "name": "ben"}]
    made = {
        event.asset_key.path[-1]: event.materialization
        for event in project.events(dg.DagsterEventType.ASSET_MATERIALIZATION)
    }
    assert set(made) == {"orders", "customers", "revenue"}
    assert made["orders"].metadata["dagster/row_count"].value == 3
    assert (made["revenue"].metadata["column"].value, made["revenue"].metadata["rows"].value) == ("amount", 3)
    checks = [
        e.asset_check_evaluation_data for e in project.events(dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    ]
    assert {one.check_name: one.passed for one in checks} == {
        "orders_id_is_unique": True,
        "customers_id_is_unique": True,
    }
    assert project.latest_run().tags["conf"] == "shop.yaml"


def test_config_of_one_source(project, here) -> None:
    config = {"ops": {"shop__raw__orders": {"config": {"most": 1}}}}
    done = here("launch", *FILE, "--job", "shop_job", "--config-json", json.dumps(config))
    assert done.status == 0, done.err
    assert stored(project, "shop", "totals", "revenue") == 10.5
    wrong = {"ops": {"shop__raw__order": {"config": {"most": 1}}}}
    refused = here("launch", *FILE, "--job", "shop_job", "--config-json", json.dumps(wrong))
    assert refused.status == 2
    assert "root:ops:shop__raw__order: " in refused.err
    assert "shop__raw__orders" in refused.err


def test_a_partition_of_a_source(project, here) -> None:
    assert here("launch", *FILE, "--job", "web_job", "--partition", "eu").status == 0
    assert stored(project, "web", "totals", "time_on_site", "eu") == 8.5
    refused = here("launch", *FILE, "--job", "web_job", "--partition", "asia")
    assert refused.status == 2
    assert "asia" in refused.err


def test_a_bad_row_fails_with_the_file(project, here) -> None:
    with (project.folder / "data" / "orders.csv").open("a") as rows:
        rows.write("4,ana,much\n")
    done = here("launch", *FILE, "--job", "shop_job")
    assert done.status == 1
    assert "data/orders.csv: could not convert string to float: 'much'" in done.err
    [failure] = project.events(dg.DagsterEventType.STEP_FAILURE)
    told = failure.step_failure_data.user_failure_data
    assert told.metadata == {"file": dg.MetadataValue.path("data/orders.csv")}
    made = {e.asset_key.path[-1] for e in project.events(dg.DagsterEventType.ASSET_MATERIALIZATION)}
    assert made == {"customers"}


def test_a_key_that_is_there_twice_blocks_the_total(project, here) -> None:
    with (project.folder / "data" / "orders.csv").open("a") as rows:
        rows.write("3,ana,2\n")
    assert here("launch", *FILE, "--job", "shop_job").status == 1
    assert project.latest_run().status is dg.DagsterRunStatus.FAILURE
    assert not (project.folder / "store" / "shop" / "totals").exists()


def test_the_same_name_twice_is_refused(project, here) -> None:
    (project.folder / "conf" / "again.yaml").write_text((project.folder / "conf" / "shop.yaml").read_text())
    done = here("list", "defs", *FILE)
    assert done.status == 2
    assert "shop_job" in done.err or "shop/raw/orders" in done.err


def test_a_job_by_tag(defs) -> None:
    job = defs.resolve_job_def("personal_data")
    result = job.execute_in_process()
    assert result.success
    assert [e.asset_key.path[-1] for e in result.get_asset_materialization_events()] == ["customers"]
    assert {one.name for one in defs.schedules} == {"shop_nightly"}
