"""Checks made of the metadata of materializations, run for real."""

import pytest

import mainspring as dg
from mainspring.runtime.definitions.checks.ready_made import (
    build_column_schema_change_checks,
    build_metadata_bounds_checks,
)


def run(check, instance, *materializations):
    for materialization in materializations:
        instance.report_runless_asset_event(materialization)
    result = dg.materialize([dg.AssetSpec("orders"), *check], instance=instance)
    (evaluation,) = result.get_asset_check_evaluations()
    return evaluation.passed, evaluation.description


def rows(count):
    return dg.AssetMaterialization("orders", metadata={"rows": count})


def columns(**types):
    return dg.AssetMaterialization(
        "orders", metadata={"dagster/column_schema": dg.TableSchema.from_name_type_dict(types)}
    )


@pytest.mark.parametrize(
    "count, bounds, expected",
    [
        (5, {"min_value": 5}, (True, "rows is 5; the bounds are [5, inf).")),
        (5, {"min_value": 5, "exclusive_min": True}, (False, "rows is 5; the bounds are (5, inf).")),
        (5, {"max_value": 4.5}, (False, "rows is 5; the bounds are (-inf, 4.5].")),
        (
            5,
            {"min_value": 1, "max_value": 9, "exclusive_max": True},
            (True, "rows is 5; the bounds are [1, 9)."),
        ),
    ],
)
def test_a_number_is_held_against_its_bounds(count, bounds, expected):
    check = build_metadata_bounds_checks(assets=["orders"], metadata_key="rows", **bounds)
    with dg.DagsterInstance.ephemeral() as instance:
        assert run(check, instance, rows(count)) == expected


def test_the_bounds_of_what_this_run_just_made_are_checked():
    @dg.asset
    def orders():
        return dg.MaterializeResult(metadata={"rows": 3})

    check = build_metadata_bounds_checks(assets=[orders], metadata_key="rows", min_value=3)
    (evaluation,) = dg.materialize([orders, *check]).get_asset_check_evaluations()
    assert (evaluation.passed, evaluation.metadata["rows"].value) == (True, 3)


def test_nothing_to_check_is_a_failure_that_says_so():
    check = build_metadata_bounds_checks(assets=["orders"], metadata_key="rows", min_value=1)
    with dg.DagsterInstance.ephemeral() as instance:
        assert run(check, instance) == (False, "The asset was never materialised.")
        assert run(check, instance, dg.AssetMaterialization("orders")) == (
            False,
            "The latest materialization has no number 'rows' in its metadata.",
        )


def test_bounds_need_a_bound():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="min_value"):
        build_metadata_bounds_checks(assets=["orders"], metadata_key="rows")


def test_a_change_of_columns_is_told():
    check = build_column_schema_change_checks(assets=["orders"])
    with dg.DagsterInstance.ephemeral() as instance:
        first = columns(id="int", name="string")
        assert run(check, instance, first) == (True, "There are not two materializations to compare yet.")
        assert run(check, instance, first) == (True, "The columns are the same.")
        assert run(check, instance, columns(id="string", price="float")) == (
            False,
            "Added column 'price' (float).\nRemoved column 'name'.\nColumn 'id' changed from int to string.",
        )
