"""``StaticPartitionsDefinition``: partitions listed once and for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.partitions.definition import PartitionsDefinition, digest
from mainspring.core.partitions.key_list import KeyList
from mainspring.core.partitions.loading import PartitionLoadingContext
from mainspring.core.partitions.store import DynamicPartitionsStore

INVALID_SUBSTRINGS = ("...", "\a", "\b", "\f", "\n", "\r", "\t", "\v", "\0")
"""What no partition key may contain: three dots stand between the ends of a range."""


def check_keys(keys: Sequence[object], of: str) -> list[str]:
    """The keys, if each is a string that can be a partition key and comes once; else
    ``InvalidDefinitionError``.
    """
    if isinstance(keys, str):
        raise InvalidDefinitionError(
            f"The partition keys of {of} are a list of strings, not the single string {keys!r}.",
            where=user_position(),
            hint=f"Give [{keys!r}].",
        )
    checked: list[str] = []
    for key in keys:
        if not isinstance(key, str):
            raise _bad(f"A partition key is a string; {key!r} of {of} is a {type(key).__name__}.")
        for sign in INVALID_SUBSTRINGS:
            if sign in key:
                raise _bad(f"The partition key {key!r} of {of} contains {sign!r}, which a key cannot.")
        checked.append(key)
    if len(set(checked)) != len(checked):
        seen: set[str] = set()
        twice = sorted({key for key in checked if key in seen or seen.add(key)})
        raise _bad(
            f"The partition keys of {of} must differ; more than once: {', '.join(map(repr, twice[:5]))}."
        )
    return checked


def _bad(message: str) -> InvalidDefinitionError:
    return InvalidDefinitionError(message, where=user_position())


class StaticPartitionsDefinition(PartitionsDefinition[str]):
    """A fixed list of partitions.

    >>> StaticPartitionsDefinition(["us", "eu", "jp"]).get_partition_keys()
    ['us', 'eu', 'jp']

    ``partition_keys``: different strings without ``...`` or control characters, in the order that matters
    for ranges.
    """

    __slots__ = ("_space",)

    def __init__(self, partition_keys: Sequence[str]) -> None:
        self._space = KeyList(check_keys(partition_keys, "a StaticPartitionsDefinition"))

    def key_space(self, context: PartitionLoadingContext | None = None) -> KeyList:
        del context
        return self._space

    def get_partition_keys(
        self,
        current_time: datetime | None = None,  # noqa: ARG002
        dynamic_partitions_store: DynamicPartitionsStore | None = None,  # noqa: ARG002
    ) -> Sequence[str]:
        return self._space.keys()

    def get_serializable_unique_identifier(
        self,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,  # noqa: ARG002
    ) -> str:
        return digest(self._space.keys())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StaticPartitionsDefinition):
            return NotImplemented
        return self._space is other._space or self._space.numbering == other._space.numbering

    def __hash__(self) -> int:
        return hash(self._space.numbering)

    def __repr__(self) -> str:
        keys = self._space.keys()
        shown = ", ".join(map(repr, keys[:10])) + (f", ... {len(keys) - 10} more" if len(keys) > 10 else "")
        return f"StaticPartitionsDefinition([{shown}])"

    def __reduce__(self) -> tuple[type[Any], tuple[Any, ...]]:
        return (StaticPartitionsDefinition, (self._space.keys(),))
