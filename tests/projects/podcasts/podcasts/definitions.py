import mainspring as dg

from . import assets

SITE = []

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([assets]),
    jobs=[
        dg.define_asset_job(
            "stats_job",
            selection=dg.AssetSelection.groups("stats").upstream(),
            config={"ops": {"statistics": {"config": {"least": 2}}}},
        ),
        dg.define_asset_job(
            "words_job",
            selection=[dg.AssetKey(["stats", "words"])],
            config={"ops": {"statistics": {"config": {"least": 1}}}},
        ),
        dg.define_asset_job("site_job", selection=dg.AssetSelection.groups("site")),
    ],
    resources={
        "site": dg.ResourceDefinition.hardcoded_resource(SITE),
        "io_manager": dg.FilesystemIOManager(base_dir="store"),
    },
)
