"""The assets called as plain functions, and a run of all three."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

import mainspring as dg

FILE = Path(__file__).resolve().parents[1] / "quickstart.py"
SPEC = importlib.util.spec_from_file_location("quickstart", FILE)
quickstart = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(quickstart)


@pytest.fixture
def countries():
    return pd.DataFrame(
        {
            "country": ["a", "b", "c"],
            "continent": ["X", "X", "Y"],
            "population_2002": [100, 300, 50],
            "population_2007": [110, 390, 50],
            "change": [10.0, 30.0, 0.0],
        }
    )


def test_every_country_has_a_change():
    countries = quickstart.country_populations()
    assert countries.shape == (142, 5)
    assert countries["change"].notna().all()


def test_the_model_gives_each_continent_the_mean_of_its_countries(countries):
    model = quickstart.continent_change_model(countries)
    assert model.predict(pd.DataFrame({"X": [1.0, 0.0], "Y": [0.0, 1.0]})) == pytest.approx([20.0, 0.0])


def test_stats_set_the_whole_beside_the_typical(countries):
    model = quickstart.continent_change_model(countries)
    stats = quickstart.continent_stats(dg.build_asset_context(), countries, model)
    assert stats.round(6).reset_index().to_dict("records") == [
        {
            "continent": "X",
            "countries": 2,
            "population_2002": 400,
            "population_2007": 500,
            "change": 25.0,
            "typical_change": 20.0,
        },
        {
            "continent": "Y",
            "countries": 1,
            "population_2002": 50,
            "population_2007": 50,
            "change": 0.0,
            "typical_change": 0.0,
        },
    ]


def test_a_run_gives_the_statistics_of_five_continents():
    with dg.DagsterInstance.ephemeral() as instance:
        result = quickstart.defs.resolve_implicit_global_asset_job_def().execute_in_process(instance=instance)
        stats = result.output_for_node("continent_stats")
    assert result.success
    assert list(stats.index) == ["Africa", "Americas", "Asia", "Europe", "Oceania"]
    assert stats["change"].round(1).to_dict() == {
        "Africa": 11.5,
        "Americas": 5.8,
        "Asia": 5.8,
        "Europe": 1.4,
        "Oceania": 4.7,
    }
