"""What a step's context says of partitions: its own, and those of its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError, UnknownPartitionError
from mainspring.core.instance.instance import Instance
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.testing.world import simulated_world

LETTERS = dg.StaticPartitionsDefinition(["x", "y", "z"])
DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-02-01")
WEEKS = dg.WeeklyPartitionsDefinition("2024-01-07", end_date="2024-02-01")
GRID = dg.MultiPartitionsDefinition({"letter": LETTERS, "day": DAYS})
RANGE = {"dagster/asset_partition_range_start": "x", "dagster/asset_partition_range_end": "y"}


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral(ambient=simulated_world(start=datetime(2024, 6, 1, tzinfo=UTC))) as made:
        yield made


def asked(instance, ask, partitions_def, **said):
    answers = []

    @dg.asset(partitions_def=partitions_def, backfill_policy=dg.BackfillPolicy.single_run())
    def subject(context) -> None:
        answers.append(ask(context))

    dg.materialize_to_memory([subject], instance=instance, **said)
    return answers[0]


@pytest.mark.parametrize(
    "ask, answer",
    [
        (lambda c: (c.has_partitions, c.has_partition_key, c.has_partition_key_range), (True, True, False)),
        (lambda c: c.partition_key, "y"),
        (lambda c: c.partition_keys, ["y"]),
        (lambda c: c.partition_key_range, PartitionKeyRange("y", "y")),
        (lambda c: c.asset_partition_key_range, PartitionKeyRange("y", "y")),
        (lambda c: c.asset_partition_key_for_output(), "y"),
        (lambda c: c.asset_partition_keys_for_output(), ["y"]),
        (lambda c: c.asset_partition_key_range_for_output(), PartitionKeyRange("y", "y")),
        (lambda c: c.asset_partitions_def_for_output(), LETTERS),
    ],
)
def test_one_partition(instance, ask, answer) -> None:
    assert asked(instance, ask, LETTERS, partition_key="y") == answer


@pytest.mark.parametrize(
    "ask, answer",
    [
        (lambda c: (c.has_partitions, c.has_partition_key, c.has_partition_key_range), (True, False, True)),
        (lambda c: c.partition_keys, ["x", "y"]),
        (lambda c: c.partition_key_range, PartitionKeyRange("x", "y")),
    ],
)
def test_a_range(instance, ask, answer) -> None:
    assert asked(instance, ask, LETTERS, tags=RANGE) == answer


def test_a_range_has_no_single_key(instance) -> None:
    with pytest.raises(InvariantViolationError, match="partitions x to y, so it has no single partition key"):
        asked(instance, lambda c: c.partition_key, LETTERS, tags=RANGE)


def test_spans_of_time(instance) -> None:
    window = asked(instance, lambda c: c.partition_time_window, DAYS, partition_key="2024-01-05")
    assert (window.start.day, window.end.day) == (5, 6)
    same = asked(
        instance, lambda c: c.asset_partitions_time_window_for_output(), DAYS, partition_key="2024-01-05"
    )
    assert same == window


def test_several_dimensions(instance) -> None:
    key = dg.MultiPartitionKey({"letter": "x", "day": "2024-01-05"})
    found = asked(instance, lambda c: c.multi_partition_key.keys_by_dimension, GRID, partition_key=key)
    assert found == {"day": "2024-01-05", "letter": "x"}
    with pytest.raises(InvariantViolationError, match="has no dimensions"):
        asked(instance, lambda c: c.multi_partition_key, LETTERS, partition_key="x")


def test_the_partitions_of_an_input(instance) -> None:
    answers = []

    @dg.asset(partitions_def=DAYS)
    def daily(context):
        return context.partition_key

    @dg.asset(partitions_def=WEEKS)
    def weekly(context, daily):
        answers.append(
            (
                context.asset_partition_keys_for_input("daily")[::3],
                context.asset_partition_key_range_for_input("daily"),
                context.asset_partitions_def_for_input("daily"),
                context.asset_partitions_time_window_for_input("daily").start.day,
                sorted(daily)[0],
            )
        )

    manager = dg.InMemoryIOManager()
    job = dg.Definitions(
        assets=[daily, weekly], resources={"io_manager": manager}
    ).get_implicit_global_asset_job_def()
    for day in range(7, 14):
        key = f"2024-01-{day:02d}"
        job.execute_in_process(instance=instance, asset_selection=[daily.key], partition_key=key)
    job.execute_in_process(instance=instance, asset_selection=[weekly.key], partition_key="2024-01-07")
    first, last = "2024-01-07", "2024-01-13"
    assert answers == [
        (["2024-01-07", "2024-01-10", "2024-01-13"], PartitionKeyRange(first, last), DAYS, 7, first)
    ]


def test_a_partitioned_asset_needs_a_key_that_exists(instance) -> None:
    with pytest.raises(InvalidInvocationError, match=r"'subject' is partitioned.*\nGive it a partition key"):
        asked(instance, lambda c: None, LETTERS)
    with pytest.raises(UnknownPartitionError, match="nowhere"):
        asked(instance, lambda c: None, LETTERS, partition_key="nowhere")
    assert list(instance.get_runs()) == []
