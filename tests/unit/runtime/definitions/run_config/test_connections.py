from typing import Any
from unittest.mock import Mock

from mainspring.core.config.schema import Selector
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.graphs.decorator import graph
from mainspring.runtime.definitions.jobs.decorator import job
from mainspring.runtime.definitions.ops.declared import In, Out
from mainspring.runtime.definitions.ops.decorator import op
from mainspring.runtime.definitions.run_config.connections import managers_of
from mainspring.runtime.definitions.run_config.resolved import ResolvedConfig, resolve_run_config
from mainspring.runtime.definitions.types.function_loader import type_loader
from mainspring.runtime.definitions.types.value_type import ValueType
from mainspring.runtime.io.definition import input_manager, io_manager


@type_loader(Selector({"csv": {"path": str}, "rows": [int]}))
def load_table(_context, config):
    return config


Table = ValueType(lambda _context, _value: True, name="Table", loader=load_table)
Opaque = ValueType(lambda _context, _value: True, name="Opaque")


@op(ins={"table": In(Table)})
def count(table) -> int:
    return len(table)


@op(ins={"table": In(Table, default_value=[])})
def count_or_none(table) -> int:
    return len(table)


@op(ins={"thing": In(Opaque)})
def look(thing) -> None:
    del thing


@op(out=Out(Table))
def make():
    return []


def resolved(job: Any, run_config: Any = None, **said: Any) -> ResolvedConfig:
    return resolve_run_config(job, run_config, **{"environ": {}, **said})


def faults(job: Any, run_config: Any = None, **said: Any) -> list[str]:
    return [str(fault) for fault in resolved(job, run_config, **said).faults]


def test_an_input_that_nothing_feeds_is_given_by_the_run_config():
    @job
    def one():
        count()

    said = {"ops": {"count": {"inputs": {"table": {"rows": [1]}}}}}
    assert resolved(one, said).inputs == {(("count",), "table"): {"rows": [1]}}
    assert faults(one) == [
        "root:ops:count:inputs:table: Missing required field; expected an object with exactly one of the fields "
        "csv, rows."
    ]
    wrong = {"ops": {"count": {"inputs": {"tabel": {}, "table": {"row": 1}}}}}
    assert faults(one, wrong) == [
        "root:ops:count:inputs:tabel: Unknown field 'tabel'. Did you mean table?",
        "root:ops:count:inputs:table:row: Unknown field 'row'. Did you mean rows?",
    ]


def test_an_input_with_a_default_may_be_left_out():
    @job
    def one():
        count_or_none()

    assert (faults(one), resolved(one).inputs) == ([], {})
    said = {"ops": {"count_or_none": {"inputs": {"table": {"rows": [1]}}}}}
    assert resolved(one, said).inputs == {(("count_or_none",), "table"): {"rows": [1]}}


def test_an_input_that_is_fed_or_cannot_be_loaded_takes_nothing():
    @job
    def one():
        count(make())

    said = {"ops": {"count": {"inputs": {"table": {"rows": [1]}}}}}
    assert faults(one) == []
    assert faults(one, said) == [
        "root:ops:count:inputs:table: Unknown field 'table'. No fields are known here."
    ]

    @job
    def other():
        look()

    assert faults(other, {"ops": {"look": {"inputs": {"thing": 3}}}}) == [
        "root:ops:look:inputs:thing: Unknown field 'thing'. No fields are known here."
    ]


def test_an_input_before_which_a_selection_begins():
    @job
    def one():
        count(make())

    said = {"ops": {"count": {"inputs": {"table": {"rows": [1]}}}}}
    part: Any = {"selected": [("count",)], "unfed_inputs": [(("count",), "table")]}
    assert resolved(one, said, **part).inputs == {(("count",), "table"): {"rows": [1]}}
    assert [fault.partition(";")[0] for fault in faults(one, **part)] == [
        "root:ops:count:inputs:table: Missing required field"
    ]


@graph
def counts(table):
    count(table)
    count_or_none.alias("again")(table)


