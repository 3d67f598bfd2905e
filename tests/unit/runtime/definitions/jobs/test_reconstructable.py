"""Jobs by the place of the code that makes them."""

from __future__ import annotations

import pickle
import sys

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError


@dg.op
def one():
    return 1


@dg.job
def nightly():
    one()


@dg.graph
def composed():
    one()


def make_job():
    return composed.to_job("made")


def make_nothing():
    return 1


def test_a_job_and_a_function_that_makes_one() -> None:
    assert dg.reconstructable(nightly).get_definition() is nightly
    assert dg.reconstructable(make_job).get_definition().name == "made"


def test_another_process_can_make_it_again() -> None:
    again = pickle.loads(pickle.dumps(dg.reconstructable(nightly)))
    assert again.get_definition() is nightly


def test_what_cannot_be_made_again() -> None:
    with pytest.raises(InvariantViolationError, match="not at the top of a module"):
        dg.reconstructable(lambda: nightly)
    with pytest.raises(InvariantViolationError, match="by which code it was made"):
        dg.reconstructable(composed.to_job("made"))

    def inner():
        return nightly

    with pytest.raises(InvariantViolationError, match="top of a module"):
        dg.reconstructable(inner)
    with pytest.raises(InvariantViolationError, match="it must be a job"):
        dg.reconstructable(make_nothing).get_definition()


def test_by_names(tmp_path, monkeypatch) -> None:
    (tmp_path / "makes_jobs.py").write_text(
        "import mainspring as dg\n\n\n"
        "def make(name, tag=None):\n"
        "    @dg.op\n    def two():\n        return 2\n\n"
        "    @dg.job(name=name, tags={'tag': tag})\n    def job():\n        two()\n\n    return job\n"
    )
    monkeypatch.setattr(sys, "path", list(sys.path))
    found = dg.build_reconstructable_job("makes_jobs", "make", ("daily",), {"tag": "x"}, str(tmp_path))
    job = found.get_definition()
    assert (job.name, dict(job.tags)) == ("daily", {"tag": "x"})
    with pytest.raises(InvariantViolationError, match="has no 'mke'"):
        dg.build_reconstructable_job("makes_jobs", "mke").get_definition()
    with pytest.raises(InvalidDefinitionError, match="no name of a module"):
        dg.build_reconstructable_job("makes jobs", "make")
