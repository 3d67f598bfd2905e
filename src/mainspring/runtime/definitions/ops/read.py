"""From a function and what was said of it to the parts of an op."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mainspring.core.base.errors import InvalidConfigDefinitionError, InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.config.definition import DefinitionConfigSchema, to_definition_schema
from mainspring.core.values.names import validate_name
from mainspring.core.values.tags import normalize_run_tags
from mainspring.runtime.definitions.argument_types import require, require_names
from mainspring.runtime.definitions.ops.declared import In
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition
from mainspring.runtime.definitions.ops.outputs import outputs_of
from mainspring.runtime.definitions.ops.signature import EMPTY, Signature, read_signature
from mainspring.runtime.definitions.resources.parameter import is_config_class
from mainspring.runtime.definitions.results import NO_VALUE
from mainspring.runtime.definitions.retries import RetryPolicy
from mainspring.runtime.definitions.types.containers import ContainerType
from mainspring.runtime.definitions.types.value_type import NOTHING, PythonType


def op_parts(  # noqa: PLR0913  # one function behind the decorator and the constructor
    function: Callable[..., Any],
    *,
    name: Any,
    ins: Any = None,
    out: Any = None,
    config_schema: Any = None,
    required_resource_keys: Any = None,
    tags: Any = None,
    retry_policy: Any = None,
    pool: Any = None,
    code_version: Any = None,
    description: Any = None,
    timeout: float | None = None,
    where: SourcePosition | None = None,
) -> dict[str, Any]:
    """The parts of an op, by the names of its attributes.

    Raises ``InvalidDefinitionError`` that names the op and its place for what cannot be.
    """
    own = validate_name(name, what="an op", where=where)
    what = f"op {own!r}"
    require_names(required_resource_keys, "required_resource_keys", what=what, where=where)
    require(tags, Mapping, "tags", what=what, where=where)
    require(retry_policy, RetryPolicy, "retry_policy", what=what, where=where)
    for argument, value in (("pool", pool), ("code_version", code_version), ("description", description)):
        require(value, str, argument, what=what, where=where)
    signature = read_signature(function, where=where)
    said = _said_ins(ins, what, where)
    compute_fn, signature = _one_dict(function, signature, said)
    resources = {key for _, key in signature.resources}
    return {
        "name": own,
        "compute_fn": compute_fn,
        "signature": signature,
        "ins": _inputs(signature, said, what, where),
        "outs": outputs_of(signature, out, code_version, what=what, where=where),
        "config_schema": _config(signature, config_schema, what, where),
        "required_resource_keys": frozenset(resources | set(required_resource_keys or ())),
        "tags": normalize_run_tags(tags, what=what, where=where),
        "description": description,
        "retry_policy": retry_policy,
        "pool": pool,
        "code_version": code_version,
        "timeout": timeout,
        "where": where,
    }


def _said_ins(ins: Any, what: str, where: SourcePosition | None) -> dict[str, In]:
    require(ins, Mapping, "ins", what=what, where=where)
    found: dict[str, Any] = dict(ins or {})
    for name, said in found.items():
        validate_name(name, what=f"an input of {what}", where=where)
        if not isinstance(said, In):
            raise InvalidDefinitionError(
                f"`ins` of {what} holds {said!r} for {name!r}, which is no In.",
                where=where,
                hint=f'Write ins={{"{name}": In(...)}}.',
            )
    return found


def _inputs(
    signature: Signature, said: dict[str, In], what: str, where: SourcePosition | None
) -> dict[str, InputDefinition]:
    made: dict[str, InputDefinition] = {}
    for name, annotation, default in signature.inputs:
        validate_name(name, what=f"an input of {what}", where=where)
        found = said.get(name)
        made[name] = (
            InputDefinition(name, annotation, default)
            if found is None
            else found.to_definition(name, annotation, default)
        )
        _check_default(made[name], what, where)
        if made[name].is_nothing:
            raise InvalidDefinitionError(
                f"The input {name!r} of {what} is Nothing, which has no value, but the function has a parameter "
                "for it.",
                where=where,
                hint=f'Drop the parameter and write ins={{"{name}": In(Nothing)}}.',
            )
    for name, found in said.items():
        if name not in made:
            _check_known(name, found, signature, what, where)
            made[name] = found.to_definition(name)
    return made


def _check_default(said: InputDefinition, what: str, where: SourcePosition | None) -> None:
    """Raise ``InvalidDefinitionError`` for a default that the type of its input does not take.

    The checks of types made by users wait for a run, which has what they may ask their context for.
    """
    kind = said.dagster_type
    if not said.has_default_value or not isinstance(kind, (PythonType, ContainerType)):
        return
    if not kind.check(said.default_value).success:
        raise InvalidDefinitionError(
            f"The default of the input {said.name!r} of {what} is {said.default_value!r:.60}; its type is {kind.name}.",
            where=where,
            hint="Give a default of that type, or widen the annotation: `| None` where None stands for no value.",
        )


def _check_known(name: str, said: In, signature: Signature, what: str, where: SourcePosition | None) -> None:
    if said.dagster_type is NOTHING or signature.takes_any_keyword:
        return
    names = [parameter.name for parameter in signature.inputs]
    raise InvalidDefinitionError(
        f"{what} has no parameter {name!r}, which `ins` speaks of.",
        where=where,
        hint=did_you_mean(name, names)
        or f"Its inputs are: {', '.join(names) or 'none'}. To wait for another op without taking its value, "
        f'write ins={{"{name}": In(Nothing)}}.',
    )


def _one_dict(
    function: Callable[..., Any], signature: Signature, said: Mapping[str, In]
) -> tuple[Callable[..., Any], Signature]:
    """A function of a context and one dict of all inputs, as one that takes them by name."""
    own = [parameter.name for parameter in signature.inputs]
    if len(signature.positional) != 2 or own != ["inputs"] or "inputs" in said or signature.context is None:
        return function, signature
    inputs = [name for name, one in said.items() if not one.is_nothing]
    defaults = {name: said[name].default_value for name in inputs if said[name].default_value is not NO_VALUE}

    def by_name(context: Any, **given: Any) -> Any:
        return function(context, defaults | given)

    parameters = tuple(signature.inputs[0]._replace(name=name, annotation=EMPTY) for name in inputs)
    return by_name, signature._replace(
        context="context", inputs=parameters, positional=("context", *inputs), takes_any_keyword=True
    )


def _config(signature: Signature, config_schema: Any, what: str, where: SourcePosition | None) -> Any:
    if signature.config is not None and config_schema is not None:
        raise InvalidDefinitionError(
            f"{what} says its config twice: by the annotated parameter `config` and by `config_schema`.",
            where=where,
            hint="Keep the parameter and drop `config_schema`.",
        )
    schema = signature.config[1] if signature.config is not None else config_schema
    if schema is None or isinstance(schema, DefinitionConfigSchema) or is_config_class(schema):
        return schema
    try:
        return to_definition_schema(schema)
    except InvalidConfigDefinitionError as error:
        raise InvalidConfigDefinitionError(
            f"The `config_schema` of {what} is no schema. {error.message}", where=where, hint=error.hint
        ) from None
