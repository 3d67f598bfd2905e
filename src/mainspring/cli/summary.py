"""What came out of a run: a table for people, values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from mainspring.cli.progress import checks_text
from mainspring.cli.run_view import CheckLine, RunView, StepLine
from mainspring.cli.table import Table
from mainspring.cli.wording import duration
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import AnyMetadataValue


class AssetOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """An asset of a run. ``made`` says whether it was materialized or observed."""

    key: str
    step: str
    made: bool
    state: str
    seconds: float | None
    rows: int | None


class CheckOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A check of a run. ``passed`` is ``None`` where it was not evaluated."""

    asset: str
    name: str
    passed: bool | None
    severity: str | None
    description: str | None
    metadata: Mapping[str, AnyMetadataValue]


class StepOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a run."""

    key: str
    state: str
    seconds: float | None
    tries: int
    error: str | None


class RunOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has ended. ``status`` is ``NOTHING_TO_RUN``, without a run, where all was up to date."""

    run_id: str | None
    job: str
    status: str
    seconds: float | None
    error: str | None
    assets: Sequence[AssetOutcome]
    checks: Sequence[CheckOutcome]
    steps: Sequence[StepOutcome]
    skipped: Sequence[str] = ()
    """The assets that were left out because they are up to date."""
    reasons: Mapping[str, Sequence[str]] = {}
    """Why each of the others was not up to date, where that was asked."""


def nothing_to_run(job: str, skipped: Iterable[AssetKey]) -> RunOutcome:
    """What is told in place of a run where all was up to date."""
    return RunOutcome(
        run_id=None,
        job=job,
        status="NOTHING_TO_RUN",
        seconds=None,
        error=None,
        assets=[],
        checks=[],
        steps=[],
        skipped=[key.to_user_string() for key in skipped],
    )


def outcome(
    view: RunView,
    *,
    run_id: str,
    job: str,
    skipped: Iterable[AssetKey] = (),
    reasons: Mapping[AssetKey, Sequence[str]] | None = None,
) -> RunOutcome:
    """The run as a value. ``skipped`` and ``reasons`` are of a run of what was not up to date."""
    steps = list(view.steps.values())
    return RunOutcome(
        run_id=run_id,
        job=job,
        status=view.status.value,
        seconds=view.seconds,
        error=view.error.to_string() if view.error else None,
        assets=[_asset(key, step) for step in steps for key in _keys(step)],
        checks=[_check(check) for check in view.checks()],
        steps=[
            StepOutcome(
                key=step.key,
                state=step.state.value,
                seconds=step.seconds,
                tries=step.tries,
                error=step.error.to_string() if step.error else None,
            )
            for step in steps
        ],
        skipped=[key.to_user_string() for key in skipped],
        reasons={key.to_user_string(): words for key, words in (reasons or {}).items()},
    )


def summary_table(view: RunView) -> Table:
    """A row for each asset, and for each step that makes none."""
    by_asset: dict[str, list[CheckLine]] = {}
    for check in view.checks():
        by_asset.setdefault(check.asset, []).append(check)
    rows: list[list[str]] = []
    for step in view.steps.values():
        for key in _keys(step):
            name = key.to_user_string()
            count = step.made.get(key)
            checks = by_asset.pop(name, [])
            rows.append(
                [
                    name,
                    step.state.value,
                    duration(step.seconds),
                    "" if count is None else f"{count:,}",
                    checks_text(checks),
                ]
            )
    # Checks of assets that were not part of the run.
    rows += [[name, "", "", "", checks_text(checks)] for name, checks in by_asset.items()]
    return Table(["asset", "state", "time", "rows", "checks"], rows, right=frozenset({"time", "rows"}))


def _keys(step: StepLine) -> list[AssetKey]:
    return list(dict.fromkeys([*step.planned, *step.made]))


def _asset(key: AssetKey, step: StepLine) -> AssetOutcome:
    made = key in step.made
    return AssetOutcome(
        key=key.to_user_string(),
        step=step.key,
        made=made,
        state=step.state.value,
        seconds=step.seconds,
        rows=step.made.get(key),
    )


def _check(check: CheckLine) -> CheckOutcome:
    severity = None if check.passed is None else "WARN" if check.warns else "ERROR"
    return CheckOutcome(
        asset=check.asset,
        name=check.name,
        passed=check.passed,
        severity=severity,
        description=check.description,
        metadata=check.metadata,
    )
