"""Materialise the whole example, then show what came out and where it lies.

    python demo.py            # a second run does only what is not up to date
    python demo.py --all      # do everything again

The work is done by `mainspring launch`, which shows its progress; this script decides what is to be done
and prints the summary, both from what the instance has recorded.
"""

import argparse
import contextlib
import os
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

import mainspring as dg
from mainspring.cli.main import main as mainspring

PROJECT = Path(__file__).resolve().parent
DATA_VERSION = "dagster/data_version"
INPUT_VERSION = "dagster/input_data_version/"


@dataclass
class Row:
    """One line of the summary."""

    rows: int | None = None
    place: str = ""
    seconds: float | None = None
    passed: int = 0
    remarks: list[str] = field(default_factory=list)


def recorded(
    instance: dg.DagsterInstance, keys: Iterable[dg.AssetKey]
) -> dict[dg.AssetKey, dg.EventLogEntry]:
    """The latest materialisation of each asset that has one."""
    found = {key: instance.get_latest_materialization_event(key) for key in keys}
    return {key: entry for key, entry in found.items() if entry is not None}


def out_of_date(
    instance: dg.DagsterInstance, specs: Sequence[dg.AssetSpec], files: Mapping[dg.AssetKey, str]
) -> dict[dg.AssetKey, str]:
    """Which assets are to be materialised, each with the reason in words.

    Each spec comes after those it depends on; `files` gives the current data version of the assets that
    are read from a file.
    """
    keys = [spec.key for spec in specs]
    entries = recorded(instance, keys)
    codes = instance.get_latest_materialization_code_versions(keys)
    tags = {key: entry.asset_materialization.tags or {} for key, entry in entries.items()}
    reasons: dict[dg.AssetKey, str] = {}
    for spec in specs:
        key = spec.key
        if key not in entries:
            reasons[key] = "never materialised"
        elif codes[key] != spec.code_version:
            reasons[key] = f"code version {codes[key]} is now {spec.code_version}"
        elif key in files and tags[key].get(DATA_VERSION) != files[key]:
            reasons[key] = "its file has changed"
        else:
            for above in (dep.asset_key for dep in spec.deps if dep.asset_key in codes):
                name = above.to_user_string()
                used = tags[key].get(INPUT_VERSION + name)
                if above in reasons or used != tags[above].get(DATA_VERSION):
                    reasons[key] = f"{name} has changed"
                    break
    return reasons


def in_order(specs: Iterable[dg.AssetSpec]) -> list[dg.AssetSpec]:
    """The specs, each after those it depends on, else by key."""
    waiting = {spec.key: spec for spec in sorted(specs, key=lambda spec: spec.key.path)}
    ordered: list[dg.AssetSpec] = []
    while waiting:
        ready = [s for s in waiting.values() if not any(dep.asset_key in waiting for dep in s.deps)]
        for spec in ready:
            del waiting[spec.key]
        ordered += ready
    return ordered


def summarise(instance: dg.DagsterInstance, keys: Iterable[dg.AssetKey]) -> dict[dg.AssetKey, Row]:
    """Rows, place, duration and checks of each asset, from the events of the runs that made it."""
    entries = recorded(instance, keys)
    rows = {key: row_of(entry.asset_materialization) for key, entry in entries.items()}
    checks: dict[tuple[dg.AssetKey, str], dg.AssetCheckEvaluation] = {}
    runs = sorted({(entry.timestamp, entry.run_id) for entry in entries.values()})
    for run_id in dict.fromkeys(run_id for _, run_id in runs):
        started: dict[str, float] = {}
        for entry in instance.all_logs(run_id):
            kind = entry.dagster_event_type
            if kind == dg.DagsterEventType.STEP_START:
                started[entry.step_key] = entry.timestamp
            elif kind == dg.DagsterEventType.ASSET_MATERIALIZATION:
                key = entry.asset_materialization.asset_key
                if key in entries and entries[key].run_id == run_id:
                    rows[key].seconds = entry.timestamp - started[entry.step_key]
            elif kind == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                evaluation = entry.asset_check_evaluation
                checks[evaluation.asset_key, evaluation.check_name] = evaluation
    for (key, name), evaluation in checks.items():
        if key in rows and evaluation.passed:
            rows[key].passed += 1
        elif key in rows:
            warns = evaluation.severity == dg.AssetCheckSeverity.WARN
            rows[key].remarks.append(f"{'warning' if warns else 'failed'}: {name}")
    return rows


