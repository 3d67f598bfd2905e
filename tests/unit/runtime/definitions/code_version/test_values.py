"""Values as words: equal ones give the same, different ones others, and what cannot be compared is a problem."""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections import OrderedDict, defaultdict, namedtuple
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from pydantic import BaseModel, field_validator

import mainspring as dg
from mainspring.runtime.definitions.code_version.description import Description
from mainspring.runtime.definitions.code_version.origin import Origins
from mainspring.runtime.definitions.code_version.values import ValueWriter

Pair = namedtuple("Pair", "a b")


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


@dataclass
class Held:
    value: int
    lock: Any = field(default_factory=threading.Lock)
    local: Any = field(default_factory=threading.local)


class Model(BaseModel):
    limit: int = 1

    @field_validator("limit")
    @classmethod
    def positive(cls, value: int) -> int:
        return abs(value)


class Record(msgspec.Struct):
    limit: int = 1


def written(value: object) -> tuple[bytes, list[str]]:
    into = Description()
    ValueWriter(into, Origins(), "it").write(value, "VALUE")
    return into.content(), into.problems


PAIRS = [
    (1, 2),
    (None, False),
    ("a", b"a"),
    ((1, 2), [1, 2]),
    ([[1], 2], [[1, 2]]),
    (["ab", "c"], ["a", "bc"]),
    ({"a": 1}, {"a": 2}),
    ({1, 2}, {1, 3}),
    ({1, 2}, frozenset({1, 2})),
    (range(3), range(4)),
    (slice(1), slice(2)),
    (Pair(1, 2), Pair(1, 3)),
    (Pair(1, 2), (1, 2)),
    (defaultdict(list, a=[1]), defaultdict(list, a=[2])),
    (OrderedDict(a=1), {"a": 1}),
    (Slotted(1), Slotted(2)),
    (Held(1), Held(2)),
    (Model(limit=1), Model(limit=2)),
    (Record(limit=1), Record(limit=2)),
    (re.compile("a"), re.compile("a", re.IGNORECASE)),
    (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1)),  # noqa: DTZ001
    (date(2024, 1, 1), date(2024, 1, 2)),
    (timedelta(1), timedelta(2)),
    (Decimal("1.0"), Decimal("1.00")),
    (Path("a"), Path("b")),
    (logging.getLogger("a"), logging.getLogger("b")),
    (functools.partial(int, base=2), functools.partial(int, base=8)),
    ("x".join, "y".join),
    (len, min),
    (list[int], list[str]),
    (int | None, str | None),
    (Literal["a"], Literal["b"]),
    (Annotated[int, "a"], Annotated[int, "b"]),
    (dg.AssetKey("a"), dg.AssetKey("b")),
    (dg.DailyPartitionsDefinition("2024-01-01"), dg.DailyPartitionsDefinition("2024-01-02")),
    (dg.RetryPolicy(max_retries=1), dg.RetryPolicy(max_retries=2)),
    (ContextVar("a"), ContextVar("b")),
]


@pytest.mark.parametrize("one, other", PAIRS)
def test_different_values(one: object, other: object) -> None:
    assert written(one) == written(one)
    assert written(one)[0] != written(other)[0]
    assert written(one)[1] == written(other)[1] == []


def test_data_frames() -> None:
    import numpy as np
    import pandas as pd

    for make in (np.array, pd.Series, pd.Index):
        assert written(make([1, 2])) == written(make([1, 2]))
        assert written(make([1, 2]))[0] != written(make([1, 3]))[0]
        assert written(make([1, 2]))[1] == []


def test_locks_have_no_content() -> None:
    assert written(Held(1)) == written(Held(1))


def test_the_order_of_a_set_is_none() -> None:
    assert written({"a", "b", "c"}) == written({"c", "b", "a"})


def test_what_holds_itself() -> None:
    loop: list[object] = [1]
    loop.append(loop)
    assert written(loop)[1] == []
    assert written(loop) == written(loop)


def test_what_is_nested_too_deeply() -> None:
    deep: list[object] = []
    for _ in range(1000):
        deep = [deep]
    assert written(deep)[1] == ["it reads a value nested too deeply to be compared"]


def test_what_is_too_large() -> None:
    assert written(list(range(300_000)))[1] == ["it reads values too large to be compared"]


def test_what_cannot_be_taken_apart() -> None:
    assert written(number for number in range(3))[1] == [
        "it reads `VALUE`, a generator, which cannot be compared"
    ]


def test_a_proxy_that_raises_whatever_is_asked() -> None:
    class Proxy:
        def __getattribute__(self, name: str) -> object:
            raise RuntimeError(f"no {name}")

    (problem,) = written(Proxy())[1]
    assert problem.startswith("it reads a ")
    assert problem.endswith(".Proxy that cannot be looked at: RuntimeError: no __class__")


@pytest.mark.parametrize("reaches", [eval, exec, compile, globals, __import__])
def test_what_reaches_code_by_a_text(reaches: Any) -> None:
    assert written(reaches)[1] == [f"it uses `{reaches.__name__}`, and what that reaches is not known"]


def test_a_list_of_one_and_the_word_for_it_are_told_apart() -> None:
    assert written(["1"])[0] != written(["1", "1"])[0]
    assert written("list")[0] != written([])[0]
