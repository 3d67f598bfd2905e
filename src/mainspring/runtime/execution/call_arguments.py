"""What kind of thing each argument of a run must be, told before anything of the run is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from mainspring.core.base.errors import InvalidInvocationError
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
        value: object = said[name]
        if not _is_by_name(value):
            raise _wrong(job, name, value, f"Give a dict by names: {written}.")
    if "op_selection" in said and not _are_names(said["op_selection"]):
        hint = 'Give a list of names: op_selection=["*load"].'
        raise _wrong(job, "op_selection", said["op_selection"], hint)
    if "partition_key" in said and not isinstance(said["partition_key"], str):
        raise _wrong(job, "partition_key", said["partition_key"], "Give the key as a string.")
    if "run_id" in said and not (said["run_id"] and isinstance(said["run_id"], str)):
        raise _wrong(
            job, "run_id", said["run_id"], "Give a string such as str(uuid.uuid4()), or leave it out."
        )


def _is_by_name(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) for key in cast("Mapping[object, object]", value)
    )


def _are_names(value: object) -> bool:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Collection):
        return False
    return all(isinstance(one, str) for one in cast("Collection[object]", value))


def _shown(value: object) -> str:
    """A value as a message may show it: not what lies within, which may be a password."""
    if isinstance(value, Mapping):
        keys = ", ".join(map(repr, cast("Mapping[object, object]", value)))
        return f"a {type(cast('object', value)).__name__} with the keys {keys:.60}"
    within = isinstance(value, Collection) and not isinstance(value, (str, bytes))
    kind = type(cast("object", value)).__name__
    return f"a {kind}" if within else f"{value!r:.60}, of type {kind}"


def _wrong(job: JobDefinition, name: str, value: object, hint: str) -> InvalidInvocationError:
    return InvalidInvocationError(
        f"`{name}` of a run of the job {job.name!r} is {_shown(value)}.",
        where=job.where,
        hint=hint,
    )
