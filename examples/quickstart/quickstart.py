"""Three assets: populations of countries, a model of how they change, statistics of continents."""

from pathlib import Path

import pandas as pd
from sklearn.linear_model import LinearRegression

import mainspring as dg

DATA = Path(__file__).resolve().parent / "data" / "country_populations.csv"


@dg.asset
def country_populations() -> pd.DataFrame:
    """Each country with its continent, its population in 2002 and 2007, and the change in percent."""
    populations = pd.read_csv(DATA)
    populations["change"] = 100 * (populations["population_2007"] / populations["population_2002"] - 1)
    return populations


@dg.asset
def continent_change_model(country_populations: pd.DataFrame) -> LinearRegression:
    """A regression that tells the change of a country's population from its continent."""
    continents = pd.get_dummies(country_populations["continent"], dtype=float)
    return LinearRegression().fit(continents, country_populations["change"])


@dg.asset
def continent_stats(
    context: dg.AssetExecutionContext,
    country_populations: pd.DataFrame,
    continent_change_model: LinearRegression,
) -> pd.DataFrame:
    """Each continent: its countries, its population, how it changed, and how its typical country changed."""
    stats = country_populations.groupby("continent").agg(
        countries=("country", "size"),
        population_2002=("population_2002", "sum"),
        population_2007=("population_2007", "sum"),
    )
    stats["change"] = 100 * (stats["population_2007"] / stats["population_2002"] - 1)
    one_each = pd.get_dummies(stats.index.to_series(), dtype=float)
    stats["typical_change"] = continent_change_model.predict(one_each)
    context.log.info("statistics of %s continents\n%s", len(stats), stats.round(1).to_string())
    return stats


defs = dg.Definitions(assets=[country_populations, continent_change_model, continent_stats])
