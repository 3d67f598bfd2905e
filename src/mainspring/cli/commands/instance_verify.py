"""``mainspring instance verify``."""

from __future__ import annotations

from itertools import islice

import click

from mainspring.cli import exit_code
from mainspring.cli.as_json import emit_json
from mainspring.cli.bar import bar
from mainspring.cli.calling import calling
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import emit, say
from mainspring.cli.wording import counted
from mainspring.core.records.verification import Finding, Verified

_MOST_SHOWN = 1_000
_PARTS = {"partition": "partition ", "check": "check ", "step": "step "}


@click.command("verify", cls=Command)
@click.option("--mend", is_flag=True, help="Put what the log says in the place of what differs.")
@json_option
def instance_verify(mend: bool, as_json: bool) -> int:
    """Compare all that is derived from the log of events with what the log says.

    That is how assets, their partitions and checks, runs and their steps stand. Others may go on working meanwhile.
    The exit status is 1 when differences are left.
    """
    with open_instance() as instance, bar(instance.ambient.environ) as shown:
        verification = instance.store.verification(mend=mend, show=shown.show)
        findings = verification.findings()
        told = list(islice(findings, _MOST_SHOWN))
        for _ in findings:
            pass  # counted, and mended where that was asked for
        verified = verification.verified
    if as_json:
        emit_json({"compared": verified, "left": verified.left, "findings": told})
    else:
        for finding in told:
            emit(_line(finding))
        if verified.findings > len(told):
            emit(f"and {verified.findings - len(told):,} more")
    say(_summary(verified))
    if verified.left and not mend:
        say(
            f"hint: `{calling().name} instance verify --mend` puts what the log says in the place of what differs."
        )
    return exit_code.OK if not verified.left else exit_code.RUN_FAILED


def _line(finding: Finding) -> str:
    """A difference on one line."""
    kind = "run " if finding.kind in ("run", "step") else ""
    where = f"{kind}{finding.name}"
    if finding.part is not None:
        where += f", {_PARTS.get(finding.kind, '')}{finding.part}"
    if finding.stored is None and finding.replayed is None:
        return f"{where}: {finding.reason}"
    what = _differences(finding)
    ending = " (mended)" if finding.mended else f" ({finding.reason})" if finding.reason else ""
    return f"{where}: {what}{ending}"


def _differences(finding: Finding) -> str:
    stored, replayed = finding.stored, finding.replayed
    if stored is None:
        return f"is missing; the log says {_said(replayed or {})}"
    if replayed is None:
        return f"is stored as {_said(stored)}; the log knows nothing of it"
    return "; ".join(
        f"{name} is {_value(stored.get(name))}, the log says {_value(replayed.get(name))}" for name in stored
    )


def _said(values: dict[str, object]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in values.items() if value is not None)


def _value(value: object) -> str:
    return "nothing" if value is None else str(value)


def _summary(verified: Verified) -> str:
    compared = (
        f"{counted(verified.assets, 'asset')}, {counted(verified.partitions, 'partition')},"
        f" {counted(verified.checks, 'check result')}, {counted(verified.runs, 'run')},"
        f" {counted(verified.steps, 'step')} compared with the log"
    )
    by_hand = (
        f" ({counted(verified.runs_by_hand, 'run')} stored with a status that no event gave)"
        if verified.runs_by_hand
        else ""
    )
    if not verified.findings:
        return f"{compared}{by_hand}: all is as it says."
    mended = f", {verified.mended:,} mended" if verified.mended else ""
    return f"{compared}{by_hand}: {counted(verified.findings, 'difference')}{mended}."
