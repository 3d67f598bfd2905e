import pytest

import mainspring as dg
from mainspring.runtime.definitions.automation.target import (
    AutomationTarget,
    as_job,
    only_one,
    target_of,
    target_of_job,
    target_of_name,
)

JOB = dg.define_asset_job("nightly")


def test_a_job_by_name_or_by_itself() -> None:
    assert target_of_name("x") == AutomationTarget("x")
    assert not target_of_name("x").has_job
    found = target_of_job(JOB, what="the sensor 's'", where=None)
    assert (found.job_name, found.resolvable_to_job, found.has_job) == ("nightly", JOB, True)
    assert found.with_job(dg.define_asset_job("other")).job_name == "other"


def test_a_graph_is_made_into_a_job() -> None:
    @dg.op
    def work(): ...

    @dg.graph
    def flow():
        work()

    for made in (
        as_job(flow),
        target_of(flow, name="s", what="the sensor 's'", where=None).resolvable_to_job,
    ):
        assert isinstance(made, dg.JobDefinition)
        assert made.name == "flow"


def test_assets_are_made_into_a_job() -> None:
    @dg.asset
    def orders(): ...

    for thing, brought in (([orders, "customers"], (orders,)), (orders, (orders,)), ("group:x", ())):
        found = target_of(thing, name="s", what="the sensor 's'", where=None)
        assert (found.job_name, found.is_anonymous, tuple(found.assets_defs)) == (
            "__anonymous_asset_job_s",
            True,
            brought,
        )


def test_what_cannot_be() -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="The target is 7, a int"):
        as_job(7)
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="The `target` of the sensor 's'"):
        target_of(7, name="s", what="the sensor 's'", where=None)
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="The sensor 's' is given `a` and `b`"):
        only_one({"a": 1, "b": 2, "c": None}, what="The sensor 's'", where=None)
    only_one({"a": 1, "b": None}, what="The sensor 's'", where=None)
