"""Lines about a run, also where nobody can hear them."""

from __future__ import annotations

import io

import mainspring as dg
from mainspring.cli.progress import PlainProgress
from mainspring.core.records.run import RunStatus
from mainspring.runtime.execution.in_process import execute_job_in_process


class Broken(io.StringIO):
    """A pipe whose other end is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    def write(self, text: str, /) -> int:
        self.tries += 1
        raise BrokenPipeError(32, "Broken pipe")


def test_a_view_that_nobody_hears_does_not_end_the_run(monkeypatch) -> None:
    @dg.asset
    def noisy(context):
        for number in range(5):
            context.log.info(str(number))

    stderr = Broken()
    monkeypatch.setattr("sys.stderr", stderr)
    job = dg.Definitions(assets=[noisy]).resolve_implicit_global_asset_job_def()
    with PlainProgress() as progress:
        result = execute_job_in_process(job, listener=progress.take)
    assert result.success
    assert progress.view.status is RunStatus.SUCCESS
    assert stderr.tries == 1
