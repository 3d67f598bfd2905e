"""Which partitions a step is of, and which of its inputs it reads."""

import mainspring as dg

DAYS = dg.DailyPartitionsDefinition("2024-01-01")


@dg.asset(partitions_def=DAYS)
def daily(context):
    return context.partition_key


def seen_by_check(assets, instance=None):
    seen = []

    @dg.asset_check(asset=daily)
    def check(context, daily):
        seen.append((context.partition_key, daily))
        return dg.AssetCheckResult(passed=True)

    result = dg.materialize([*assets, check], instance=instance, partition_key="2024-01-02")
    (evaluation,) = result.get_asset_check_evaluations()
    return seen, evaluation.partition


def test_a_check_that_says_nothing_of_partitions_follows_the_run():
    assert seen_by_check([daily]) == ([("2024-01-02", "2024-01-02")], "2024-01-02")


def test_it_follows_the_run_also_where_another_run_made_the_asset():
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([daily], instance=instance, partition_key="2024-01-02")
        stored = dg.AssetSpec("daily", partitions_def=DAYS)
        assert seen_by_check([stored], instance) == ([("2024-01-02", "2024-01-02")], "2024-01-02")


def test_a_window_can_be_taken_apart():
    @dg.asset(partitions_def=DAYS)
    def span(context):
        start, end = context.partition_time_window
        return (end - start).total_seconds()

    assert dg.materialize([span], partition_key="2024-01-02").output_for_node("span") == 86400


def test_an_unpartitioned_asset_reads_all_partitions_of_the_one_it_is_made_from():
    @dg.asset
    def total(daily):
        return daily

    days = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-03")

    @dg.asset(name="daily", partitions_def=days)
    def of_days(context):
        return context.partition_key

    with dg.DagsterInstance.ephemeral() as instance:
        for key in ("2024-01-01", "2024-01-02"):
            dg.materialize([of_days], instance=instance, partition_key=key)
        result = dg.materialize([of_days, total], instance=instance, selection=[total])
        assert result.output_for_node("total") == {"2024-01-01": "2024-01-01", "2024-01-02": "2024-01-02"}


def test_the_first_day_of_an_asset_made_from_its_own_day_before_is_given_nothing():
    days = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-03")
    before = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)
    seen = []

    @dg.asset(partitions_def=days, ins={"chain": dg.AssetIn(partition_mapping=before)})
    def chain(context, chain):
        seen.append((list(context.asset_partition_keys_for_input("chain")), chain))
        return context.partition_key

    with dg.DagsterInstance.ephemeral() as instance:
        for key in days.get_partition_keys():
            dg.materialize([chain], instance=instance, partition_key=key)
    assert seen == [([], None), (["2024-01-01"], "2024-01-01")]


def test_a_run_of_several_dimensions_is_tagged_with_the_key_in_each():
    both = dg.MultiPartitionsDefinition({"day": DAYS, "region": dg.StaticPartitionsDefinition(["eu"])})

    @dg.asset(partitions_def=both)
    def cell():
        return 1

    result = dg.materialize([cell], partition_key="2024-01-02|eu", tags={"team": "data"})
    assert result.dagster_run.tags == {
        "dagster/partition": "2024-01-02|eu",
        "dagster/partition/day": "2024-01-02",
        "dagster/partition/region": "eu",
        "team": "data",
    }
