"""How to go on after a run that did not come to its end: the command that makes what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import join
from typing import NamedTuple

from mainspring.cli.calling import calling
from mainspring.cli.options import TargetChoice
from mainspring.cli.run_view import RunView, StepState
from mainspring.core.graph.selection.selection import KeysAssetSelection

_NOT_LEFT = frozenset({StepState.DONE, StepState.SKIPPED})


class RunOptions(NamedTuple):
    """What the options that all commands that make a run have in common said."""

    partition: str | None
    partition_range: str | None
    config_files: Sequence[str]
    config_json: str | None
    tags: str | None
    plain: bool
    as_json: bool
    only_stale: bool = False


def command_for_the_rest(view: RunView, target: TargetChoice, options: RunOptions) -> str | None:
    """The command line that makes the assets which were planned and not made; ``None`` where there are none."""
    left = [key for step in view.steps.values() if step.state not in _NOT_LEFT for key in step.planned]
    if not left:
        return None
    selection = KeysAssetSelection(tuple(left)).to_selection_str()
    words = ["launch", *_where(target), "--assets", selection, *_as_before(options)]
    return f"{calling().name} {join(words)}"


def command_from_failure(run_id: str, target: TargetChoice) -> str:
    """The command line that goes on from a run that failed."""
    return f"{calling().name} {join(['run', 'reexecute', *_where(target), run_id[:8], '--from-failure'])}"


def _where(target: TargetChoice) -> Iterator[str]:
    for name, value in zip(TargetChoice._fields, target, strict=True):
        if value:
            yield f"--{name.replace('_', '-')}"
            yield value


def _as_before(options: RunOptions) -> Iterator[str]:
    said = (
        ("--partition", options.partition),
        ("--partition-range", options.partition_range),
        *(("--config", file) for file in options.config_files),
        ("--config-json", options.config_json),
        ("--tags", options.tags),
    )
    for option, value in said:
        if value is not None:
            yield option
            yield value
