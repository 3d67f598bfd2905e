"""Making config objects for user code: check, read the environment, construct; every fault with its path."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ForwardRef, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError

from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.errors import OrchestratorError
from mainspring.core.config.definition import named_variables
from mainspring.core.config.env import has_references
from mainspring.core.config.fault import ConfigFault, Path, raise_faults
from mainspring.core.config.resolve import resolve
from mainspring.core.config.schema import Field, Noneable, Permissive, Shape
from mainspring.core.config.types import AnyType
from mainspring.core.config.validate import validate
from mainspring.runtime.definitions.config.compile import config_fields, shape_of
from mainspring.runtime.definitions.config.single import broken_rule, fault_of, field_faults
from mainspring.runtime.definitions.config.unresolved import keep_hidden
from mainspring.runtime.definitions.config.value import config_value, key_of

_M = TypeVar("_M", bound=BaseModel)
_UNTYPED = Field(AnyType(), is_required=False)


def resolve_config(
    model: type[_M], raw: object, *, environ: Environment | None = None, path: Path = ("config",)
) -> _M:
    """The config object for a run config value (a mapping, ``None``, or an object of the class already).

    Raises ``InvalidConfigError`` that lists every fault with its path.
    """
    environment = system_environment() if environ is None else environ
    if isinstance(raw, model):
        made, faults = with_values(raw, {}, environ=environment, path=path)
    else:
        made, faults = construct(model, raw, environ=environment, path=path)
    raise_faults(f"The config for {model.__name__} does not fit.", faults, given=raw)
    return cast("_M", made)


def construct(
    model: type[_M],
    raw: object,
    *,
    environ: Environment,
    path: Path,
    given: Mapping[str, object] | None = None,
) -> tuple[_M | None, tuple[ConfigFault, ...]]:
    """An object of a raw config, or the faults. ``given`` are python values that are passed through
    unchecked here.
    """
    shape = shape_of(model)
    checked = validate(shape, {} if raw is None else raw, path=path, fill=False)
    if checked.errors:
        return None, (*checked.errors, *field_faults(model, shape, checked, path))
    resolved = resolve(shape, checked.value, environ, path=path)
    if resolved.errors:
        return None, resolved.errors
    values = _without_nothing(cast("dict[str, object]", resolved.value), shape)
    read = _read_from_environment(checked.value)
    secret = {name for name, field in shape.fields.items() if field.is_secret} | read
    whole, faults = _made(model, {**values, **(given or {})}, path, secret)
    if whole is not None and may_hold_references(model):
        whole, faults = with_values(whole, {}, environ=environ, path=path)
    if whole is not None and read:
        keep_hidden(whole, checked.value)
    return whole, faults


@lru_cache(maxsize=4096)
def may_hold_references(model: type[BaseModel]) -> bool:
    """Whether an object of a class may have, by its defaults or its constructor, an ``EnvVar`` still to be read."""
    pending: list[Any] = [model]
    seen: set[int] = set()
    while pending:
        here = pending.pop()
        if isinstance(here, (str, ForwardRef, TypeVar)):
            return True  # there is no telling
        if id(here) in seen:
            continue
        seen.add(id(here))
        if not (isinstance(here, type) and issubclass(here, BaseModel)):
            pending.extend(part for part in get_args(here) if not isinstance(part, str))
            continue
        if custom_init(here):
            return True
        for info in here.model_fields.values():
            if has_references(info.default) or info.default_factory not in _PLAIN_FACTORIES:
                return True
            pending.append(info.annotation)
    return False


_PLAIN_FACTORIES = (None, list, dict, set, tuple)


def with_values(
    model: _M, raw: Mapping[str, object], *, environ: Environment, path: Path
) -> tuple[_M | None, tuple[ConfigFault, ...]]:
    """The object with its ``EnvVar``s read and with the raw config ``raw`` in place of what it holds."""
    changed, secret, faults = _changed(model, raw, environ, path)
    if faults:
        return None, faults
    if not changed:
        return model, ()
    made: _M | None
    if custom_init(type(model)):  # its arguments are its own; they cannot be made again from the fields
        made, faults = model.model_copy(update=changed), ()
    else:
        made, faults = rebuilt(model, changed, path=path, secret=secret)
    if made is not None:
        keep_hidden(made, {**vars(model), **(model.__pydantic_extra__ or {}), **raw})
    return made, faults


def rebuilt(
    model: _M, changed: Mapping[str, object], *, path: Path, secret: set[str]
) -> tuple[_M | None, tuple[ConfigFault, ...]]:
    """A fresh object with the fields of ``model``, some changed: checks run, private state starts anew."""
    values: dict[str, object] = dict(model.__pydantic_extra__ or {})
    kept: dict[str, object] = {}
    keys = {name: key_of(name, info) for name, info in type(model).model_fields.items()}
    for name, key in keys.items():
        if name in changed or name in model.model_fields_set:
            values[key] = changed.get(name, model.__dict__[name])
        else:
            kept[name] = model.__dict__[name]
    values.update({name: value for name, value in changed.items() if name not in keys})
    made, faults = _made(type(model), values, path, secret)
    return (made.model_copy(update=kept) if made is not None and kept else made), faults


def custom_init(model: type[BaseModel]) -> bool:
    """Whether a class has a constructor of its own."""
    return not getattr(model.__init__, "__pydantic_base_init__", False)


def _changed(
    model: BaseModel, raw: Mapping[str, object], environ: Environment, path: Path
) -> tuple[dict[str, object], set[str], tuple[ConfigFault, ...]]:
    fields = shape_of(type(model)).fields
    changed: dict[str, object] = {}
    secret: set[str] = set()
    faults: list[ConfigFault] = []
    places = {name: key for name, (key, _info) in config_fields(type(model)).items()}
    extra: Mapping[str, object] = model.__pydantic_extra__ or {}
    for name, key in {**places, **{name: name for name in extra}}.items():
        field = fields.get(key, _UNTYPED)
        if key in raw:
            value = raw[key]
        else:
            value = extra[name] if name in extra else model.__dict__[name]
            if not has_references(value):
                continue
            secret.add(key)
            value = config_value(value, field.config_type)
        resolved = resolve(field, value, environ, path=(*path, key))
        faults.extend(resolved.errors)
        changed[name] = resolved.value
        if field.is_secret:
            secret.add(key)
    return changed, secret, tuple(faults)


def _made(
    model: type[_M], values: Mapping[str, object], path: Path, secret: set[str]
) -> tuple[_M | None, tuple[ConfigFault, ...]]:
    try:
        return model.model_validate(dict(values)), ()
    except ValidationError as error:
        return None, tuple(
            fault_of(cast("dict[str, Any]", detail), path, secret)
            for detail in error.errors(include_url=False)
        )
    except OrchestratorError:
        raise
    except Exception as error:  # whatever a validator of the user raises
        return None, (broken_rule(error, path, secret=bool(secret)),)


def _without_nothing(values: dict[str, object], shape: Shape | Permissive) -> dict[str, object]:
    """Leave out what was written as null where the schema knows no null: the model's own default holds."""
    return {
        name: value
        for name, value in values.items()
        if value is not None
        or name not in shape.fields
        or shape.fields[name].is_required
        or isinstance(shape.fields[name].config_type, (Noneable, AnyType))
    }


def _read_from_environment(value: object) -> set[str]:
    entries = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return {name for name, item in entries.items() if any(named_variables(item))}
