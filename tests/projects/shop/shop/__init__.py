import os

from mainspring import Definitions, load_asset_checks_from_modules, load_assets_from_package_module

from . import core_definitions
from .assets import forecast
from .assets.forecast import demand
from .jobs import forecast_job
from .resources import RESOURCES
from .schedules import month_end
from .sensors import failures, orders_changed

forecast_assets = load_assets_from_package_module(
    package_module=forecast, group_name="forecast", key_prefix=["forecast"]
)

defs = Definitions.merge(
    core_definitions.defs,
    Definitions(
        assets=forecast_assets,
        asset_checks=load_asset_checks_from_modules([demand], asset_key_prefix=["forecast"]),
        jobs=[forecast_job],
        schedules=[month_end],
        sensors=[orders_changed, failures],
        resources=RESOURCES[os.getenv("SHOP_DEPLOYMENT", "local")],
    ),
)
