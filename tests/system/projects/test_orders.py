"""An op-style job with resources of the older form: built twice from one graph, with hooks, loggers and IO managers."""

import json
import sqlite3

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "orders"
ROWS = [
    {"sku": "a", "price": 10.0, "count": 2},
    {"sku": "b", "price": 5.0},
    {"sku": "b", "price": 5.0, "count": -1},
]


@pytest.fixture
def jobs(load):
    return load("orders.jobs")


@pytest.fixture
def log(load):
    return load("orders.resources")


@pytest.fixture
def config(project):
    """The run config of production."""
    return {
        "ops": {"read_orders": {"config": {"source": {"rows": ROWS}}}},
        "resources": {
            "warehouse": {"config": {"name": str(project.folder / "books")}},
            "tables": {"config": {"prefix": "out_"}},
            "io_manager": {"config": {"base_dir": str(project.folder / "store")}},
            "pricing": {"config": {"vat": 0.1}},
            "mailbox": {"config": None},
        },
        "loggers": {"kept": {"config": {"level": "INFO"}}},
    }


def test_production(jobs, log, config) -> None:
    with dg.DagsterInstance.get() as instance:
        result = jobs.prod.execute_in_process(run_config=config, instance=instance)
    assert result.success
    assert result.output_value() == 27.5
    assert result.output_for_node("price", "totals") == {"a": 22.0, "b": 5.5}
    books = sqlite3.connect("books.sqlite")
    assert books.execute("select * from out_price_totals order by sku").fetchall() == [
        ("a", 22.0),
        ("b", 5.5),
    ]
    assert books.execute("select * from audit").fetchall() == [
        (result.run_id, "booked a"),
        (result.run_id, "booked b"),
        (result.run_id, "closed"),
    ]
    books.close()
    opened = [what for what, _ in log.LOG]
    assert opened == ["open", "audit", "audit closed", "close"]
    assert jobs.HOOKED == [("book", "book", {"result": 27.5})]
    assert ("INFO", "book", "booked 2 totals") in log.LINES
    assert result.dagster_run.tags["env"] == "prod"
    [handled] = [
        event
        for event in result.events_for_node("price")
        if event.is_handled_output and event.event_specific_data.output_name == "totals"
    ]
    assert handled.event_specific_data.metadata["table"].value == "out_price_totals"
    [made] = result.asset_materializations_for_node("price")
    assert made.asset_key == dg.AssetKey("out_price_totals")
    hooks = [event for event in result.events_for_node("book") if event.event_type_value.startswith("HOOK")]
    assert sorted(event.event_type_value for event in hooks) == [
        "HOOK_COMPLETED",
        "HOOK_COMPLETED",
        "HOOK_SKIPPED",
    ]


def test_the_desk_hears_only_of_what_was_rejected(jobs, config) -> None:
    result = jobs.prod.execute_in_process(run_config=config)
    assert result.output_for_node("price", "rejected") == [ROWS[2]]
    config["ops"]["read_orders"]["config"]["source"]["rows"] = ROWS[:1]
    config["resources"]["warehouse"]["config"]["name"] += "2"
    again = jobs.prod.execute_in_process(run_config=config)
    assert again.success
    assert again.is_node_skipped("complain")
    assert again.is_node_untouched("complain") is False


def test_a_failure_rings_the_bell(jobs, log, config) -> None:
    config["ops"]["read_orders"]["config"]["source"]["rows"] = ROWS[2:]
    result = jobs.prod.execute_in_process(run_config=config, raise_on_error=False)
    assert not result.success
    assert jobs.HOOKED == [("ring_the_bell", "price", "Failure")]
    told = result.failure_data_for_node("price").user_failure_data
    assert (told.description, told.metadata["rejected"].value) == ("No order is left", 1)
    assert [what for what, _ in log.LOG] == ["open", "audit", "audit closed", "close"]
    begun = {
        event.step_key for event in result.all_events if event.event_type is dg.DagsterEventType.STEP_START
    }
    assert begun == {"read_orders", "price"}
    with pytest.raises(dg.Failure, match="No order is left"):
        jobs.prod.execute_in_process(run_config=config)


def test_every_fault_of_the_config_is_named(jobs, config) -> None:
    del config["resources"]["warehouse"]
    config["resources"]["pricing"]["config"]["rounding"] = "CENTS"
    config["ops"]["read_orders"]["config"]["source"]["file"] = {"path": "x"}
    config["loggers"]["kept"]["config"]["lvl"] = "x"
    with pytest.raises(dg.DagsterInvalidConfigError) as caught:
        jobs.prod.execute_in_process(run_config=config)
    said = str(caught.value)
    for place in (
        "root:resources:warehouse",
        "root:resources:pricing:config:rounding",
        "root:ops:read_orders:config:source",
        "root:loggers:kept:config",
    ):
        assert place in said
    assert "CENT" in said.replace("CENTS", "")
    assert len(caught.value.errors) == 4


def test_a_resource_that_cannot_be_opened(jobs, log, config) -> None:
    config["resources"]["warehouse"]["config"]["name"] = "no/such/folder/books"
    with pytest.raises(dg.DagsterResourceFunctionError, match="warehouse"):
        jobs.prod.execute_in_process(run_config=config)
    assert [what for what, _ in log.LOG] == ["open"]


def test_a_part_of_the_graph(jobs) -> None:
    result = jobs.dev.execute_in_process(op_selection=["read_orders", "price"])
    assert result.success
    assert result.output_for_node("price", "totals") == {"a": 2.0}
    assert {event.step_key for event in result.get_step_success_events()} == {"read_orders", "price"}


def test_from_the_command_line(project, here) -> None:
    module = ("-m", "orders.repo")
    told = project.launch(*module, "--job", "book_orders_dev")
    assert told["status"] == "SUCCESS"
    (project.folder / "orders.csv").write_text("sku;price;count\nc;1.5;4\n")
    config = {"source": {"file": {"path": "orders.csv", "options": {"delimiter": ";"}}}}
    (project.folder / "run.yaml").write_text(json.dumps({"ops": {"read_orders": {"config": config}}}))
    done = here("launch", *module, "--job", "book_orders_dev", "--config", "run.yaml")
    assert done.status == 0, done.err
    made = [e.materialization for e in project.events(dg.DagsterEventType.ASSET_MATERIALIZATION)]
    assert [one.asset_key.to_user_string() for one in made] == ["t_price_totals"]
    refused = here("launch", *module, "--job", "book_orders_prod")
    assert refused.status == 2
    assert "root:ops:read_orders:config:source" in refused.err
    (project.folder / "orders.csv").write_text("sku;price;count\nc;dear;4\n")
    failed = here("launch", *module, "--job", "book_orders_dev", "--config", "run.yaml")
    assert failed.status == 1
    assert "could not convert string to float: 'dear'" in failed.err


def test_its_own_tests(project) -> None:
    project.own_tests()
