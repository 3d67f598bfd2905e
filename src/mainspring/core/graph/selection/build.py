"""What the rules of the grammar mean: each method makes a selection of what one rule has read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError, InvalidSubsetError
from mainspring.core.graph.attribute_index import Word
from mainspring.core.graph.selection.pattern import pattern_pieces
from mainspring.core.graph.selection.text import NULL, unquoted
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class _Negation(NamedTuple):
    """``not`` of something, as long as it is not known what it is taken away from."""

    of: Any


class SelectionBuilder:
    """Builds a selection of what was read; its methods are named after the rules of the grammar."""

    def __init__(self, selections: Any, include_sources: bool) -> None:
        self._make = selections
        self._sources = include_sources

    # -- rules ------------------------------------------------------------------------------------

    def start(self, items: Sequence[Any]) -> Any:
        return self.either(items)

    def either(self, items: Sequence[Any]) -> Any:
        found, *rest = [self._settled(item) for item in _operands(items)]
        for item in rest:
            found = found | item
        return found

    def both(self, items: Sequence[Any]) -> Any:
        operands = _operands(items)
        taken = [item.of for item in operands if isinstance(item, _Negation)]
        wanted = [item for item in operands if not isinstance(item, _Negation)]
        found = wanted[0] if wanted else self.everything(())
        for item in wanted[1:]:
            found = found & item
        for item in taken:
            found = found - item
        return found

    def negation(self, items: Sequence[Any]) -> _Negation:
        return _Negation(self._settled(items[-1]))

    def layers(self, items: Sequence[Any]) -> Any:
        place = next(i for i, item in enumerate(items) if getattr(item, "type", "") not in ("UP", "DOWN"))
        atom = self._settled(items[place])
        found = [_reach(atom.upstream, str(sign)) for sign in items[:place]]
        found += [_reach(atom.downstream, str(sign)) for sign in items[place + 1 :]]
        return self.either(found)

    def group(self, items: Sequence[Any]) -> Any:
        return self._settled(next(item for item in items if getattr(item, "type", None) is None))

    def everything(self, _: object) -> Any:
        return self._make.all(include_sources=self._sources)

    def name(self, items: Sequence[Any]) -> Any:
        text = unquoted(str(items[0]))
        if "*" in text:
            return self._make.key_pattern(text)
        return self.keys([as_key(text)])

    def value(self, items: Sequence[Any]) -> str | None:
        text = str(items[0])
        return None if text == NULL else unquoted(text)

    def call(self, items: Sequence[Any]) -> Any:
        operand = next(item for item in items if getattr(item, "type", None) is None)
        return getattr(self._settled(operand), str(items[0]).lower())()

    def filtered(self, items: Sequence[Any]) -> Any:
        attribute = str(items[0])[:-1].strip().lower()
        value: str | None = items[1]
        if len(items) > 2:
            if attribute not in ("tag", "column_tag") or value is None:
                raise InvalidSubsetError(
                    f"In an asset selection only tag: and column_tag: take a value after =, not {attribute}:."
                )
            return self._attribute(attribute, (value, items[3] or ""))
        if attribute in ("tag", "column_tag"):
            return self._attribute(attribute, value if value is None else (value, ""))
        return self._special(attribute, value) or self._attribute(
            attribute.replace("columns", "column"), value
        )

    # -- pieces -----------------------------------------------------------------------------------

    def clause(self, clause: re.Match[str], *, layers_are_counted: bool) -> Any:
        """A name with signs before or after it."""
        found = self.name([clause["name"]])
        return self._signed(found, clause, counted=layers_are_counted)

    def single(self, single: re.Match[str]) -> Any:
        """One filter with signs before or after it."""
        items: list[Any] = [single["filter"] + ":", self.value([single["value"]])]
        if single["second"] is not None:
            items += ["=", self.value([single["second"]])]
        return self._signed(self.filtered(items), single, counted=False)

    def _signed(self, found: Any, signs: re.Match[str], *, counted: bool) -> Any:
        parts: list[Any] = []
        if signs["up"]:
            parts.append(_reach(found.upstream, signs["up"], counted=counted))
        if signs["down"]:
            parts.append(_reach(found.downstream, signs["down"], counted=counted))
        return self.either(parts or [found])

    def keys(self, keys: Sequence[AssetKey]) -> Any:
        """The assets of some keys."""
        return self._make.assets(*keys)

    def _special(self, attribute: str, value: str | None) -> Any:
        """The filters that are not attributes of an asset; ``None`` for one that is."""
        if attribute not in ("key", "check", "checks_for", "group", "changed_in_branch"):
            return None
        if value is None:
            raise InvalidSubsetError(
                f"In an asset selection {attribute}: needs a value; {NULL} has no meaning there."
            )
        if attribute == "key":
            return self._key(value)
        if attribute == "group":
            return self._make.groups(value, include_sources=self._sources)
        if attribute == "changed_in_branch":
            return self._make.changed_in_branch(value)
        if attribute == "checks_for":
            return self._make.checks_for_assets(as_key(value))
        return self._check(value)

    def _key(self, pattern: str) -> Any:
        if "\\" in pattern and len(pattern_pieces(pattern)) == 1:
            return self.keys([as_key(pattern)])
        return self._make.key_pattern(pattern)

    def _check(self, name: str) -> Any:
        if name == "*":
            return self._make.all_asset_checks()
        asset, colon, check = name.partition(":")
        if not (asset and colon and check):
            raise InvalidSubsetError(
                f"In an asset selection check: takes asset:check_name, or * for all checks; got {name!r}."
            )
        return self._make.checks(AssetCheckKey(as_key(asset), check))

    def _attribute(self, attribute: str, value: Word) -> Any:
        # The other attributes are facts of an asset wherever it is made; these two choose among what runs.
        sources = self._sources or attribute not in ("tag", "kind")
        return self._make.attribute(attribute, value, include_sources=sources)

    def _settled(self, item: Any) -> Any:
        return self.everything(()) - item.of if isinstance(item, _Negation) else item


def as_key(text: str) -> AssetKey:
    """The key of a name in a selection. Raises ``InvalidSubsetError`` for one with an empty part."""
    try:
        return AssetKey.from_escaped_user_string(text)
    except InvalidDefinitionError as error:
        raise InvalidSubsetError(f"In an asset selection {text!r} is no key: {error.message}") from None


def _operands(items: Sequence[Any]) -> list[Any]:
    return [item for item in items if getattr(item, "type", None) is None]


def _reach(walk: Any, sign: str, *, counted: bool = False) -> Any:
    digits = sign.strip("+")
    if sign == "*" or (sign == "+" and not counted):
        return walk()
    return walk(depth=int(digits) if digits else len(sign))
