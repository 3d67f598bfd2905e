from types import SimpleNamespace

from mainspring import (
    HookContext,
    ResourceDefinition,
    colored_console_logger,
    failure_hook,
    fs_io_manager,
    graph,
    mem_io_manager,
    success_hook,
)

from . import ops
from .resources import (
    audit,
    list_logger,
    mailbox,
    memory_warehouse,
    named_warehouse,
    pricing,
    table_io_manager,
)

HOOKED = []


@success_hook(required_resource_keys={"mailbox"})
def tell_the_desk(context: HookContext):
    context.resources.mailbox.send("desk@example.com", f"{context.op.name} is done")


@success_hook
def keep_values(context):
    HOOKED.append((context.op.name, context.step_key, dict(context.op_output_values)))


@failure_hook(name="ring_the_bell", required_resource_keys={"mailbox"})
def ring_the_bell(context):
    error = context.op_exception
    context.resources.mailbox.send("oncall@example.com", f"{context.job_name}/{context.op.name}: {error}")
    HOOKED.append((context.hook_def.name, context.op.name, type(error).__name__))


@graph(description="Books what was ordered.")
def book_orders():
    totals, rejected = ops.price(ops.read_orders())
    ops.complain(rejected)
    booked = ops.book.with_hooks({tell_the_desk, keep_values})(totals)
    ops.close_the_books(start=booked)
    return booked


def with_tables(warehouse):
    return {
        "warehouse": warehouse,
        "tables": table_io_manager,
        "audit": audit.configured({"table": "audit"}),
        "pricing": pricing,
    }


dev = book_orders.to_job(
    name="book_orders_dev",
    resource_defs={
        **with_tables(memory_warehouse),
        "mailbox": ResourceDefinition.mock_resource(),
        "io_manager": mem_io_manager,
        "pricing": ResourceDefinition.hardcoded_resource(SimpleNamespace(vat=0.0, rounding=2)),
    },
    config={"ops": {"read_orders": {"config": {"source": {"rows": [{"sku": "a", "price": 2.0}]}}}}},
    logger_defs={"kept": list_logger},
)

prod = book_orders.to_job(
    name="book_orders_prod",
    resource_defs={**with_tables(named_warehouse), "mailbox": mailbox, "io_manager": fs_io_manager},
    hooks={ring_the_bell},
    logger_defs={"kept": list_logger, "console": colored_console_logger},
    tags={"dagster/max_retries": "0", "env": "prod"},
)
