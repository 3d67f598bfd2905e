from mainspring import Definitions, load_asset_checks_from_package_module, load_assets_from_package_module

from . import checks
from .assets import core
from .jobs import core_job
from .schedules import core_schedule
from .sensors import new_files

core_assets = load_assets_from_package_module(core, group_name="core", key_prefix="core")

defs = Definitions(
    assets=core_assets,
    asset_checks=load_asset_checks_from_package_module(checks),
    jobs=[core_job],
    schedules=[core_schedule],
    sensors=[new_files],
)
