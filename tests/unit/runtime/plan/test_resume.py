"""Plans that go on from what earlier runs made."""

from __future__ import annotations

import mainspring as dg
from mainspring.runtime.plan.compile import compile_plan
from mainspring.runtime.plan.plan import FromRun, FromStep, Gathered, Plan, Several, Stored
from mainspring.runtime.plan.resume import resume


@dg.op
def one():
    return 1


@dg.op(out=dg.DynamicOut(int))
def parts():
    yield dg.DynamicOutput(1, "a")


@dg.op
def load(x):
    return x


@dg.op
def both(x, y):
    return x, y


@dg.op
def gather(xs):
    return xs


@dg.job
def mapping():
    gather(parts().map(load).collect())


@dg.job
def joined():
    both(load(one()), gather([one.alias("again")(), load.alias("other")(one())]))


MAPPED = compile_plan(mapping)
JOINED = compile_plan(joined)
A, B = FromStep("parts", "result", "a"), FromStep("parts", "result", "b")
LOADED_A, LOADED_B = FromStep("load[a]", "result"), FromStep("load[b]", "result")


def keys(plan: Plan) -> list[str]:
    return [step.key for step in plan.steps]


def sources(plan: Plan, key: str) -> list[object]:
    return [item.source for item in plan.step(key).inputs]


def test_what_is_not_run_is_loaded_from_the_run_that_stored_it() -> None:
    plan = resume(JOINED, ["both"], {FromStep("load", "result"): "r1", FromStep("gather", "result"): "r0"})
    assert keys(plan) == ["both"]
    assert plan.step("both").after == ()
    assert sources(plan, "both") == [
        FromRun("r1", FromStep("load", "result"), load),
        FromRun("r0", FromStep("gather", "result"), gather),
    ]


def test_what_is_run_again_is_waited_for() -> None:
    plan = resume(
        JOINED, ["load", "both"], {FromStep("one", "result"): "r", FromStep("gather", "result"): "r"}
    )
    assert plan.step("both").after == ("load",)
    assert sources(plan, "load") == [FromRun("r", FromStep("one", "result"), one)]
    assert sources(plan, "both")[0] == FromStep("load", "result")


def test_parts_of_a_fan_in_that_were_left_out_stay_out() -> None:
    plan = resume(JOINED, ["gather"], {FromStep("again", "result"): "r"})
    assert sources(plan, "gather") == [Several((FromRun("r", FromStep("again", "result"), one),))]


def test_instances_by_the_keys_an_earlier_run_gave() -> None:
    plan = resume(MAPPED, ["load[b]", "gather"], {A: "r", B: "r", LOADED_A: "r"})
    assert keys(plan) == ["load[b]", "gather"]
    assert sources(plan, "load[b]") == [FromRun("r", B, parts)]
    assert sources(plan, "gather") == [Several((FromRun("r", LOADED_A, load), LOADED_B))]
    assert plan.step("gather").after == ("load[b]",)


def test_all_instances_by_the_key_of_the_template() -> None:
    assert keys(resume(MAPPED, ["load[?]"], {A: "r", B: "r"})) == ["load[a]", "load[b]"]


def test_a_dynamic_output_that_is_made_anew() -> None:
    plan = resume(MAPPED, ["parts", "load", "gather"], {A: "r"})
    assert keys(plan) == ["parts", "load", "gather"]
    assert plan.step("load").over == FromStep("parts", "result")
    assert sources(plan, "gather") == [Gathered("load", "result")]


def test_assets_are_loaded_as_what_is_stored_of_them() -> None:
    @dg.asset
    def orders():
        return 1

    @dg.asset
    def report(orders):
        return orders

    job = dg.Definitions(assets=[orders, report]).get_implicit_global_asset_job_def()
    plan = resume(compile_plan(job), ["report"], {FromStep("orders", "result"): "r"})
    assert sources(plan, "report") == [Stored(dg.AssetKey("orders"), orders)]


def test_what_was_left_out_is_needed_still() -> None:
    plan = resume(JOINED, ["both", "gather"], {FromStep("again", "result"): "r"})
    assert plan.step("gather").needs == ()  # a fan-in does with what is there
    assert plan.step("both").needs == (FromStep("load", "result"), FromStep("gather", "result"))
    assert resume(JOINED, ["gather"], {}).step("gather").needs == (
        FromStep("again", "result"),
        FromStep("other", "result"),
    )
