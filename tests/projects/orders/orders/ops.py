import csv

from mainspring import Failure, Field, In, MetadataValue, Nothing, Out, Output, op

from .resources import ORDER_SOURCE


@op(
    config_schema={"source": ORDER_SOURCE, "skip_header": Field(bool, default_value=False)},
    out=Out(list),
    tags={"kind": "csv"},
)
def read_orders(context):
    source = context.op_config["source"]
    if "rows" in source:
        return source["rows"]
    with open(source["file"]["path"]) as lines:
        rows = csv.DictReader(lines, **source["file"]["options"])
        return [{"sku": r["sku"], "price": float(r["price"]), "count": int(r["count"])} for r in rows]


@op(
    required_resource_keys={"pricing"},
    out={"totals": Out(dict, io_manager_key="tables"), "rejected": Out(list, is_required=False)},
)
def price(context, orders):
    """Totals by sku, with VAT; rows with a negative count are set aside."""
    values = context.resources.pricing
    bad = [row for row in orders if row["count"] < 0]
    totals = {}
    for row in orders:
        if row not in bad:
            totals[row["sku"]] = totals.get(row["sku"], 0) + row["price"] * row["count"] * (1 + values.vat)
    if not totals:
        raise Failure(description="No order is left", metadata={"rejected": MetadataValue.int(len(bad))})
    yield Output({sku: round(total, values.rounding) for sku, total in totals.items()}, "totals")
    if bad:
        yield Output(bad, "rejected", metadata={"count": len(bad)})


@op(required_resource_keys={"audit"}, ins={"totals": In(dict)}, out=Out(float))
def book(context, totals):
    for sku in sorted(totals):
        context.resources.audit(f"booked {sku}")
    context.log.info("booked %d totals", len(totals))
    return sum(totals.values())


@op(required_resource_keys={"mailbox"})
def complain(context, rejected):
    context.resources.mailbox.send("desk@example.com", f"{len(rejected)} rejected")


@op(ins={"start": In(Nothing)}, required_resource_keys={"audit", "mailbox"})
def close_the_books(context):
    context.resources.audit("closed")
    assert context.run_id
