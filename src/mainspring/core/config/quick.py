"""Checking a config value that is right, in one quick pass: no places are kept, for there is nothing to report.

What this pass is not sure of, it leaves to the thorough one of ``validate``, which says what is wrong and where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from mainspring.core.config.env import reference_name
from mainspring.core.config.schema import (
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
)
from mainspring.core.config.types import AnyType, ConfigType, Enum, ScalarType, SourceType

UNSURE: Final[Any] = object()
"""The answer where the value is wrong, or may be."""


def quick(node: ConfigType, value: object, fill: bool) -> object:
    """The value in normal form, the same as ``validate`` gives it; ``UNSURE`` where it may be wrong."""
    return _KINDS[type(node)](node, value, fill)


def quick_field(field: Field, value: object, fill: bool) -> object:
    """The value of a field that is given."""
    node = field.config_type
    kind = type(node)
    if kind is ScalarType:  # most fields, without a further call
        return value if type(value) is cast("ScalarType", node).kind else _scalar(node, value, fill)
    if value is None and not field.is_required and kind is not Noneable and kind is not AnyType:
        return UNSURE
    return _KINDS[kind](node, value, fill)


def _any(_node: Any, value: object, _fill: bool) -> object:
    return value


def _scalar(node: Any, value: object, _fill: bool) -> object:
    kind = type(value)
    return value if kind is node.kind or (kind is int and node.kind is float) else UNSURE


def _source(node: Any, value: object, fill: bool) -> object:
    if _scalar(node.scalar, value, fill) is not UNSURE:
        return value
    name = reference_name(value)
    return UNSURE if name is None else {"env": name}


def _enum(node: Any, value: object, _fill: bool) -> object:
    if type(value) is str:
        for known in node.enum_values:
            if known.config_value == value:
                return value
    return UNSURE


def _noneable(node: Any, value: object, fill: bool) -> object:
    return None if value is None else _KINDS[type(node.inner_type)](node.inner_type, value, fill)


def _array(node: Any, value: object, fill: bool) -> object:
    if type(value) is not list:
        return UNSURE
    inner = node.inner_type
    check = _KINDS[type(inner)]
    made = [check(inner, item, fill) for item in cast("list[object]", value)]
    return UNSURE if any(item is UNSURE for item in made) else made


def _map(node: Any, value: object, fill: bool) -> object:
    if type(value) is not dict:
        return UNSURE
    keys, inner = node.key_type, node.inner_type
    check = _KINDS[type(inner)]
    made: dict[object, object] = {}
    for key, item in cast("dict[object, object]", value).items():
        checked = check(inner, item, fill)
        if checked is UNSURE or not keys.accepts(key):
            return UNSURE
        made[key] = checked
    return made


def _object(node: Any, value: object, fill: bool) -> object:
    if type(value) is not dict or node.field_aliases:
        return UNSURE
    given = cast("dict[str, object]", value)
    is_closed = type(node) is Shape
    made: dict[str, object] = {} if is_closed else dict(given)
    known = 0
    fields: dict[str, Field] = node.fields
    for name, field in fields.items():
        if name in given:
            known += 1
            checked = quick_field(field, given[name], fill)
        elif field.is_required:
            return UNSURE
        elif fill and field.default_provided:
            checked = None if field.default is None else quick_field(field, field.default, fill)
        else:
            continue
        if checked is UNSURE:
            return UNSURE
        made[name] = checked
    return made if not is_closed or known == len(given) else UNSURE


def _selector(node: Any, value: object, fill: bool) -> object:
    if type(value) is not dict:
        return UNSURE
    given = cast("dict[str, object]", value)
    name = next(iter(given)) if len(given) == 1 else None
    field: Field | None = None if name is None or name == node.discriminator else node.fields.get(name)
    if name is None or field is None:
        return UNSURE
    checked = quick_field(field, given[name], fill)
    return UNSURE if checked is UNSURE else {name: checked}


def _scalar_union(node: Any, value: object, fill: bool) -> object:
    if _scalar(node.scalar_type, value, fill) is not UNSURE:
        return value
    other = node.non_scalar_schema
    is_written = isinstance(value, (dict, list))
    return _KINDS[type(other)](other, cast("object", value), fill) if is_written else UNSURE


_KINDS: dict[type[ConfigType], Callable[[Any, object, bool], object]] = {
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
