"""The whole graph, once, on the shipped data."""

import duckdb
import pytest

import mainspring as dg
from flights.definitions import build_definitions

WARNINGS = {"winds_are_possible", "aircraft_are_registered", "destinations_are_known"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of everything in a fresh folder, and that folder."""
    output = tmp_path_factory.mktemp("flights")
    with dg.DagsterInstance.ephemeral() as instance:
        job = build_definitions(output).resolve_implicit_global_asset_job_def()
        yield job.execute_in_process(instance=instance), output


def test_every_asset_is_materialised(run):
    result, output = run
    assert result.success
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
    keys = {key.to_user_string() for key in build_definitions(output).resolve_all_asset_keys()}
    assert made == {key for key in keys if not key.startswith("source/")}


def test_the_tables_lie_in_the_schemas_of_their_layers(run):
    _, output = run
    with duckdb.connect(str(output / "flights.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, count(*) from information_schema.tables group by 1 order by 1"
        ).fetchall()
        flights = connection.execute(
            "select count(*), count(distinct carrier) from cleaned.flights"
        ).fetchone()
    assert tables == [("analysis", 6), ("cleaned", 3), ("model", 3), ("raw", 5)]
    assert flights == (336_776, 16)


def test_the_checks_pass_but_for_the_known_oddities(run):
    result, _ = run
    failed = {e.check_name: e.severity for e in result.get_asset_check_evaluations() if not e.passed}
    assert failed == dict.fromkeys(WARNINGS, dg.AssetCheckSeverity.WARN)
    assert len(result.get_asset_check_evaluations()) == 12


def test_the_model_is_better_than_the_hour_of_day(run):
    result, _ = run
    (event,) = [
        e for e in result.get_asset_materialization_events() if e.asset_key.path[-1] == "delay_predictions"
    ]
    scores = {name: value.value for name, value in event.materialization.metadata.items()}
    assert 0.65 < scores["auc"] < 0.75
    assert scores["auc"] > scores["auc_by_hour_of_day"] + 0.05


def test_the_report_and_its_plot_are_written(run):
    _, output = run
    assert (output / "reports" / "delays.png").read_bytes().startswith(b"\x89PNG")
    assert "Hawaiian" in (output / "reports" / "delays.html").read_text()


def test_a_doubled_flight_stops_all_that_follows(tmp_path, monkeypatch):
    """The blocking check fails, so that no table of the analysis is written."""
    definitions = build_definitions(tmp_path)
    read = type(definitions.resources["source_files"]).pandas

    def doubled(self, table):
        frame = read(self, table).head(1000)
        return frame.iloc[[0, *range(len(frame))]] if table == "flights" else frame

    monkeypatch.setattr(type(definitions.resources["source_files"]), "pandas", doubled)
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions.resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    made = {event.asset_key.path[0] for event in result.get_asset_materialization_events()}
    assert not result.success
    assert made == {"raw", "cleaned"}
