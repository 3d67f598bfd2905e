from pathlib import Path

from factory import HERE, build_file

import mainspring as dg

personal = dg.define_asset_job(
    "personal_data", selection=dg.AssetSelection.tag("pii", "true") - dg.AssetSelection.groups("web")
)

defs = dg.Definitions.merge(
    *[build_file(path) for path in sorted(Path(HERE, "conf").glob("*.yaml"))],
    dg.Definitions(
        jobs=[personal],
        resources={"io_manager": dg.FilesystemIOManager(base_dir=str(HERE / "store"))},
    ),
)
