"""Definitions as parts of a plan: graphs of assets, whole and in parts."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidSubsetError
from mainspring.runtime.plan.compile import compile_plan
from mainspring.runtime.plan.plan import FromStep, Stored


@dg.op(out={"words": dg.Out(is_required=False), "total": dg.Out(is_required=False)})
def count(context):
    for name in ("words", "total"):
        if name in context.selected_output_names:
            yield dg.Output({"words": ["a", "b", "a"], "total": 3}[name], name)


@dg.op
def most_common(words):
    return max(words, key=words.count)


@dg.graph_multi_asset(
    outs={"words": dg.AssetOut(), "total": dg.AssetOut(), "common": dg.AssetOut()}, can_subset=True
)
def text():
    words, total = count()
    return {"words": words, "total": total, "common": most_common(words)}


@dg.asset
def report(common, total):
    return f"{common} of {total}"


@dg.asset(deps=["total"])
def after_total():
    return 1


def job(*assets):
    return dg.Definitions(assets=[text, *assets]).get_implicit_global_asset_job_def()


def plan_of(selection: list[str], *assets):
    return compile_plan(job(*assets).with_keys([dg.AssetKey(name) for name in selection]))


def test_a_step_for_each_op() -> None:
    plan = plan_of(["words", "total", "common", "report"], report)
    assert [step.key for step in plan.steps] == ["text.count", "text.most_common", "report"]
    assert plan.step("text.most_common").after == ("text.count",)
    assert [item.source for item in plan.step("report").inputs] == [
        FromStep("text.most_common", "result"),
        FromStep("text.count", "total"),
    ]


def test_what_depends_on_an_asset_waits_for_the_step_that_makes_it() -> None:
    plan = plan_of(["words", "total", "common", "after_total"], after_total)
    assert plan.step("after_total").after == ("text.count",)


def test_a_part_needs_the_ops_it_is_made_by_alone() -> None:
    assert [step.key for step in plan_of(["total"]).steps] == ["text.count"]


def test_an_asset_of_the_same_graph_that_is_not_asked_for_is_loaded() -> None:
    plan = plan_of(["common"])
    assert [step.key for step in plan.steps] == ["text.most_common"]
    (item,) = plan.step("text.most_common").inputs
    assert isinstance(item.source, Stored)
    assert item.source.asset_key == dg.AssetKey("words")


def test_parts_of_a_graph_one_run_after_the_other(tmp_path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert dg.materialize([text], instance=instance, selection=["words"]).success
        result = dg.materialize([text], instance=instance, selection=["common"])
        assert result.asset_value("common") == "a"
        assert [event.step_key for event in result.get_step_success_events()] == ["text.most_common"]
        both = dg.materialize([text], instance=instance, selection=["words", "common"])
        assert both.asset_value("common") == "a"


def test_a_graph_that_makes_all_or_nothing() -> None:
    @dg.graph_multi_asset(outs={"one": dg.AssetOut(), "two": dg.AssetOut()})
    def whole():
        words, total = count()
        return {"one": words, "two": total}

    chosen = dg.Definitions(assets=[whole]).get_implicit_global_asset_job_def()
    with pytest.raises(InvalidSubsetError, match="can_subset=True"):
        compile_plan(chosen.with_keys([dg.AssetKey("one")]))
