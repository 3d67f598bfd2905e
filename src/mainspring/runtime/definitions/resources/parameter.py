"""Which parameters of a function are config and which are resources, found without loading pydantic."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar, get_origin

_T = TypeVar("_T")


class _ResourceMark:
    """Says of an annotation or a model field that its value is a resource."""

    __mainspring_resource__ = True

    def __repr__(self) -> str:
        return "resource_param"


RESOURCE_MARK = _ResourceMark()

ResourceParam = Annotated[_T, RESOURCE_MARK]
"""Marks a parameter as a resource whose type is no resource class.

>>> def report(session: ResourceParam[dict]): ...  # doctest: +SKIP

The resource registered under the name of the parameter is passed in.
"""


def is_config_class(annotation: object) -> bool:
    """Whether a parameter annotated so receives config: a ``Config`` class that is no resource."""
    return _marked(annotation, "__mainspring_config__") and not _marked(annotation, "__mainspring_resource__")


def is_resource_annotation(annotation: object) -> bool:
    """Whether a parameter annotated so receives a resource: a resource class, or ``ResourceParam[...]``."""
    if get_origin(annotation) is Annotated:
        marks: tuple[Any, ...] = getattr(annotation, "__metadata__", ())
        return any(isinstance(mark, _ResourceMark) for mark in marks) or is_resource_annotation(
            getattr(annotation, "__origin__", None)
        )
    return _marked(annotation, "__mainspring_resource__")


def resource_key_of(name: str, annotation: object) -> str | None:
    """The key of the resource that a parameter receives: its own name. ``None`` where it receives none."""
    return name if is_resource_annotation(annotation) else None


def _marked(annotation: object, mark: str) -> bool:
    return isinstance(annotation, type) and bool(getattr(annotation, mark, False))
