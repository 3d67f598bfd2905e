"""Selections of steps."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidSubsetError, StepNotFoundError
from mainspring.runtime.plan.compile import compile_plan
from mainspring.runtime.plan.step_selection import select_steps


@dg.op(out=dg.DynamicOut(int))
def parts():
    yield dg.DynamicOutput(1, "a")


@dg.op
def load(x):
    return x


@dg.op
def clean(x):
    return x


@dg.op
def gather(xs):
    return xs


@dg.job
def mapping():
    gather(parts().map(lambda part: clean(load(part))).collect())


PLAN = compile_plan(mapping)


@pytest.mark.parametrize(
    "terms,chosen",
    [
        (["load"], {"load"}),
        (["load[a]"], {"load[a]"}),
        (["load[?]"], {"load"}),
        (["load[a]*"], {"load[a]", "clean[a]", "gather"}),
        (["+clean[a]"], {"clean[a]", "load[a]", "parts"}),
        (["parts+"], {"parts", "load", "clean"}),
        (["parts", "gather"], {"parts", "gather"}),
    ],
)
def test_terms(terms, chosen) -> None:
    assert select_steps(PLAN, terms) == chosen


def test_terms_that_name_nothing() -> None:
    with pytest.raises(StepNotFoundError, match="Did you mean load"):
        select_steps(PLAN, ["lod"])
    with pytest.raises(InvalidSubsetError, match="cannot be read"):
        select_steps(PLAN, ["load clean+x"])
