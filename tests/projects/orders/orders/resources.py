import logging
import sqlite3
from contextlib import contextmanager

from mainspring import (
    Array,
    AssetMaterialization,
    Enum,
    EnumValue,
    Field,
    IntSource,
    IOManager,
    Noneable,
    Permissive,
    Selector,
    Shape,
    StringSource,
    configured,
    io_manager,
    logger,
    make_values_resource,
    resource,
)

LOG = []  # what was opened and closed, in order


class Mailbox:
    def __init__(self, sender):
        self.sender = sender
        self.sent = []

    def send(self, to, text):
        self.sent.append((self.sender, to, text))


@resource(
    config_schema={"path": StringSource, "timeout": Field(IntSource, default_value=5, is_required=False)},
    description="A SQLite file",
)
@contextmanager
def warehouse(context):
    LOG.append(("open", context.resource_config["path"]))
    connection = sqlite3.connect(context.resource_config["path"], timeout=context.resource_config["timeout"])
    try:
        yield connection
    finally:
        connection.close()
        LOG.append(("close", context.resource_config["path"]))


@resource(required_resource_keys={"warehouse"}, config_schema={"table": str})
def audit(context):
    """Writes a line for each thing that happened."""
    connection, table = context.resources.warehouse, context.resource_config["table"]
    connection.execute(f"create table if not exists {table} (run text, line text)")
    LOG.append(("audit", table))
    yield lambda line: connection.execute(f"insert into {table} values (?, ?)", [context.run_id, line])
    connection.commit()
    LOG.append(("audit closed", table))


@configured(warehouse)
def memory_warehouse(_):
    return {"path": ":memory:", "timeout": 1}


@configured(warehouse, config_schema={"name": str})
def named_warehouse(config):
    return {"path": f"{config['name']}.sqlite"}


@resource(config_schema=Field(Noneable(str), default_value=None, is_required=False))
def mailbox(context):
    return Mailbox(context.resource_config or "shop@example.com")


pricing = make_values_resource(
    vat=Field(float, default_value=0.2),
    rounding=Field(
        Enum("Rounding", [EnumValue("CENT", python_value=2), EnumValue("UNIT", python_value=0)]),
        default_value="CENT",
    ),
)

ORDER_SOURCE = Selector(
    {
        "rows": Array(Shape({"sku": str, "price": float, "count": Field(int, default_value=1)})),
        "file": Shape({"path": str, "options": Permissive({"delimiter": Field(str, default_value=",")})}),
    }
)


class TableIOManager(IOManager):
    def __init__(self, connection, prefix):
        self.connection, self.prefix = connection, prefix

    def _table(self, context):
        return f"{self.prefix}{context.step_key.replace('.', '_')}_{context.name}"

    def handle_output(self, context, obj):
        self.connection.execute(f"create table {self._table(context)} (sku text, total real)")
        self.connection.executemany(f"insert into {self._table(context)} values (?, ?)", sorted(obj.items()))
        context.log.debug("%d rows", len(obj))
        yield AssetMaterialization(asset_key=self._table(context), description="a table of totals")
        yield {"table": self._table(context), "rows": len(obj)}

    def load_input(self, context):
        table = self._table(context.upstream_output)
        return dict(self.connection.execute(f"select sku, total from {table}"))


@io_manager(
    required_resource_keys={"warehouse"},
    config_schema={"prefix": Field(str, default_value="t_")},
    version="1",
)
def table_io_manager(init_context):
    return TableIOManager(init_context.resources.warehouse, init_context.resource_config["prefix"])


LINES = []


@logger(
    config_schema={"level": Field(str, default_value="INFO", is_required=False)}, description="Keeps lines"
)
def list_logger(init_context):
    class Keep(logging.Handler):
        def emit(self, record):
            LINES.append(
                (record.levelname, record.dagster_meta["step_key"], record.dagster_meta["orig_message"])
            )

    kept = logging.Logger("kept", level=init_context.logger_config["level"])
    kept.addHandler(Keep())
    return kept
