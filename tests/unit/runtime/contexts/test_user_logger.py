"""``get_dagster_logger``: its lines go into the log of the run they are said in."""

from __future__ import annotations

import logging

import mainspring as dg
from mainspring.core.instance.instance import Instance
from mainspring.runtime.contexts.user_logger import USER_LOGGER, user_logger
from mainspring.testing.world import simulated_world


def test_names() -> None:
    assert user_logger().name == USER_LOGGER
    assert user_logger("orders").name == f"{USER_LOGGER}.orders"
    assert user_logger("orders").parent is user_logger()


def test_nothing_is_heard_outside_a_run(capsys) -> None:
    user_logger("orders").error("alone")
    assert user_logger().propagate is False
    assert capsys.readouterr() == ("", "")


def test_the_first_use_may_be_in_a_run() -> None:
    root = logging.getLogger(USER_LOGGER)
    root.handlers, root.propagate, root.level = [], True, logging.NOTSET

    @dg.asset
    def talks():
        user_logger().info("hello")

    with Instance.ephemeral(ambient=simulated_world()) as instance:
        runs = [dg.materialize_to_memory([talks], instance=instance).run_id for _ in range(2)]
        said = [[e.user_message for e in instance.all_logs(run) if not e.is_dagster_event] for run in runs]
    assert said == [["hello"], ["hello"]]


def test_a_line_is_one_of_the_step_that_said_it() -> None:
    @dg.asset
    def talks():
        user_logger("orders").info("hello %s", "you")

    @dg.asset
    async def talks_too():
        user_logger().warning("hello")

    with Instance.ephemeral(ambient=simulated_world()) as instance:
        result = dg.materialize_to_memory([talks, talks_too], instance=instance)
        said = [
            (entry.step_key, entry.level, entry.user_message)
            for entry in instance.all_logs(result.run_id)
            if entry.dagster_event is None
        ]
    assert sorted(said) == [
        ("talks", logging.INFO, "hello you"),
        ("talks_too", logging.WARNING, "hello"),
    ]
