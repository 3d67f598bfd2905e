"""Things that stand for assets, told by what they offer: their ``keys``, or one ``key``."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any, Protocol, TypeAlias, runtime_checkable

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.values.asset_key import AssetKey


@runtime_checkable
class HasKeys(Protocol):
    """A definition of any number of assets."""

    @property
    def keys(self) -> AbstractSet[AssetKey]:
        """The keys of all its assets."""
        ...


@runtime_checkable
class HasKey(Protocol):
    """A definition of one asset."""

    @property
    def key(self) -> AssetKey:
        """The key of its asset."""
        ...


CoercibleToAssetKey: TypeAlias = "AssetKey | str | list[str] | tuple[str, ...]"
CoercibleToAssetKeys: TypeAlias = "HasKeys | HasKey | CoercibleToAssetKey"


def keys_of(thing: Any) -> tuple[AssetKey, ...]:
    """The keys a thing stands for, in order: of a definition of several assets all, else one.

    >>> keys_of("warehouse/orders")
    (AssetKey(['warehouse', 'orders']),)

    A list of strings is one key. Raises ``InvalidDefinitionError`` for what stands for no asset.
    """
    if isinstance(thing, AssetKey):
        return (thing,)
    if isinstance(thing, (str, list, tuple)):
        return (AssetKey.from_coercible(thing),)  # pyright: ignore[reportUnknownArgumentType]
    keys = getattr(thing, "keys", None)
    if isinstance(keys, AbstractSet):
        return tuple(sorted(keys))  # pyright: ignore[reportUnknownArgumentType]
    key = getattr(thing, "key", None)
    if isinstance(key, AssetKey):
        return (key,)
    raise InvalidDefinitionError(
        f"{thing!r} stands for no asset.",
        where=user_position(),
        hint="Give an AssetKey, a string such as 'schema/table', a list of strings or an asset definition.",
    )


def key_of(thing: Any) -> AssetKey:
    """The one key a thing stands for. Raises ``InvalidDefinitionError`` for none and for several."""
    keys = keys_of(thing)
    if len(keys) == 1:
        return keys[0]
    names = ", ".join(key.to_user_string() for key in keys) or "none"
    raise InvalidDefinitionError(
        f"One asset is asked for, but {thing!r} stands for {len(keys)}: {names}.",
        where=user_position(),
        hint="Name the one that is meant by its key.",
    )


def keys_of_all(things: Iterable[Any]) -> tuple[AssetKey, ...]:
    """The keys that several things stand for, each key once, in the order of their first mention."""
    if not isinstance(things, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(
            f"Assets are given as a list; got {things!r:.80}, of type {type(things).__name__}.",
            where=user_position(),
            hint='Write [AssetKey("orders"), AssetKey("users")].',
        )
    return tuple(dict.fromkeys(key for thing in things for key in keys_of(thing)))
