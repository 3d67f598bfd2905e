"""What Mainspring loads: the assets, their checks, the jobs and the resources of one deployment.

Results lie in `output/` beside the package, or where the environment variable `FLIGHTS_OUTPUT` says.
"""

from pathlib import Path

import mainspring as dg
from flights import checks
from flights.assets import analysis, cleaned, model, raw, report
from flights.resources import PROJECT, SourceFiles, build_resources

OUTPUT = Path(dg.EnvVar("FLIGHTS_OUTPUT").get_value(str(PROJECT / "output")) or PROJECT / "output")

retrain = dg.define_asset_job(
    "retrain",
    selection=dg.AssetSelection.assets(model.MODEL).downstream(),
    description="Train the delay model anew, with all that follows from it.",
)


def build_definitions(output: Path) -> dg.Definitions:
    """The whole project, writing below `output`.

    One process does all the work, because only one process at a time may write to a DuckDB file.
    """
    return dg.Definitions(
        assets=dg.load_assets_from_modules([raw, cleaned, analysis, model, report]),
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        jobs=[retrain],
        resources=build_resources(output=output),
    )


defs = build_definitions(OUTPUT)


def materializable(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    """The specs of the assets that this project makes: all but the external ones."""
    external = {spec.key for spec in raw.SOURCES}
    return [spec for spec in definitions.resolve_all_asset_specs() if spec.key not in external]


def file_versions() -> dict[dg.AssetKey, str]:
    """The current data version of each raw table, from the file it is loaded from."""
    files = SourceFiles(directory=str(PROJECT / "data"))
    tables = ("flights", "weather", "airlines", "airports", "planes")
    return {dg.AssetKey(["raw", table]): files.version(table).value for table in tables}
