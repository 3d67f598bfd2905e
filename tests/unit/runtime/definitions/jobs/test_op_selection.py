"""Selections of ops by name, layer and direction."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidSubsetError
from mainspring.runtime.definitions.jobs.op_selection import select_ops


@dg.op
def a():
    return 1


@dg.op
def b(x):
    return x


@dg.op
def c(x):
    return x


@dg.op(out=dg.DynamicOut())
def d(x):
    yield dg.DynamicOutput(x, "k")


@dg.op
def e(x):
    return x


@dg.op
def f(xs):
    return xs


@dg.graph
def middle(x):
    return c(b(x))


@dg.graph
def whole():
    f(d(middle(a())).map(e).collect())


def chosen(*terms: str) -> list[str]:
    found = select_ops(whole.flat, terms, what="job 'whole'", where=None)
    return sorted(".".join(path) for path in found)


@pytest.mark.parametrize(
    "term,names",
    [
        ("a", ["a"]),
        ("middle", ["middle.b", "middle.c"]),
        ("middle.b", ["middle.b"]),
        ("a+", ["a", "middle.b", "middle.c"]),
        ("a++", ["a", "d", "middle.b", "middle.c"]),
        ("+d", ["d", "middle.b", "middle.c"]),
        ("*d", ["a", "d", "middle.b", "middle.c"]),
        ("d*", ["d", "e", "f"]),
        ("+e+", ["d", "e", "f"]),
        ("*f", ["a", "d", "e", "f", "middle.b", "middle.c"]),
        ("middle.c+", ["d", "middle.c"]),
    ],
)
def test_a_term(term: str, names: list[str]) -> None:
    assert chosen(term) == names


def test_terms_add_up() -> None:
    assert chosen("a", "f") == ["a", "f"]


@pytest.mark.parametrize(
    "term,match",
    [
        ("midle", "Did you mean middle"),
        ("a b+c", "cannot be read"),
        ("", "cannot be read"),
        ("middle.x", "'middle.x'"),
    ],
)
def test_a_term_that_names_nothing(term: str, match: str) -> None:
    with pytest.raises(InvalidSubsetError, match=match):
        chosen(term)


def test_a_job_of_some_ops() -> None:
    job = whole.to_job(op_selection=["a", "middle"])
    result = job.execute_in_process()
    assert [event.step_key for event in result.get_step_success_events()] == ["a", "middle.b", "middle.c"]
    assert result.dagster_run.op_selection == ["a", "middle"]
    assert result.dagster_run.resolved_op_selection == {"a", "middle.b", "middle.c"}
