"""``mainspring check defs``."""

from __future__ import annotations

from collections.abc import Sequence

import click
import msgspec

from mainspring.cli import exit_code
from mainspring.cli.as_json import emit_json
from mainspring.cli.calling import calling
from mainspring.cli.declared import own_jobs
from mainspring.cli.failure import tell, told
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import emit, say
from mainspring.cli.wording import counted
from mainspring.core.base.errors import InvalidDefinitionError, OrchestratorError
from mainspring.runtime.definitions.definitions import Definitions


class Fault(msgspec.Struct, frozen=True):
    """Something that is wrong with the definitions."""

    error: str
    message: str
    where: str | None
    hint: str | None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the definitions can be loaded, and every reason why not."""

    ok: bool
    assets: int = 0
    checks: int = 0
    jobs: int = 0
    schedules: int = 0
    sensors: int = 0
    faults: Sequence[Fault] = ()


@click.command("defs", cls=Command)
@json_option
@target_options
def check_defs(as_json: bool, target: TargetChoice) -> int:
    """Load the definitions and list every fault of how they fit together. Exit status 2 where there is one."""
    try:
        definitions = target.load()
        Definitions.validate_loadable(definitions)
    except OrchestratorError as error:
        return _refuse(error, as_json=as_json)
    catalog = definitions.catalog
    verdict = Verdict(
        ok=True,
        assets=len(catalog.assets.by_key),
        checks=len(catalog.assets.by_check),
        jobs=len(own_jobs(catalog)),
        schedules=len(catalog.schedules),
        sensors=len(catalog.sensors),
    )
    if as_json:
        emit_json(verdict)
    else:
        counts = [
            counted(verdict.assets, "asset"),
            counted(verdict.checks, "check"),
            counted(verdict.jobs, "job"),
        ]
        if verdict.schedules or verdict.sensors:
            counts += [counted(verdict.schedules, "schedule"), counted(verdict.sensors, "sensor")]
        emit(f"All can be loaded: {', '.join(counts)}.")
    return exit_code.OK


def _refuse(error: OrchestratorError, *, as_json: bool) -> int:
    faults = faults_of(error)
    if calling().debug:
        tell(error, debug=True)
    if as_json:
        emit_json(Verdict(ok=False, faults=[_as_fault(one) for one in faults]))
    else:
        say("\n\n".join(told(one) for one in faults))
        say(f"\n{counted(len(faults), 'fault')} found.")
    return exit_code.WRONG_USE


def faults_of(error: OrchestratorError) -> Sequence[OrchestratorError]:
    """The faults that an error lists, or the error itself."""
    listed = error.faults if isinstance(error, InvalidDefinitionError) else ()
    return listed or [error]


def _as_fault(error: OrchestratorError) -> Fault:
    return Fault(type(error).__name__, error.message, str(error.where) if error.where else None, error.hint)
