"""The demo's decision: what is out of date, and why."""

import pytest

import demo
import mainspring as dg


@dg.asset(code_version="1")
def table():
    return dg.Output(1, data_version=dg.DataVersion("file-1"))


@dg.asset(code_version="1")
def summary(table):
    return table


@dg.asset(code_version="1")
def other():
    return 3


NEW_SUMMARY = dg.AssetSpec("summary", deps=["table"], code_version="2")


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        dg.materialize([table, summary], instance=instance)
        yield instance


def reasons(instance, *specs, file="file-1"):
    found = demo.out_of_date(instance, demo.in_order(specs), {table.key: file})
    return {key.to_user_string(): reason for key, reason in found.items()}


def spec(assets):
    (only,) = assets.specs
    return only


def test_nothing_is_to_be_done_after_a_run(instance):
    assert reasons(instance, spec(summary), spec(table)) == {}


def test_an_asset_without_a_materialisation_is_out_of_date(instance):
    assert reasons(instance, spec(table), spec(other)) == {"other": "never materialised"}


def test_new_code_is_a_reason(instance):
    assert reasons(instance, spec(table), NEW_SUMMARY) == {"summary": "code version 1 is now 2"}


def test_a_new_file_is_a_reason_for_all_that_follows(instance):
    assert reasons(instance, spec(summary), spec(table), file="file-2") == {
        "table": "its file has changed",
        "summary": "table has changed",
    }


def test_a_table_refreshed_alone_leaves_its_summary_behind(instance):
    @dg.asset(name="table", code_version="1")
    def refreshed():
        return dg.Output(2, data_version=dg.DataVersion("file-2"))

    dg.materialize([refreshed], instance=instance)
    assert reasons(instance, spec(summary), spec(table), file="file-2") == {"summary": "table has changed"}


def test_the_summary_counts_rows_and_checks(tmp_path):
    @dg.asset(check_specs=[dg.AssetCheckSpec(name, asset="rows") for name in ("good", "odd", "bad")])
    def rows():
        results = {"good": (True, "ERROR"), "odd": (False, "WARN"), "bad": (False, "ERROR")}
        return dg.MaterializeResult(
            metadata={"dagster/row_count": 7, "dagster/table_name": "warehouse.raw.rows"},
            check_results=[
                dg.AssetCheckResult(check_name=name, passed=passed, severity=dg.AssetCheckSeverity(severity))
                for name, (passed, severity) in results.items()
            ],
        )

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        dg.materialize([rows], instance=instance)
        (row,) = demo.summarise(instance, [rows.key, other.key]).values()
    assert row.seconds >= 0
    remarks = ["warning: odd", "failed: bad"]
    assert row == demo.Row(rows=7, place="raw.rows", seconds=row.seconds, passed=1, remarks=remarks)
