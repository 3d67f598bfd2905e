"""``TypeCheck``: what the check of a type found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.values.metadata import MetadataValue, normalize_metadata


@dataclass(frozen=True, slots=True, init=False)
class TypeCheck:
    """What a type check found: whether the value fits, why not, and what to show of it."""

    success: bool
    description: str | None
    metadata: Mapping[str, MetadataValue]

    def __init__(
        self, success: bool, description: str | None = None, metadata: Mapping[str, object] | None = None
    ) -> None:
        plain = as_bool(success)
        if plain is None:
            raise InvariantViolationError(f"TypeCheck takes a bool as `success`; it was given {success!r}.")
        object.__setattr__(self, "success", plain)
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "metadata", normalize_metadata(metadata) if metadata else {})


def as_bool(value: object) -> bool | None:
    """A bool, numpy's own included, as Python's; ``None`` for anything else."""
    if isinstance(value, bool):
        return value
    kind = type(value)
    return bool(value) if kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_") else None


FITS = TypeCheck(True)
"""What is found of a value that fits, where there is no more to say."""
