import mainspring as dg

from . import assets
from .io_managers import ModelStore
from .search import search_job

train = dg.define_asset_job(
    "train",
    selection=dg.AssetSelection.groups("churn"),
    config=dg.RunConfig(ops={"split": {"config": {"share": 0.2}}}),
)
retrain = dg.define_asset_job("retrain", selection='key:"churn/model"+')

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([assets]),
    jobs=[train, retrain, search_job],
    resources={
        "rows": dg.ResourceDefinition.hardcoded_resource(400),
        "models": ModelStore(root="models"),
        "io_manager": dg.FilesystemIOManager(base_dir="store"),
    },
)
