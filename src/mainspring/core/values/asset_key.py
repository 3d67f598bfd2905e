"""``AssetKey``: the path of strings that identifies an asset."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Self, TypeAlias

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError

_PART = re.compile(r"(?:[^/\\]|\\.)+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BARE = re.compile(r"[^A-Za-z0-9_]")


class AssetKey:
    """The name of an asset: one or more parts, shown with ``/`` between them.

    >>> AssetKey(["warehouse", "orders"]).to_user_string()
    'warehouse/orders'
    >>> AssetKey("orders").path
    ['orders']

    A string is one part, even when it holds a slash; ``from_user_string`` splits. Keys are immutable, hash by
    value and order by their parts.
    """

    __slots__ = ("_hash", "parts")

    parts: tuple[str, ...]
    """The parts, outermost first."""

    def __init__(self, path: str | Sequence[str]) -> None:
        parts = (path,) if isinstance(path, str) else tuple(path)
        for part in parts:
            if not isinstance(part, str):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidDefinitionError(
                    f"An asset key is made of strings; {part!r} in {path!r} is a {type(part).__name__}."
                )
        if not parts or "" in parts:
            raise InvalidDefinitionError(
                f"An asset key needs at least one part and no empty one; got {path!r}."
            )
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "_hash", hash(parts))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an AssetKey cannot be changed (tried to set {name!r})")

    @property
    def path(self) -> list[str]:
        """The parts as a fresh list."""
        return list(self.parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetKey) and self.parts == other.parts

    def __hash__(self) -> int:
        return self._hash

    def __lt__(self, other: AssetKey) -> bool:
        return self.parts < other.parts

    def __le__(self, other: AssetKey) -> bool:
        return self.parts <= other.parts

    def __repr__(self) -> str:
        return f"AssetKey({list(self.parts)!r})"

    def __str__(self) -> str:
        return f"AssetKey({list(self.parts)!r})"

    def __iter__(self) -> object:
        raise TypeError("an AssetKey is not a sequence; use its .path")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[type[AssetKey], tuple[tuple[str, ...]]]:
        return (AssetKey, (self.parts,))

    # -- spellings -----------------------------------------------------------------------------------------------

    def to_user_string(self) -> str:
        """The parts with ``/`` between them; what people read and type."""
        return "/".join(self.parts)

    @staticmethod
    def from_user_string(asset_key_string: str) -> AssetKey:
        """The key of a string such as ``warehouse/orders``."""
        return AssetKey(asset_key_string.split("/"))

    def to_escaped_user_string(self) -> str:
        """Like the user string, with slashes and backslashes inside a part escaped, so that it can be read back."""
        text = "/".join(self.parts)
        if "\\" not in text and text.count("/") == len(self.parts) - 1:
            return text
        return "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in self.parts)

    @staticmethod
    def from_escaped_user_string(asset_key_string: str) -> AssetKey:
        """The key of an escaped user string."""
        if "\\" not in asset_key_string:
            return AssetKey(asset_key_string.split("/"))
        return AssetKey([_ESCAPED.sub(r"\1", part) for part in _PART.findall(asset_key_string)])

    def to_string(self) -> str:
        """The key as a JSON list: the form it is stored in."""
        return json.dumps(self.parts)

    def to_db_string(self) -> str:
        """The same as ``to_string``."""
        return self.to_string()

    @staticmethod
    def from_db_string(asset_key_string: str | None) -> AssetKey | None:
        """The key of a stored string; ``None`` for nothing or something that is no list of strings."""
        if not asset_key_string or not isinstance(asset_key_string, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a damaged row holds anything
            return None
        if not asset_key_string.startswith("["):
            return AssetKey(asset_key_string)
        try:
            return AssetKey(serial.decode(asset_key_string, list[str]))
        except (ValueError, TypeError, InvalidDefinitionError):
            return None

    @staticmethod
    def get_db_prefix(path: Sequence[str]) -> str:
        """What the stored strings of all keys below ``path`` begin with."""
        return json.dumps(list(path))[:-1]

    def to_python_identifier(self, suffix: str | None = None) -> str:
        """The key as a name that Python accepts: parts joined by ``__``."""
        name = _BARE.sub("_", "__".join(self.parts))
        return f"{name}__{suffix}" if suffix else name

    def to_graphql_input(self) -> Mapping[str, Sequence[str]]:
        """The key as a GraphQL ``AssetKeyInput``."""
        return {"path": self.path}

    @staticmethod
    def from_graphql_input(graphql_input_asset_key: Mapping[str, Sequence[str]]) -> AssetKey:
        """The key of a GraphQL ``AssetKeyInput``."""
        return AssetKey(graphql_input_asset_key["path"])

    # -- relations -----------------------------------------------------------------------------------------------

    def has_prefix(self, prefix: Sequence[str]) -> bool:
        """Whether the key begins with these parts."""
        return self.parts[: len(prefix)] == tuple(prefix)

    def with_prefix(self, prefix: str | Sequence[str]) -> AssetKey:
        """The key below a prefix of one or more parts."""
        head = (prefix,) if isinstance(prefix, str) else tuple(prefix)
        return AssetKey((*head, *self.parts))

    @staticmethod
    def from_coercible(arg: AssetKey | str | Sequence[str]) -> AssetKey:
        """A key as it is, a string (split at ``/``), or a sequence of parts."""
        if isinstance(arg, AssetKey):
            return arg
        if isinstance(arg, str):
            return AssetKey.from_user_string(arg)
        if isinstance(arg, (list, tuple)):
            return AssetKey(arg)
        raise InvalidDefinitionError(
            f"Cannot make an asset key of {arg!r}.",
            hint="Give an AssetKey, a string such as 'schema/table', or a list of strings.",
        )

    @staticmethod
    def from_coercible_or_definition(arg: object) -> AssetKey:
        """A key, something that makes one, or a definition of exactly one asset."""
        if isinstance(arg, (AssetKey, str, list, tuple)):
            return AssetKey.from_coercible(arg)  # pyright: ignore[reportUnknownArgumentType]
        key = getattr(arg, "key", None)
        if isinstance(key, AssetKey):
            return key
        raise InvalidDefinitionError(
            f"Cannot make an asset key of {arg!r}.",
            hint="Give an AssetKey, a string, a list of strings or a definition of one asset.",
        )


class AssetCheckKey:
    """The name of a check: the asset it is about and its own name.

    >>> AssetCheckKey(AssetKey("orders"), "no_nulls").to_user_string()
    'orders:no_nulls'
    """

    __slots__ = ("asset_key", "name")

    asset_key: AssetKey
    name: str

    def __init__(self, asset_key: AssetKey, name: str) -> None:
        object.__setattr__(self, "asset_key", asset_key)
        object.__setattr__(self, "name", name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an AssetCheckKey cannot be changed (tried to set {name!r})")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AssetCheckKey) and self.asset_key == other.asset_key and self.name == other.name
        )

    def __hash__(self) -> int:
        return hash((self.asset_key, self.name))

    def __lt__(self, other: AssetCheckKey) -> bool:
        return (self.asset_key, self.name) < (other.asset_key, other.name)

    def __repr__(self) -> str:
        return f"AssetCheckKey(asset_key={self.asset_key!r}, name={self.name!r})"

    def __reduce__(self) -> tuple[type[AssetCheckKey], tuple[AssetKey, str]]:
        return (AssetCheckKey, (self.asset_key, self.name))

    def to_user_string(self) -> str:
        """``asset/key:check_name``."""
        return f"{self.asset_key.to_user_string()}:{self.name}"

    @staticmethod
    def from_user_string(user_string: str) -> AssetCheckKey:
        """The key of ``asset/key:check_name``."""
        asset, _, name = user_string.rpartition(":")
        return AssetCheckKey(AssetKey.from_user_string(asset), name)

    def to_db_string(self) -> str:
        """The key as a JSON object: the form it is stored in."""
        return json.dumps({"asset_key": self.asset_key.to_string(), "check_name": self.name})

    @staticmethod
    def from_db_string(db_string: str) -> AssetCheckKey | None:
        """The key of a stored string, or ``None`` for a string that is none."""
        try:
            stored = serial.decode(db_string, dict[str, str])
        except (ValueError, TypeError):
            return None
        asset_key = AssetKey.from_db_string(stored.get("asset_key"))
        name = stored.get("check_name")
        return None if asset_key is None or name is None else AssetCheckKey(asset_key, name)

    @staticmethod
    def from_graphql_input(graphql_input: Mapping[str, object]) -> AssetCheckKey:
        """The key of a GraphQL ``AssetCheckHandleInput``."""
        return AssetCheckKey(
            AssetKey.from_graphql_input(graphql_input["assetKey"]),  # pyright: ignore[reportArgumentType]
            str(graphql_input["name"]),
        )

    def replace_asset_key(self, asset_key: AssetKey) -> AssetCheckKey:
        """The check of the same name on another asset."""
        return AssetCheckKey(asset_key, self.name)

    def with_asset_key_prefix(self, prefix: str | Sequence[str]) -> AssetCheckKey:
        """The check on the asset below a prefix."""
        return AssetCheckKey(self.asset_key.with_prefix(prefix), self.name)


AssetOrCheckKey: TypeAlias = AssetKey | AssetCheckKey
"""Whatever a run can be asked for."""


def _read_key(text: str) -> AssetKey:
    return AssetKey.from_escaped_user_string(text)


def _read_check_key(pair: list[str]) -> AssetCheckKey:
    return AssetCheckKey(_read_key(pair[0]), pair[1])


serial.register(AssetKey, AssetKey.to_escaped_user_string, _read_key)
serial.register(
    AssetCheckKey, lambda key: [key.asset_key.to_escaped_user_string(), key.name], _read_check_key
)
