"""What kind of thing each argument of a run must be, told before anything of the run is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.base.source import user_position
from mainspring.core.instance.instance import Instance
from mainspring.runtime.definitions.jobs.job import JobDefinition

_MAPPINGS: Mapping[str, str] = {
    "input_values": 'input_values={"path": "orders.csv"}',
    "resources": 'resources={"warehouse": ...}',
    "tags": 'tags={"team": "core"}',
}


def check_call(job: JobDefinition, **given: Any) -> None:
    """Raise ``InvalidInvocationError`` for the first argument that is of a wrong kind.

    ``given`` are arguments of ``execute_in_process`` or ``execute_job`` by name; those that are absent or ``None`` say
    nothing.
    """
    said = {name: value for name, value in given.items() if value is not None}
    if "instance" in said and not isinstance(said["instance"], Instance):
        raise _wrong(job, "instance", said["instance"], "Give an Instance, such as Instance.ephemeral().")
    for name, written in _MAPPINGS.items():
        if name not in said:
            continue
        value = said[name]
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in cast("Any", value)):
            raise _wrong(job, name, value, f"Give a dict by names: {written}.")
    if "op_selection" in said and not _are_names(said["op_selection"]):
        hint = 'Give a list of names: op_selection=["*load"].'
        raise _wrong(job, "op_selection", said["op_selection"], hint)
    if "partition_key" in said and not isinstance(said["partition_key"], str):
        raise _wrong(job, "partition_key", said["partition_key"], "Give the key as a string.")
    if "run_id" in said and not _is_run_id(said["run_id"]):
        raise _wrong(job, "run_id", said["run_id"], "Give a UUID as a string, such as str(uuid.uuid4()), or none.")


def _are_names(value: object) -> bool:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        return False
    return all(isinstance(one, str) for one in cast("Iterable[object]", value))


def _is_run_id(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _wrong(job: JobDefinition, name: str, value: object, hint: str) -> InvalidInvocationError:
    return InvalidInvocationError(
        f"`{name}` of a run of the job {job.name!r} is {value!r:.80}, of type {type(value).__name__}.",
        where=user_position(),
        hint=hint,
    )
