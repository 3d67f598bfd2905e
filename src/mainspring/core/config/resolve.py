"""From a validated config to what user code sees: variables read from the environment, enums as python
values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from mainspring.core.base.environment import Environment
from mainspring.core.config.env import EnvVar, IntEnvVar, has_references, reference_name
from mainspring.core.config.fault import Path, Place, Result
from mainspring.core.config.schema import (
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
    to_config_type,
)
from mainspring.core.config.types import AnyType, ConfigType, Enum, ScalarType, SourceType

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def resolve(schema: object, value: object, environ: Environment, *, path: Path = ()) -> Result:
    """What user code receives for a valid value; a variable that is not set, or holds no number, is a fault.

    Call this only in the process that runs user code: the result may hold secrets and is never stored.
    """
    place = Place(path)
    made = _value(to_config_type(schema), value, place, environ)
    return Result(made, tuple(place.faults))


def _value(node: ConfigType, value: object, place: Place, environ: Environment) -> object:
    if isinstance(node, AnyType):
        return _replaced(value, place, environ) if has_references(value) else value
    return _KINDS[type(node)](node, value, place, environ)


def _replaced(value: object, place: Place, environ: Environment) -> object:
    if isinstance(value, EnvVar):
        return _variable(value.env_var_name, str, place, environ)
    if isinstance(value, IntEnvVar):
        return _variable(value.env_var_name, int, place, environ)
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {k: _replaced(v, place.below(str(k)), environ) for k, v in entries.items()}
    if isinstance(value, (list, tuple)):
        items = cast("list[object]", value)
        return [_replaced(v, place.item(i), environ) for i, v in enumerate(items)]
    return value


def _variable(name: str, kind: type, place: Place, environ: Environment) -> object:
    text = environ.get(name)
    if text is None:
        place.fault(
            "env", f"The environment variable {name} is not set.", "Set it where the run is executed."
        )
        return None
    if kind is bool:
        lowered = text.strip().lower()
        if lowered in _TRUE | _FALSE:
            return lowered in _TRUE
    else:
        try:
            return kind(text)
        except ValueError:
            pass
    place.fault("env", f"The environment variable {name} does not hold a value of type {kind.__name__}.")
    return None


def _is_final(kind: ConfigType, value: object) -> bool:
    """Whether a value is what user code receives, seen without a further step: most are."""
    of = type(kind)
    return of is ScalarType or (of is SourceType and type(value) in _FINAL)


_FINAL = frozenset({str, int, float, bool})


def _source(node: Any, value: object, place: Place, environ: Environment) -> object:
    name = reference_name(value)
    return value if name is None else _variable(name, node.scalar.kind, place, environ)


def _scalar(_node: Any, value: object, _place: Place, _environ: Environment) -> object:
    return value


def _enum(node: Any, value: object, _place: Place, _environ: Environment) -> object:
    return node.post_process(value)


def _noneable(node: Any, value: object, place: Place, environ: Environment) -> object:
    return None if value is None else _value(node.inner_type, value, place, environ)


def _array(node: Any, value: object, place: Place, environ: Environment) -> object:
    if not isinstance(value, (list, tuple)):
        return value
    items = cast("list[object]", value)
    inner = node.inner_type
    return [
        item if _is_final(inner, item) else _value(inner, item, place.item(i), environ)
        for i, item in enumerate(items)
    ]


def _map(node: Any, value: object, place: Place, environ: Environment) -> object:
    if not isinstance(value, Mapping):
        return value
    entries = cast("Mapping[object, object]", value)
    return {k: _value(node.inner_type, v, place.below(str(k)), environ) for k, v in entries.items()}


def _object(node: Any, value: object, place: Place, environ: Environment) -> object:
    if not isinstance(value, Mapping):
        return value
    made: dict[str, object] = {}
    fields: Mapping[str, Field] = node.fields
    for name, item in cast("Mapping[str, object]", value).items():
        field = fields.get(name)
        if field is not None and _is_final(field.config_type, item):
            made[name] = item
            continue
        kind = field.config_type if field else AnyType()
        left_out = item is None and field is not None and not field.is_required
        made[name] = None if left_out else _value(kind, item, place.below(name), environ)
    return made


def _selector(node: Selector, value: object, place: Place, environ: Environment) -> object:
    made = _object(node, value, place, environ)
    if node.discriminator is None or not isinstance(made, dict) or len(cast("dict[str, object]", made)) != 1:
        return cast("object", made)
    ((choice, inner),) = cast("dict[str, object]", made).items()
    return {node.discriminator: choice, **cast("dict[str, object]", inner or {})}


def _scalar_union(node: Any, value: object, place: Place, environ: Environment) -> object:
    if node.scalar_type.accepts(value):
        return value
    return _value(node.non_scalar_schema, value, place, environ)


_KINDS: dict[type[ConfigType], Callable[[Any, object, Place, Environment], object]] = {
    ScalarType: _scalar,
    SourceType: _source,
    Enum: _enum,
    Noneable: _noneable,
    Array: _array,
    Map: _map,
    Shape: _object,
    Permissive: _object,
    Selector: _selector,
    ScalarUnion: _scalar_union,
}
