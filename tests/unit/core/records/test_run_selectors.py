import pytest

from mainspring.core.base import serial
from mainspring.core.records.run import Run
from mainspring.core.records.run_selectors import (
    CodeLocationSelector,
    JobSelector,
    RepositorySelector,
    place_of,
)

HERE = Run(job_name="nightly", run_id="1", code_location="sales")
NAMED = Run(job_name="nightly", run_id="2", tags={".dagster/repository": "repo@sales"})
UNKNOWN = Run(job_name="nightly", run_id="3")


def test_where_a_run_comes_from() -> None:
    assert [place_of(run) for run in (HERE, NAMED, UNKNOWN)] == [
        ("sales", "__repository__"),
        ("sales", "repo"),
        ("", ""),
    ]


@pytest.mark.parametrize(
    "selector,matched",
    [
        (CodeLocationSelector("sales"), [HERE, NAMED]),
        (CodeLocationSelector("other"), []),
        (CodeLocationSelector("sales").to_repository_selector(), [HERE]),
        (RepositorySelector("sales", "repo"), [NAMED]),
        (JobSelector("sales", job_name="nightly"), [HERE]),
        (JobSelector("sales", "repo", "nightly"), [NAMED]),
        (JobSelector("sales", "repo", "hourly"), []),
        (JobSelector("sales"), [HERE]),
    ],
)
def test_which_runs_are_meant(selector, matched) -> None:
    assert [run for run in (HERE, NAMED, UNKNOWN) if selector.matches(run)] == matched
    assert serial.decode(serial.encode(selector), type(selector)) == selector


def test_the_repository_of_a_job() -> None:
    assert JobSelector("sales", job_name="nightly").repository_selector == RepositorySelector(
        "sales", "__repository__"
    )
