import json
import os
from datetime import datetime
from pathlib import Path

from mainspring import (
    Failure,
    In,
    MonthlyPartitionsDefinition,
    OpExecutionContext,
    Out,
    PartitionedConfig,
    RunRequest,
    StaticPartitionsDefinition,
    build_schedule_from_partitioned_job,
    daily_partitioned_config,
    graph,
    job,
    op,
    schedule,
    static_partitioned_config,
)

OUT = Path("reports")
SALES = [
    ("2026-01-30", "eu", 10.0),
    ("2026-01-31", "eu", 5.0),
    ("2026-01-31", "us", 7.5),
    ("2026-02-01", "us", 1.0),
]


# -- a day, by config ----------------------------------------------------------


@daily_partitioned_config(start_date=datetime(2026, 1, 30), hour_offset=1, timezone="Europe/Berlin")
def of_a_day(start: datetime, end: datetime):
    return {"ops": {"rows_between": {"config": {"start": start.isoformat(), "end": end.isoformat()}}}}


@op(config_schema={"start": str, "end": str})
def rows_between(context):
    start, end = (context.op_config[name][:10] for name in ("start", "end"))
    return [row for row in SALES if start <= row[0] < end]


@op(ins={"rows": In(list)}, out=Out(dict))
def summarise(context: OpExecutionContext, rows):
    if not rows:
        raise Failure(f"nothing was sold in {context.partition_key}")
    return {"rows": len(rows), "amount": sum(amount for *_, amount in rows)}


@op
def write_report(context, summary: dict) -> str:
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{context.job_name}-{context.partition_key}.json"
    path.write_text(json.dumps(summary))
    context.add_output_metadata({"path": str(path)})
    return str(path)


@job(config=of_a_day, tags={"report": "day"})
def daily_report():
    write_report(summarise(rows_between()))


daily_schedule = build_schedule_from_partitioned_job(daily_report, description="Every night")


# -- a region, by a list -------------------------------------------------------

REGIONS = ["eu", "us", "asia"]


@static_partitioned_config(
    partition_keys=REGIONS, tags_for_partition_key_fn=lambda key: {"region": key.upper()}
)
def of_a_region(region: str):
    return {"ops": {"rows_of": {"config": {"region": region}}}}


@op(config_schema={"region": str})
def rows_of(context):
    return [row for row in SALES if row[1] == context.op_config["region"]]


@graph
def region():
    return write_report(summarise(rows_of()))


region_report = region.to_job(name="region_report", config=of_a_region)


@schedule(job=region_report, cron_schedule="0 9 * * 1")
def mondays(context):
    for key in REGIONS[:2]:
        yield RunRequest(run_key=f"{key}-{context.scheduled_execution_time:%W}", partition_key=key)


# -- a month, by the definition of partitions on the job -----------------------


@op
def rows_of_month(context: OpExecutionContext):
    window = context.partition_time_window
    assert context.has_partition_key
    start, end = f"{window.start:%Y-%m-%d}", f"{window.end:%Y-%m-%d}"
    return [row for row in SALES if start <= row[0] < end]


@job(partitions_def=MonthlyPartitionsDefinition(start_date="2026-01-01"))
def monthly_report():
    write_report(summarise(rows_of_month()))


monthly_schedule = build_schedule_from_partitioned_job(
    monthly_report, name="monthly", day_of_month=2, hour_of_day=6, minute_of_hour=30, tags={"how": "often"}
)


# -- config by a function of the key -------------------------------------------


def quarter_config(key: str):
    year, quarter = key.split("-Q")
    first = int(quarter) * 3 - 2
    return {
        "ops": {
            "rows_between": {"config": {"start": f"{year}-{first:02}-01", "end": f"{year}-{first + 2:02}-31"}}
        }
    }


quarterly = PartitionedConfig(
    partitions_def=StaticPartitionsDefinition(["2026-Q1", "2026-Q2"]),
    run_config_for_partition_key_fn=quarter_config,
    tags_for_partition_key_fn=lambda key: {"quarter": key[-2:]},
)


@job(config=quarterly, description=os.path.basename(__file__))
def quarterly_report():
    write_report(summarise(rows_between()))
