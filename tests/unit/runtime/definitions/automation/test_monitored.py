import pytest

import mainspring as dg
from mainspring.core.records.run import Run
from mainspring.runtime.definitions.automation.monitored import monitored_runs

NIGHTLY = dg.define_asset_job("nightly")
RUNS = {
    "here": Run(job_name="nightly", run_id="1", code_location="sales"),
    "other": Run(job_name="hourly", run_id="2", code_location="sales"),
    "elsewhere": Run(job_name="nightly", run_id="3", code_location="logs"),
    "nowhere": Run(job_name="nightly", run_id="4"),
}


@pytest.mark.parametrize(
    "jobs,everywhere,here,watched",
    [
        (None, None, "sales", ["here", "other", "nowhere"]),
        ([], False, "sales", ["here", "other", "nowhere"]),
        (None, None, None, ["here", "other", "elsewhere", "nowhere"]),
        ([NIGHTLY], None, "sales", ["here", "nowhere"]),
        ([NIGHTLY], None, None, ["here", "elsewhere", "nowhere"]),
        ([dg.CodeLocationSelector("logs")], None, "sales", ["elsewhere"]),
        (
            [dg.JobSelector("logs", job_name="nightly"), NIGHTLY],
            None,
            "sales",
            ["here", "elsewhere", "nowhere"],
        ),
        (None, True, "sales", ["here", "other", "elsewhere", "nowhere"]),
    ],
)
def test_which_runs_are_watched(jobs, everywhere, here, watched) -> None:
    found = monitored_runs(jobs, everywhere, what="The sensor 's'", where=None)
    assert [name for name, run in RUNS.items() if found.watches(run, here)] == watched


def test_what_cannot_be() -> None:
    for jobs, everywhere, message in (([NIGHTLY], True, "one of them"), ([7], None, "is 7, a int")):
        with pytest.raises(dg.DagsterInvalidDefinitionError, match=message):
            monitored_runs(jobs, everywhere, what="The sensor 's'", where=None)
