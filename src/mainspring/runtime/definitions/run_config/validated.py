"""``validate_run_config``: whether a run config fits a job, without running anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from mainspring.core.base.errors import InvalidConfigError, InvalidDefinitionError, InvalidInvocationError
from mainspring.core.base.source import user_position
from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.config.fault import ConfigFault, raise_faults
from mainspring.core.config.run_config import RunConfig, to_run_config_dict
from mainspring.core.config.schema import Shape
from mainspring.core.config.validate import validate
from mainspring.runtime.definitions.run_config.needs import needed_resources
from mainspring.runtime.definitions.run_config.reading import Origin, reading_of_job, unfed_by_selection
from mainspring.runtime.definitions.run_config.resolved import mapped_run_config, tree_of_job
from mainspring.runtime.definitions.run_config.sections import (
    execution_field,
    loggers_shape,
    resources_shape,
    unknown_sections,
)
from mainspring.runtime.definitions.run_config.walk import walk


def validate_run_config(
    job_def: Any, run_config: Mapping[str, Any] | RunConfig | None = None
) -> Mapping[str, Any]:
    """The run config as a run of the job would use it, with all defaults filled in.

    Without ``run_config`` the job's own is checked, where it has one. Nothing is run and the environment is
    not read: a value that comes from it is checked when the run begins. Config mappings are asked, unless
    they need such a value. Raises ``InvalidConfigError`` with every fault at once.

    >>> validate_run_config(nightly, {"ops": {"load": {"config": {"limit": 3}}}})["ops"]  # doctest: +SKIP
    {'load': {'config': {'limit': 3}}}
    """
    if not hasattr(job_def, "config_mapping"):
        raise InvalidInvocationError(
            f"validate_run_config was given {job_def!r:.80}, of type {type(job_def).__name__}, which is no job.",
            where=user_position(),
            hint="Give what @job makes; a job of assets is got from definitions: defs.get_job_def(name).",
        )
    said = to_run_config_dict(job_def.run_config if run_config is None else run_config)
    normal, faults = checked_run_config(job_def, said)
    preamble = f"The run config of the job {job_def.name!r} does not fit."
    raise_faults(preamble, faults, given=said, where=job_def.where)
    return normal


def checked_run_config(job: Any, said: Mapping[str, Any]) -> tuple[dict[str, Any], list[ConfigFault]]:
    """A run config in normal form, and all that is wrong with it."""
    mapping: ConfigMapping | None = job.config_mapping
    if mapping is None:
        return _checked(job, said, None)
    outer = validate(mapping.config_schema.field, mapping.config_schema.with_default(said or None))
    normal = cast("dict[str, Any]", outer.value or {})
    if outer.errors or mapping.names_variables(said):
        return normal, list(outer.errors)
    answer, origin, faults = mapped_run_config(said, mapping, {})
    return normal, list(faults) if faults else _checked(job, answer, origin)[1]


def _checked(
    job: Any, said: Mapping[str, Any], origin: Origin | None
) -> tuple[dict[str, Any], list[ConfigFault]]:
    normal: dict[str, Any] = {}
    faults = list(unknown_sections(said))
    how = reading_of_job(job)
    tree = tree_of_job(job, unfed_inputs=unfed_by_selection(job))
    faults += walk(tree, said, how, origin=origin, normal=normal).faults
    others = Shape(
        {
            "resources": resources_shape(job.resource_defs, needed_resources(job, how)),
            "loggers": loggers_shape(job.loggers),
            "execution": execution_field(job.executor_def),
        }
    )
    result = validate(others, {name: said[name] for name in others.fields if name in said})
    faults += result.errors
    return {**normal, **cast("dict[str, Any]", result.value)}, faults


def check_default_config(job: Any) -> None:
    """Raise ``InvalidDefinitionError`` for a job whose own run config does not fit it."""
    if job.run_config is None:
        return
    try:
        validate_run_config(job)
    except InvalidConfigError as error:
        lines = "\n".join(f"    {fault}" for fault in error.errors)
        raise InvalidDefinitionError(f"its own config does not fit:\n{lines}", where=job.where) from None
