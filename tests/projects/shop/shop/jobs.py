from mainspring import AssetSelection, RunConfig, define_asset_job

from .assets.core.orders import OrdersConfig

core_job = define_asset_job(
    name="core_job",
    selection=AssetSelection.groups("core"),
    config=RunConfig(ops={"orders": OrdersConfig(strict=False)}),
    run_tags={"owner": "ana"},
)

forecast_job = define_asset_job(
    "forecast_job", selection=AssetSelection.groups("forecast"), tags={"team": "ml"}
)
