from mainspring import AssetCheckExecutionContext, AssetCheckResult, AssetKey, asset_check


@asset_check(asset=AssetKey(["core", "stock"]))
def stock_is_not_negative(context: AssetCheckExecutionContext, stock):
    below = {sku: count for sku, count in stock.items() if count < 0}
    context.log.info(f"{len(below)} below zero")
    return AssetCheckResult(passed=not below, metadata={"below": below})
