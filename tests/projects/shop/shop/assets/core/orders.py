from mainspring import AssetExecutionContext, Config, Output, asset

from ...resources import Folder


class OrdersConfig(Config):
    files: list[str] = []
    strict: bool = True


@asset(compute_kind="json")
def orders(context: AssetExecutionContext, config: OrdersConfig, folder: Folder) -> Output[list]:
    """All order files, or those that are named."""
    found, bad = [], 0
    for name in config.files or folder.names():
        for row in folder.read(name):
            if "sku" not in row or row.get("count", 0) <= 0:
                if config.strict:
                    raise ValueError(f"{name}: no order: {row}")
                context.log.warning("%s: left out %s", name, row)
                bad += 1
                continue
            found.append(row)
    return Output(found, metadata={"rows": len(found), "left out": bad})


_not_an_asset = [1, 2, 3]
