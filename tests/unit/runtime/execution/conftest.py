"""Runs in a simulated world, and what they say as lists that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import mainspring as dg
from mainspring.core.base.ambient import Ambient
from mainspring.core.instance.instance import Instance
from mainspring.testing.world import simulated_world

Told = list[tuple[str, str | None]]


@pytest.fixture
def world() -> Ambient:
    return simulated_world()


@pytest.fixture
def instance(world: Ambient) -> Iterator[Instance]:
    with Instance.ephemeral(ambient=world) as made:
        yield made


@pytest.fixture
def make(instance: Instance) -> Callable[..., Any]:
    """Materialise in memory; a failed run gives its result."""

    def run(*assets: Any, **said: Any) -> Any:
        said = {"instance": instance, "raise_on_error": False, **said}
        return dg.materialize_to_memory(list(assets), **said)

    return run


@pytest.fixture
def told() -> Callable[..., Told]:
    """The events of a run in order, each as its type and its step."""

    def read(result: Any) -> Told:
        return [(event.event_type_value, event.step_key) for event in result.all_events]

    return read


@pytest.fixture
def steps() -> Callable[..., Told]:
    """Like ``told``, of what the steps themselves say."""

    def read(result: Any) -> Told:
        return [
            (event.event_type_value, event.step_key)
            for event in result.all_events
            if event.is_step_event and event.step_key
        ]

    return read
