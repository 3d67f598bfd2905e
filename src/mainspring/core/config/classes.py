"""Which objects are ``Config`` classes, found without loading pydantic."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from mainspring.core.base.source import user_locals


def config_class(schema: object) -> Any:
    """The schema, where it is a ``Config`` class whose objects user code is given; else ``None``."""
    is_config = isinstance(schema, type) and getattr(schema, "__mainspring_config__", False)
    return schema if is_config and not getattr(schema, "__mainspring_resource__", False) else None


def config_parameter(function: Callable[..., object]) -> Any:
    """The ``Config`` class that the first parameter of a function is annotated with; ``None`` where there is none.

    An annotation written as a text is looked up where the function is declared.
    """
    try:
        first = next(iter(inspect.signature(function).parameters.values()), None)
    except (TypeError, ValueError):
        return None
    annotation: Any = None if first is None else first.annotation
    if isinstance(annotation, str):
        names: dict[str, Any] = {**getattr(function, "__globals__", {}), **user_locals()}
        annotation = names.get(annotation)
    return config_class(annotation)
