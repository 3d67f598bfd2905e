"""Tags: the reserved keys, and what keys and values may be.

Reserved keys keep the spelling that user code reads and writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition

SYSTEM_TAG_PREFIX: Final = "dagster/"
HIDDEN_TAG_PREFIX: Final = ".dagster/"

REPOSITORY_TAG: Final = ".dagster/repository"
SCHEDULED_EXECUTION_TIME_TAG: Final = ".dagster/scheduled_execution_time"

ASSET_EVALUATION_ID_TAG: Final = "dagster/asset_evaluation_id"
ASSET_PARTITION_RANGE_END_TAG: Final = "dagster/asset_partition_range_end"
ASSET_PARTITION_RANGE_START_TAG: Final = "dagster/asset_partition_range_start"
AUTO_MATERIALIZE_TAG: Final = "dagster/auto_materialize"
AUTO_RETRY_RUN_ID_TAG: Final = "dagster/auto_retry_run_id"
BACKFILL_TAG: Final = "dagster/backfill"
CODE_LOCATION_TAG: Final = "dagster/code_location"
COMPUTE_KIND_TAG: Final = "dagster/compute_kind"
CONCURRENCY_KEY_TAG: Final = "dagster/concurrency_key"
FAILURE_REASON_TAG: Final = "dagster/failure_reason"
FROM_AUTOMATION_CONDITION_TAG: Final = "dagster/from_automation_condition"
IMAGE_TAG: Final = "dagster/image"
IS_ASSET_RESUME_RETRY_TAG: Final = "dagster/is_asset_resume_retry"
IS_RESUME_RETRY_TAG: Final = "dagster/is_resume_retry"
ISOLATION_TAG: Final = "dagster/isolation"
KIND_TAG_PREFIX: Final = "dagster/kind/"
LEGACY_COMPUTE_KIND_TAG: Final = "kind"
MAX_RETRIES_TAG: Final = "dagster/max_retries"
MAX_RUNTIME_SECONDS_TAG: Final = "dagster/max_runtime"
PARENT_BACKFILL_ID_TAG: Final = "dagster/parent_backfill_id"
PARENT_RUN_ID_TAG: Final = "dagster/parent_run_id"
PARTITION_TAG: Final = "dagster/partition"
PARTITION_DIMENSION_TAG_PREFIX: Final = "dagster/partition/"
PARTITION_SET_TAG: Final = "dagster/partition_set"
PRIORITY_TAG: Final = "dagster/priority"
RETRY_NUMBER_TAG: Final = "dagster/retry_number"
RETRY_ON_ASSET_OR_OP_FAILURE_TAG: Final = "dagster/retry_on_asset_or_op_failure"
RETRY_STRATEGY_TAG: Final = "dagster/retry_strategy"
ROOT_BACKFILL_ID_TAG: Final = "dagster/root_backfill_id"
ROOT_RUN_ID_TAG: Final = "dagster/root_run_id"
RUN_KEY_TAG: Final = "dagster/run_key"
SCHEDULE_NAME_TAG: Final = "dagster/schedule_name"
SENSOR_NAME_TAG: Final = "dagster/sensor_name"
STEP_SELECTION_TAG: Final = "dagster/step_selection"
TICK_ID_TAG: Final = "dagster/tick"
WILL_RETRY_TAG: Final = "dagster/will_retry"

MAX_PART_LENGTH: Final = 63

_PART = r"[A-Za-z0-9_.\-]"
_KEY = re.compile(rf"(?:{_PART}{{1,{MAX_PART_LENGTH}}}/)?{_PART}{{1,{MAX_PART_LENGTH}}}")
_VALUE = re.compile(rf"{_PART}{{0,{MAX_PART_LENGTH}}}")
_ALLOWED = f"letters, digits, '_', '-' and '.', at most {MAX_PART_LENGTH} of them"


def is_system_tag(key: str) -> bool:
    """Whether the key is one of the reserved ones, which the system writes and reads."""
    return key.startswith((SYSTEM_TAG_PREFIX, HIDDEN_TAG_PREFIX))


def partition_dimension_tag(dimension: str) -> str:
    """The tag that holds the key of one dimension of a multi-dimensional partition."""
    return PARTITION_DIMENSION_TAG_PREFIX + dimension


def validate_tags(
    tags: Mapping[str, str] | None, *, what: str, where: SourcePosition | None = None
) -> dict[str, str]:
    """The tags of a definition or an event as a fresh dict, each key and value checked.

    A key is a name or ``prefix/name``; a value may be empty. Each is made of letters, digits, ``_``, ``-``
    and ``.``, at most 63 of them. Reserved keys may hold any string. ``what`` names in errors what the tags
    belong to: ``asset 'orders'``.

    Raises ``InvalidDefinitionError`` that names the tag at fault.
    """
    result: dict[str, str] = {}
    if not tags:
        return result
    for key, value in tags.items():
        _require_strings(key, value, what, where)
        if not is_system_tag(key):
            _require_fitting(key, value, what, where)
        result[str.__str__(key)] = str.__str__(value)
    return result


def _require_strings(key: object, value: object, what: str, where: SourcePosition | None) -> None:
    if not isinstance(key, str):
        raise InvalidDefinitionError(
            f"A tag key of {what} is {key!r}, a {type(key).__name__}; keys are strings.", where=where
        )
    if not isinstance(value, str):
        raise InvalidDefinitionError(
            f"The tag {key!r} of {what} is {value!r}, a {type(value).__name__}; values are strings.",
            where=where,
            hint=f'Write it as text: "{value}".',
        )


def _require_fitting(key: str, value: str, what: str, where: SourcePosition | None) -> None:
    if not _KEY.fullmatch(key):
        raise InvalidDefinitionError(
            f"The tag key {key!r} of {what} is not valid.",
            where=where,
            hint=f"A key is a name or prefix/name; each of them is made of {_ALLOWED}.",
        )
    if not _VALUE.fullmatch(value):
        raise InvalidDefinitionError(
            f"The tag {key!r} of {what} has the value {value!r}, which is not valid.",
            where=where,
            hint=f"A value is empty or made of {_ALLOWED}. Longer texts belong into metadata.",
        )


def normalize_run_tags(
    tags: Mapping[str, object] | None, *, what: str, where: SourcePosition | None = None
) -> dict[str, str]:
    """The tags of a run or a job as strings, in a fresh dict: other values are written as JSON.

    >>> normalize_run_tags({"team": "core", "limits": {"cpu": 2}}, what="job 'nightly'")
    {'team': 'core', 'limits': '{"cpu":2}'}
    """
    result: dict[str, str] = {}
    if tags is not None and not isinstance(tags, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(
            f"The tags of {what} are {tags!r:.80}, of type {type(tags).__name__}.",
            where=where,
            hint='Tags are a dict: {"team": "core"}.',
        )
    for key, value in (tags or {}).items():
        if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            _require_strings(key, "", what, where)
        result[key] = str.__str__(value) if isinstance(value, str) else _as_json(key, value, what, where)
        if not (key.isascii() and result[key].isascii()):
            _require_writable(key, result[key], what, where)
    return result


def _require_writable(key: str, value: str, what: str, where: SourcePosition | None) -> None:
    try:
        (key + value).encode()
    except UnicodeEncodeError:
        raise InvalidDefinitionError(
            f"The tag {key!r} of {what} has the value {value!r:.60}, with a character that no text can be stored with.",
            where=where,
            hint='Mend the text where it is read, for instance with .encode(errors="replace").decode().',
        ) from None


def _as_json(key: str, value: object, what: str, where: SourcePosition | None) -> str:
    try:
        return serial.encode(value).decode()
    except (TypeError, ValueError, NotImplementedError, RecursionError) as error:
        raise InvalidDefinitionError(
            f"The tag {key!r} of {what} has the value {value!r}, which cannot be written as JSON: {error}.",
            where=where,
        ) from None
