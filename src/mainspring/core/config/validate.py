"""Checking a config value against a schema: every fault at once, defaults filled in, the environment not
read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from mainspring.core.base.errors import did_you_mean
from mainspring.core.config.env import EnvVar, IntEnvVar, reference_name
from mainspring.core.config.fault import Path, Place, Result
from mainspring.core.config.quick import UNSURE, quick, quick_field
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

_UNQUOTED = "Write it without quotes."


def validate(schema: object, value: object, *, path: Path = (), fill: bool = True) -> Result:
    """Check ``value`` against anything a schema can be made of.

    The result's value is in normal form: defaults filled in (unless ``fill`` is false), aliases replaced,
    variables of the environment as ``{"env": "NAME"}``. It is what may be stored; ``resolve`` makes of it
    what user code sees.
    """
    field = schema if isinstance(schema, Field) else None
    node = field.config_type if field else to_config_type(schema)
    made = quick_field(field, value, fill) if field else quick(node, value, fill)
    if made is not UNSURE:
        return Result(made, ())
    place = Place(path)
    made = _field(field, value, place, fill) if field else _check(node, value, place, fill)
    return Result(made, tuple(place.faults))


def _field(field: Field, value: object, place: Place, fill: bool) -> object:
    if value is None and not field.is_required and not isinstance(field.config_type, (Noneable, AnyType)):
        # ``config:`` with nothing after it in YAML: as if it had been left out
        if not fill or not field.default_provided or field.default is None:
            return None
        value = field.default
    return _check(field.config_type, value, place, fill)


def _check(node: ConfigType, value: object, place: Place, fill: bool) -> object:
    return _CHECKS[type(node)](_Step(node, place, fill), value)


@dataclass(frozen=True, slots=True)
class _Step:
    """One node of the schema at one place of the value."""

    node: Any
    place: Place
    fill: bool

    def wrong(self, value: object, hint: str | None = None) -> object:
        self.place.wrong_type(self.node.label, value, hint)
        return value


def _any(_step: _Step, value: object) -> object:
    return value


def _scalar(step: _Step, value: object) -> object:
    if isinstance(value, (EnvVar, IntEnvVar)):
        return step.wrong(
            value, "Only a StringSource, IntSource or BoolSource can come from the environment."
        )
    kind = cast("ScalarType", step.node)
    return value if kind.accepts(value) else step.wrong(value, _quoted(kind, value))


def _quoted(kind: ScalarType, value: object) -> str | None:
    """A hint for a number or a bool that was written as a text."""
    if not isinstance(value, str) or kind.kind is str:
        return None
    if kind.kind is bool:
        return _UNQUOTED if value.lower() in ("true", "false") else None
    try:
        kind.kind(value)
    except ValueError:
        return None
    return _UNQUOTED


def _source(step: _Step, value: object) -> object:
    name = reference_name(value)
    if name is not None:
        return {"env": name}
    if isinstance(value, Mapping):
        return step.wrong(cast("object", value), 'A variable of the environment is written {"env": "NAME"}.')
    kind = cast("SourceType", step.node).scalar
    return value if kind.accepts(value) else step.wrong(value, _quoted(kind, value))


def _enum(step: _Step, value: object) -> object:
    node = cast("Enum", step.node)
    name = node.name_of(value)
    if name is not None:
        return name
    hint = did_you_mean(value, node.config_values) if isinstance(value, str) else None
    step.place.fault("choice", f"Expected {node.label}, got {step.place.shown(value)}.", hint)
    return value


def _noneable(step: _Step, value: object) -> object:
    if value is None:
        return None
    return _one_of_several(step, cast("Noneable", step.node).inner_type, value)


def _one_of_several(step: _Step, inner: ConfigType, value: object) -> object:
    """Check against one of the things a node stands for; a value of the wrong form is told all of them."""
    faults = step.place.faults
    known = len(faults)
    made = _check(inner, value, step.place, step.fill)
    expected = f"Expected {inner.label}, "
    for place, fault in enumerate(faults[known:], known):
        if fault.path == step.place.path and fault.message.startswith(expected):
            words = f"Expected {step.node.label}, {fault.message.removeprefix(expected)}"
            faults[place] = replace(fault, message=words)
    return made


def _array(step: _Step, value: object) -> object:
    if not isinstance(value, (list, tuple)):
        return step.wrong(value)
    inner = cast("Array", step.node).inner_type
    items = cast("Iterable[object]", value)
    return [_check(inner, item, step.place.item(i), step.fill) for i, item in enumerate(items)]


def _map(step: _Step, value: object) -> object:
    if not isinstance(value, Mapping):
        return step.wrong(value)
    node = cast("Map", step.node)
    made: dict[object, object] = {}
    for key, item in cast("Mapping[object, object]", value).items():
        place = step.place.below(str(key))
        if not node.key_type.accepts(key):
            place.wrong_type(f"a key of type {node.key_type.label}", key)
        made[key] = _check(node.inner_type, item, place, step.fill)
    return made


def _object(step: _Step, value: object) -> object:
    if (
        value is None
    ):  # ``config:`` with nothing after it in YAML; what is missing is then named field by field
        value = {}
    if not isinstance(value, Mapping):
        return step.wrong(value)
    node = cast("Shape | Permissive", step.node)
    given = dict(cast("Mapping[str, object]", value))
    for name, alias in node.field_aliases.items():
        if alias in given and name not in given:
            given[name] = given.pop(alias)
    if isinstance(node, Shape):
        _report_unknown(node.fields, given, step.place)
    made: dict[str, object] = {} if isinstance(node, Shape) else dict(given)
    for name, field in node.fields.items():
        place = step.place.below(name, hidden=field.is_secret)
        if name in given:
            made[name] = _field(field, given[name], place, step.fill)
        elif field.is_required:
            _report_missing(field, place, step.fill)
        elif step.fill and field.default_provided:
            made[name] = _field(field, field.default, place, step.fill)
    return made


def _report_missing(field: Field, place: Place, fill: bool) -> None:
    """A fault for a field that is not there; of an object, for each field that must be there in turn."""
    known = len(place.faults)
    if isinstance(field.config_type, (Shape, Permissive)):
        _check(field.config_type, {}, place, fill)
    if len(place.faults) == known:
        words = f"Missing required field; expected {field.config_type.label}."
        place.fault("missing", words, field.description)


def _report_unknown(fields: Mapping[str, Field], given: Mapping[str, object], place: Place) -> None:
    for name in given:
        if name not in fields:
            known = f"Known fields: {', '.join(fields)}." if fields else "No fields are known here."
            near = did_you_mean(name, fields) if isinstance(name, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
            place.below(str(name)).fault("unknown", f"Unknown field {name!r}.", near or known)


def _selector(step: _Step, value: object) -> object:
    node = cast("Selector", step.node)
    if not value and len(node.fields) == 1 and (value is None or isinstance(value, Mapping)):
        name, field = next(iter(node.fields.items()))
        if not field.is_required:
            return {name: field.default if field.default_provided else None}
    if not isinstance(value, Mapping):
        return step.wrong(value)
    given = _nested_choice(node, cast("Mapping[str, object]", value))
    if len(given) != 1:
        names = ", ".join(map(str, given)) or "none"
        step.place.fault("choice", f"Expected {node.label}; got {names}.")
        return given
    name, inner = next(iter(given.items()))
    if name not in node.fields:
        _report_unknown(node.fields, given, step.place)
        return given
    field = node.fields[name]
    return {name: _field(field, inner, step.place.below(name, hidden=field.is_secret), step.fill)}


def _nested_choice(node: Selector, value: Mapping[str, object]) -> Mapping[str, object]:
    choice = value.get(node.discriminator) if node.discriminator else None
    if not isinstance(choice, str):
        return value
    return {choice: {name: item for name, item in value.items() if name != node.discriminator}}


def _scalar_union(step: _Step, value: object) -> object:
    node = cast("ScalarUnion", step.node)
    if node.scalar_type.accepts(value):
        return value
    if isinstance(value, (Mapping, list, tuple)) or isinstance(
        node.non_scalar_schema, (Noneable, AnyType, Enum)
    ):
        return _one_of_several(step, node.non_scalar_schema, cast("object", value))
    return step.wrong(value)


_CHECKS: dict[type[ConfigType], Callable[[_Step, object], object]] = {
    AnyType: _any,
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
