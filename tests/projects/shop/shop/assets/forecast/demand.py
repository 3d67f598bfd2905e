from mainspring import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetIn,
    AssetKey,
    ResourceParam,
    asset,
    asset_check,
)


@asset(ins={"orders": AssetIn(key_prefix="core")}, io_manager_key="lake_io_manager")
def demand(orders, growth: ResourceParam[float]):
    """Expected orders by sku."""
    totals = {}
    for row in orders:
        totals[row["sku"]] = totals.get(row["sku"], 0) + row["count"]
    return {sku: count * growth for sku, count in totals.items()}


@asset(
    ins={
        "demand": AssetIn(input_manager_key="lake_io_manager"),
        "stock": AssetIn(key=AssetKey(["core", "stock"])),
    },
    io_manager_key="lake_io_manager",
)
def reorder(demand, stock):
    return sorted(sku for sku, wanted in demand.items() if stock.get(sku, 0) < wanted)


@asset_check(asset=reorder)
def not_everything(reorder):
    return AssetCheckResult(
        passed=len(reorder) < 2, severity=AssetCheckSeverity.WARN, metadata={"skus": ", ".join(reorder)}
    )
