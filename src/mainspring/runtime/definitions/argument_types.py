"""What kind of thing each argument of an asset must be; every message names the asset and its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.partitions.backfill_policy import BackfillPolicy
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.retries import RetryPolicy

_WORDS: dict[type, str] = {
    str: "a string",
    Mapping: "a dict",
    RetryPolicy: "a RetryPolicy",
    BackfillPolicy: "a BackfillPolicy",
}


def require(value: Any, kind: type, name: str, *, what: str, where: SourcePosition | None) -> None:
    """Raise ``InvalidDefinitionError`` unless the value is ``None`` or of this kind."""
    if value is None or isinstance(value, kind):
        return
    hint = f'Write {name}="{value}".' if kind is str and isinstance(value, (int, float)) else None
    raise InvalidDefinitionError(
        f"`{name}` of {what} is {value!r}, of type {type(value).__name__}; it must be {_WORDS[kind]}.",
        where=where,
        hint=hint,
    )


def require_partitions(value: Any, *, what: str, where: SourcePosition | None) -> None:
    """Raise ``InvalidDefinitionError`` unless the value is ``None`` or a partitions definition."""
    if value is None or (hasattr(value, "get_partition_keys") and not isinstance(value, type)):
        return
    raise InvalidDefinitionError(
        f"`partitions_def` of {what} is {value!r}; it must be a PartitionsDefinition.",
        where=where,
        hint='Write for instance partitions_def=DailyPartitionsDefinition(start_date="2024-01-01").',
    )


def require_items(
    value: Any, kind: type, name: str, *, what: str, where: SourcePosition | None
) -> list[Any] | None:
    """The items of a list, each of one kind; ``None`` for ``None``."""
    if value is None:
        return None
    if isinstance(value, (str, Mapping, AssetKey)) or not isinstance(value, Collection):
        raise InvalidDefinitionError(
            f"`{name}` of {what} is {value!r}; it must be a list.", where=where, hint=f"Write {name}=[...]."
        )
    items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
    for item in items:
        if not isinstance(item, kind):
            raise InvalidDefinitionError(
                f"`{name}` of {what} holds {item!r}, of type {type(item).__name__}; each must be "
                f"{_one(kind)}.",
                where=where,
            )
    return items


def require_names(value: Any, name: str, *, what: str, where: SourcePosition | None) -> None:
    """Raise ``InvalidDefinitionError`` unless the value is ``None`` or a set (or list) of strings."""
    if isinstance(value, str):
        raise InvalidDefinitionError(
            f"`{name}` of {what} is the string {value!r}; it must be a set of strings.",
            where=where,
            hint=f'Write {name}={{"{value}"}}.',
        )
    require_items(value, str, name, what=what, where=where)


def coerced_key(
    key: AssetKey | str | Sequence[str], *, what: str, where: SourcePosition | None = None
) -> AssetKey:
    """The key, with the place of the declaration in the error where it is none."""
    try:
        return AssetKey.from_coercible(key)
    except InvalidDefinitionError as error:
        raise InvalidDefinitionError(
            f"The key of {what} is wrong. {error.message}",
            where=where,
            hint='Write for instance "orders" or ["warehouse", "orders"].',
        ) from None


def _one(kind: type) -> str:
    return "a string" if kind is str else f"an {kind.__name__}"
