"""The section "Backfill" of the public surface."""

import mainspring as dg


def test_backfill_policy_is_of_an_asset():
    @dg.asset(
        partitions_def=dg.DailyPartitionsDefinition("2026-01-01"),
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def daily():
        return 1

    assert daily.backfill_policy == dg.BackfillPolicy.single_run()
    assert dg.BackfillPolicy.single_run().max_partitions_per_run is None
    assert dg.BackfillPolicy.multi_run(max_partitions_per_run=3).max_partitions_per_run == 3
    assert dg.BackfillPolicy.multi_run().max_partitions_per_run == 1


def test_backfill_policy_of_a_single_run_gives_an_asset_a_range():
    seen = []

    @dg.asset(
        partitions_def=dg.StaticPartitionsDefinition(["a", "b", "c"]),
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def ranged(context: dg.AssetExecutionContext) -> None:
        seen.extend(context.partition_keys)

    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "b"}
    assert dg.materialize([ranged], tags=tags).success
    assert seen == ["a", "b"]
