"""What a ``launch`` asks for: job, partitions, config and tags, from the words of a command line."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple, cast

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidConfigError, InvalidSubsetError, InvocationError
from mainspring.core.graph.selection.matched import resolve_some
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.partitions.backfill_policy import BackfillPolicyType
from mainspring.core.values.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from mainspring.runtime.contexts.log import level_number
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.job import JobDefinition

RANGE_SIGN = "..."


class Slice(NamedTuple):
    """The partitions a run is of: one key, or tags that name the ends of a range."""

    key: str | None
    tags: Mapping[str, str]


def asset_job(definitions: Definitions, selection: str) -> JobDefinition:
    """The job of the assets and checks that a selection string selects.

    Raises ``InvalidSubsetError`` where it does not parse, or selects nothing that can be run.
    """
    implicit = definitions.resolve_implicit_global_asset_job_def()
    graph = implicit.asset_graph
    matched = resolve_some(AssetSelection.from_string(selection), graph)
    keys = frozenset(matched.asset_keys) & frozenset(graph.executable_asset_keys)
    if not keys and not matched.check_keys:
        raise InvalidSubsetError(
            f"The selection {selection!r} matches only assets that are made elsewhere: there is nothing to run.",
            hint="`mainspring list defs` shows which assets can be made.",
        )
    return implicit.copy_with(keys=keys, check_keys=frozenset(matched.check_keys))


def partition_slice(job: JobDefinition, key: str | None, span: str | None) -> Slice:
    """The partitions asked for.

    Raises ``InvocationError`` for both at once, where nothing is partitioned, and for a range that cannot be one
    run.
    """
    if key is not None and span is not None:
        raise InvocationError("--partition and --partition-range exclude each other.")
    if key is not None or span is not None:
        _require_partitions(job, "--partition" if span is None else "--partition-range")
    if span is None:
        return Slice(key, {})
    first, sign, last = span.partition(RANGE_SIGN)
    if not (first and sign and last):
        raise InvocationError(
            f"{span!r} is not a range of partitions.",
            hint="Write the first and the last key with three dots between: 2024-01-01...2024-01-31",
        )
    for asset in sorted(job.keys):
        node = job.asset_graph.get(asset)
        policy = node.backfill_policy
        if node.is_partitioned and getattr(policy, "policy_type", None) is not BackfillPolicyType.SINGLE_RUN:
            raise InvocationError(
                f"The asset {asset.to_user_string()!r} makes one partition a run, so a range cannot be one run.",
                where=node.where,
                hint="Declare backfill_policy=BackfillPolicy.single_run() where it can make several at once, "
                "or launch each with --partition.",
            )
    return Slice(None, {ASSET_PARTITION_RANGE_START_TAG: first, ASSET_PARTITION_RANGE_END_TAG: last})


def _require_partitions(job: JobDefinition, option: str) -> None:
    if job.partitions_def is not None or not (job.keys or job.is_op_job):
        return
    if job.is_op_job:
        raise InvocationError(
            f"The job {job.name!r} is not partitioned; leave out {option}.", where=job.where
        )
    if any(job.asset_graph.get(key).is_partitioned for key in job.keys):
        return
    first = min(job.keys).to_user_string()
    what = f"{first} is not" if len(job.keys) == 1 else f"None of the {len(job.keys):,} assets to be made is"
    raise InvocationError(f"{what} partitioned; leave out {option}.")


def run_config(files: Sequence[str], text: str | None) -> Mapping[str, Any] | None:
    """The run config of files or of a JSON text; ``None`` where there is none."""
    if files and text is not None:
        raise InvocationError("--config and --config-json exclude each other.")
    if text is not None:
        return _json_object(text, "--config-json")
    # YAML takes as long to import as all records together: only where a file is given.
    return import_module("mainspring.core.config.files").config_from_files(files) if files else None


_LEVEL_PATH = ("loggers", "console", "config", "log_level")


def shown_level(config: Mapping[str, Any] | None) -> int:
    """From which level on messages of a run are shown: that of its console logger, or INFO.

    What is no level counts as none said; the run tells what is wrong with its config.
    """
    said: Any = config
    for name in _LEVEL_PATH:
        said = cast("Mapping[str, Any]", said).get(name) if isinstance(said, Mapping) else None
    try:
        return level_number(said)
    except (ValueError, AttributeError, TypeError):
        return logging.INFO


@contextmanager
def lines_of_faults(files: Sequence[str]) -> Generator[None, None, None]:
    """Say of each fault of the run config in which file and line it stands."""
    try:
        yield
    except InvalidConfigError as error:
        if not files:
            raise
        raise import_module("mainspring.core.config.files").with_lines(error, files) from None


def run_tags(text: str | None) -> Mapping[str, str]:
    """The tags of a JSON text. Raises ``InvocationError`` where their values are no strings."""
    if text is None:
        return {}
    tags = _json_object(text, "--tags")
    for key, value in tags.items():
        if not isinstance(value, str):
            raise InvocationError(
                f"The tag {key!r} in --tags is {value!r}; a tag is a string.",
                hint=f'Write "{key}": "{value}".',
            )
    return tags


def _json_object(text: str, option: str) -> dict[str, Any]:
    try:
        return serial.decode(text, dict[str, Any])
    except msgspec.MsgspecError as error:
        raise InvocationError(
            f"What {option} holds is not a JSON object: {error}.",
            hint=f"""For example: {option} '{{"key": "value"}}'""",
        ) from None
