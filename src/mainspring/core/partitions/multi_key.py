"""``MultiPartitionKey``: the key of a partition in several dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

from mainspring.core.base.errors import InvalidInvocationError

SEPARATOR = "|"


class DimensionKey(NamedTuple):
    """A dimension and the key in it."""

    dimension_name: str
    partition_key: str


class MultiPartitionKey(str):
    """A key for each dimension. As a string: the keys with ``|`` between them, in the order of the
    dimensions' names.

    >>> key = MultiPartitionKey({"region": "eu", "date": "2024-02-03"})
    >>> str(key), dict(key.keys_by_dimension)
    ('2024-02-03|eu', {'date': '2024-02-03', 'region': 'eu'})
    """

    _names: tuple[str, ...]
    _parts: tuple[str, ...]

    def __new__(cls, keys_by_dimension: Mapping[str, str]) -> Self:
        """Make the key. Each key is a string without ``|``."""
        for name, key in keys_by_dimension.items():
            if not isinstance(key, str) or not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidInvocationError(
                    f"A multi-partition key needs a string for each dimension; got {key!r} for {name!r}."
                )
            if SEPARATOR in key:
                raise InvalidInvocationError(
                    f"The key {key!r} of the dimension {name!r} must not contain '|'."
                )
        ordered = sorted(keys_by_dimension.items())
        return cls.of_parts(tuple(name for name, _ in ordered), tuple(str(key) for _, key in ordered))

    @classmethod
    def of_parts(cls, names: tuple[str, ...], parts: tuple[str, ...]) -> Self:
        """The key of sorted names and a key for each, which are trusted."""
        made = super().__new__(cls, SEPARATOR.join(parts))
        made._names = names
        made._parts = parts
        return made

    @property
    def dimension_keys(self) -> list[DimensionKey]:
        """The dimensions and keys, in the order of the dimensions' names."""
        return [DimensionKey(name, part) for name, part in zip(self._names, self._parts, strict=True)]

    @property
    def keys_by_dimension(self) -> Mapping[str, str]:
        """The key in each dimension, by the dimension's name."""
        return dict(zip(self._names, self._parts, strict=True))

    def __getnewargs__(self) -> tuple[dict[str, str]]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return (dict(zip(self._names, self._parts, strict=True)),)

    def __str__(self) -> str:
        return str.__str__(self)

    def __repr__(self) -> str:
        return str.__repr__(self)
