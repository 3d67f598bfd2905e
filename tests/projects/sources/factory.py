"""Assets, checks and jobs from the YAML files in `conf`."""

import csv
from pathlib import Path
from typing import Any

import yaml

import mainspring as dg

HERE = Path(__file__).parent
CASTS = {"int": int, "float": float, "str": str}


class RowLimit(dg.Config):
    most: int | None = None


def build_source(spec: dict[str, Any], group: str, owner: str) -> dg.AssetsDefinition:
    regions = spec.get("regions")

    @dg.asset(
        name=spec["name"],
        key_prefix=[group, "raw"],
        description=f"Rows of {spec['file']}",
        group_name=group,
        owners=[owner],
        tags=spec.get("tags"),
        kinds={"csv"},
        deps=[dg.AssetKey.from_user_string(name) for name in spec.get("upstream", ())],
        metadata={"file": dg.MetadataValue.path(spec["file"]), "key": spec["key"]},
        partitions_def=dg.StaticPartitionsDefinition(regions) if regions else None,
        op_tags={"source": spec["name"]},
        pool=f"{group}_files",
        code_version="auto",
    )
    def _source(context: dg.AssetExecutionContext, config: RowLimit):
        types = {column: CASTS[name] for column, name in spec["types"].items()}
        with (HERE / spec["file"]).open() as lines:
            rows = list(csv.DictReader(lines))
        if context.has_partition_key:
            rows = [row for row in rows if row["region"] == context.partition_key]
        try:
            rows = [{column: types.get(column, str)(value) for column, value in row.items()} for row in rows]
        except ValueError as error:
            raise dg.Failure(
                f"{spec['file']}: {error}", metadata={"file": dg.MetadataValue.path(spec["file"])}
            ) from error
        context.add_output_metadata({"dagster/row_count": len(rows)})
        return rows[: config.most]

    return _source


def build_total(spec: dict[str, Any], group: str, source: dg.AssetsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        key=dg.AssetKey([group, "totals", spec["name"]]),
        ins={"rows": dg.AssetIn(source.key)},
        group_name=group,
        partitions_def=source.partitions_def if spec.get("by_region") else None,
        compute_kind="python",
    )
    def _total(rows):
        return dg.Output(
            sum(row[spec["column"]] for row in rows), metadata={"column": spec["column"], "rows": len(rows)}
        )

    return _total


def build_key_check(source: dg.AssetsDefinition, column: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=source, name=f"{source.key.path[-1]}_{column}_is_unique", blocking=True)
    def _check(rows) -> dg.AssetCheckResult:
        values = [row[column] for row in rows]
        return dg.AssetCheckResult(
            passed=len(set(values)) == len(values), metadata={"twice": len(values) - len(set(values))}
        )

    return _check


def build_file(path: Path) -> dg.Definitions:
    conf = yaml.safe_load(path.read_text())
    group = conf["group"]
    sources, checks = {}, []
    for spec in conf["sources"]:
        sources[spec["name"]] = source = build_source(spec, group, conf["owner"])
        if not spec.get("regions"):
            checks.append(build_key_check(source, spec["key"]))
    totals = [build_total(spec, group, sources[spec["of"]]) for spec in conf.get("totals", ())]
    external = [
        dg.AssetSpec(dg.AssetKey.from_user_string(name), group_name=group, tags={"external": ""})
        for spec in conf["sources"]
        for name in spec.get("upstream", ())
    ]
    job = dg.define_asset_job(
        f"{group}_job",
        selection=dg.AssetSelection.groups(group),
        tags={"conf": path.name},
        hooks=None,
    )
    return dg.Definitions(
        assets=[*sources.values(), *totals, *external],
        asset_checks=checks,
        jobs=[job],
        schedules=[dg.ScheduleDefinition(name=f"{group}_nightly", job=job, cron_schedule="0 1 * * *")]
        if not any(spec.get("regions") for spec in conf["sources"])
        else None,
    )
