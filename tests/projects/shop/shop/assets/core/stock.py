from mainspring import asset

from . import orders as orders_module

START = {"tea": 20, "cup": 5}


@asset
def stock(orders: list) -> dict:
    left = dict(START)
    for row in orders:
        left[row["sku"]] = left.get(row["sku"], 0) - row["count"]
    return left


assert orders_module.orders is not None