def test_an_input_of_a_graph_reaches_all_ops_it_stands_for():
    @graph
    def around(table):
        counts(table)

    @job
    def one():
        around()

    said = {"ops": {"around": {"inputs": {"table": {"rows": [1]}}}}}
    assert resolved(one, said).inputs == {
        (("around", "counts", "count"), "table"): {"rows": [1]},
        (("around", "counts", "again"), "table"): {"rows": [1]},
    }
    assert [fault.partition(";")[0] for fault in faults(one)] == [
        "root:ops:around:inputs:table: Missing required field"
    ]


def test_an_input_of_a_graph_before_which_a_selection_begins():
    @job
    def one():
        counts(make())

    said = {"ops": {"counts": {"inputs": {"table": {"rows": [1]}}}}}
    part: Any = {"selected": [("counts", "count")], "unfed_inputs": [(("counts", "count"), "table")]}
    found = resolved(one, said, **part)
    assert (found.faults, found.inputs[("counts", "count"), "table"]) == ((), {"rows": [1]})
    assert [fault.partition(";")[0] for fault in faults(one, **part)] == [
        "root:ops:counts:inputs:table: Missing required field"
    ]


def test_inputs_of_the_outermost_graph_have_a_section():
    made = counts.to_job()
    assert resolved(made, {"inputs": {"table": {"rows": [1]}}}).inputs == {((), "table"): {"rows": [1]}}
    assert [fault.partition(";")[0] for fault in faults(made)] == [
        "root:inputs:table: Missing required field"
    ]
    assert faults(made, given_inputs=["table"]) == []
    assert faults(counts.to_job(input_values={"table": []})) == []


# -- IO managers that take config --------------------------------------------------------------------------------------


@io_manager(input_config_schema={"columns": [str]}, output_config_schema={"mode": str})
def files():
    return None


@input_manager(input_config_schema={"query": str})
def queried(_context):
    return None


def test_managers_that_take_config():
    found = managers_of({"files": files, "queried": queried, "plain": object()})
    assert [(key, one.input is not None, one.output is not None) for key, one in found.items()] == [
        ("files", True, True),
        ("queried", True, False),
    ]


def test_config_of_outputs_and_of_inputs_that_are_fed():
    @job(resource_defs={"io_manager": files})
    def one():
        count(make())

    said = {
        "ops": {
            "make": {"outputs": {"result": {"mode": "w"}}},
            "count": {"inputs": {"table": {"columns": ["a"]}}, "outputs": {"result": {"mode": "a"}}},
        }
    }
    found = resolved(one, said)
    assert found.faults == ()
    assert found.outputs == {(("make",), "result"): {"mode": "w"}, (("count",), "result"): {"mode": "a"}}
    assert found.inputs == {(("count",), "table"): {"columns": ["a"]}}
    assert faults(one, {"ops": {"make": {"outputs": {"result": {"mode": 1}}}}}) == [
        "root:ops:make:outputs:result:mode: Expected str, got int 1.",
        "root:ops:count:inputs:table:columns: Missing required field; expected list of str.",
        "root:ops:count:outputs:result:mode: Missing required field; expected str.",
    ]


def test_config_of_an_input_with_a_manager_of_its_own():
    @op(ins={"rows": In(input_manager_key="queried")})
    def show(rows) -> None:
        del rows

    @job(resource_defs={"queried": queried})
    def one():
        show()

    said = {"ops": {"show": {"inputs": {"rows": {"query": "select 1"}}}}}
    assert resolved(one, said).inputs == {(("show",), "rows"): {"query": "select 1"}}


def test_config_of_the_stored_assets_an_asset_reads():
    @asset
    def orders() -> int:
        return 1

    @asset
    def total(orders: int) -> int:
        return orders

    definitions = Definitions(assets=[orders, total], resources={"io_manager": files})
    made = definitions.resolve_implicit_global_asset_job_def()
    said = {
        "ops": {
            "orders": {"outputs": {"result": {"mode": "w"}}},
            "total": {"inputs": {"orders": {"columns": []}}, "outputs": {"result": {"mode": "w"}}},
        }
    }
    found = resolved(made, said)
    assert (found.faults, found.inputs) == ((), {(("total",), "orders"): {"columns": []}})


def test_a_mock_is_asked_for_nothing() -> None:
    assert managers_of({"api": Mock()}) == {}