def row_of(materialization: dg.AssetMaterialization) -> Row:
    """Row count and place, as the asset reported them."""
    metadata = {name: entry.value for name, entry in materialization.metadata.items()}
    table = str(metadata.get("dagster/table_name", ""))
    place = Path(metadata["path"]).name if "path" in metadata else ".".join(table.split(".")[-2:])
    return Row(rows=metadata.get("dagster/row_count"), place=place)


def show_plan(console: Console, keys: Iterable[dg.AssetKey], reasons: Mapping[dg.AssetKey, str]) -> None:
    """What is up to date, and what is to be done for which reason."""
    current = sum(key not in reasons for key in keys)
    console.print(f"{current} assets are up to date, {len(reasons)} are to be materialised")
    for key, reason in reasons.items():
        console.print(f"  {key.to_user_string()}: {reason}")


def show_summary(console: Console, rows: Mapping[dg.AssetKey, Row], output: Path) -> None:
    """The table of assets, then the paths of the results."""
    table = Table("asset", "rows", "seconds", "checks", "where", title="Flights from New York, 2013")
    for key, row in rows.items():
        count = "" if row.rows is None else f"{row.rows:,}"
        seconds = "" if row.seconds is None else f"{row.seconds:.2f}"
        checks = [f"{row.passed} passed"] * (row.passed > 0) + row.remarks
        table.add_row(key.to_user_string(), count, seconds, "\n".join(checks), row.place)
    for column in table.columns[1:3]:
        column.justify = "right"
    console.print(table)
    for title, path in (
        ("tables", output / "flights.duckdb"),
        ("model", output / "models"),
        ("plot", output / "reports" / "delays.png"),
        ("report", output / "reports" / "delays.html"),
    ):
        console.print(f"{title + ':':8} {path}", soft_wrap=True, highlight=False)


def called_as(home: Path, output: Path) -> str:
    """What is typed before a command to look at this demo's records from the folder it was started in."""
    program = Path(sys.executable).with_name("mainspring")
    words = [f"MAINSPRING_HOME={shlex.quote(os.path.relpath(home))}"]
    if output != PROJECT / "output":
        words.append(f"FLIGHTS_OUTPUT={shlex.quote(os.path.relpath(output))}")
    found = [os.path.relpath(program)] if program.exists() else [sys.executable, "-m", "mainspring"]
    return " ".join([*words, shlex.join(found)])


def launch(selection: str, name: str) -> int:
    """Materialise a selection with the command line, which shows its progress; its exit code."""
    arguments = ["launch", "--assets", selection, "-m", "flights.definitions", "-d", os.path.relpath(PROJECT)]
    # Progress comes on stderr; the summary on stdout is left to the richer one below. The command runs in this
    # process, which has imported the libraries of the example already.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        return mainspring(arguments, called_as=name)


def main() -> int:
    """Decide, launch, summarise; the exit code is that of the run."""
    parser = argparse.ArgumentParser(description="Materialise the flights example and show what came out.")
    parser.add_argument("--home", type=Path, default=PROJECT / ".mainspring", help="where events are kept")
    parser.add_argument("--output", type=Path, default=PROJECT / "output", help="where results are written")
    parser.add_argument("--all", action="store_true", help="do everything, also what is up to date")
    arguments = parser.parse_args()
    home, output = arguments.home.resolve(), arguments.output.resolve()
    for folder in (home, output):
        folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(MAINSPRING_HOME=str(home), FLIGHTS_OUTPUT=str(output))

    sys.path.insert(0, str(PROJECT))
    from flights.definitions import defs, file_versions, materializable

    console = Console()
    specs = in_order(materializable(defs))
    keys = [spec.key for spec in specs]
    with dg.DagsterInstance.get() as instance:
        if arguments.all or not (output / "flights.duckdb").exists():
            reasons = dict.fromkeys(keys, "asked for" if arguments.all else "no results yet")
        else:
            reasons = out_of_date(instance, specs, file_versions())
            show_plan(console, keys, reasons)
        if reasons:
            names = [f'key:"{key.to_user_string()}"' for key in reasons]
            selection = "*" if len(names) == len(keys) else " or ".join(names)
            if code := launch(selection, called_as(home, output)):
                return code
        show_summary(console, summarise(instance, keys), output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
