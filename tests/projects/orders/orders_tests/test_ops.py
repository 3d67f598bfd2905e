from types import SimpleNamespace

import pytest
from orders import ops, resources
from orders.jobs import dev, ring_the_bell, tell_the_desk

from mainspring import (
    Failure,
    ResourceDefinition,
    build_hook_context,
    build_init_resource_context,
    build_op_context,
    build_resources,
)


def test_price():
    context = build_op_context(resources={"pricing": SimpleNamespace(vat=0.5, rounding=0)})
    rows = [{"sku": "a", "price": 3.0, "count": 1}, {"sku": "b", "price": 1.0, "count": -1}]
    totals, rejected = ops.price(context, rows)
    assert (totals.value, rejected.value) == ({"a": 4.0}, rows[1:])


def test_nothing_left():
    with (
        build_op_context(resources={"pricing": SimpleNamespace(vat=0, rounding=2)}) as context,
        pytest.raises(Failure),
    ):
        list(ops.price(context, orders=[]))


def test_book():
    lines = []
    assert ops.book(build_op_context(resources={"audit": lines.append}), {"b": 1.0, "a": 2.0}) == 3.0
    assert lines == ["booked a", "booked b"]


def test_read_orders():
    config = {"source": {"rows": [{"sku": "a", "price": 1.0}]}}
    [row] = ops.read_orders(build_op_context(op_config=config))
    assert row == {"sku": "a", "price": 1.0, "count": 1}


def test_a_mailbox_alone():
    box = resources.mailbox(build_init_resource_context())
    box.send("me@example.com", "hello")
    assert box.sent == [("shop@example.com", "me@example.com", "hello")]


def test_resources_together():
    with build_resources(
        {"warehouse": resources.memory_warehouse, "audit": resources.audit},
        resource_config={"audit": {"config": {"table": "log"}}},
    ) as opened:
        opened.audit("hello")
        assert opened.warehouse.execute("select line from log").fetchall() == [("hello",)]


def test_hooks_alone():
    sent = []

    class Box:
        def send(self, to, text):
            sent.append((to, text))

    tell_the_desk(build_hook_context(resources={"mailbox": Box()}, op=ops.book))
    ring_the_bell(
        build_hook_context(
            resources={"mailbox": ResourceDefinition.hardcoded_resource(Box())},
            op=ops.book,
            op_exception=ValueError("no"),
            job_name="prod",
        )
    )
    assert sent == [("desk@example.com", "book is done"), ("oncall@example.com", "prod/book: no")]


def test_dev_job():
    result = dev.execute_in_process()
    assert result.success
    assert result.output_for_node("book") == 2.0
