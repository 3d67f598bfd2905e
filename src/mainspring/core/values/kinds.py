"""Kinds: up to three words that tell what an asset is made with, such as ``python`` or ``snowflake``.

Each is kept as a tag ``dagster/kind/<kind>`` with an empty value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.tags import KIND_TAG_PREFIX

MAX_KINDS: Final = 3
_KIND = re.compile(r"[A-Za-z0-9_.\-]{1,63}")


def kind_tag(kind: str) -> str:
    """The key of the tag for a kind.

    >>> kind_tag("python")
    'dagster/kind/python'
    """
    return KIND_TAG_PREFIX + kind


def kinds_of(tags: Mapping[str, str]) -> set[str]:
    """The kinds among these tags."""
    start = len(KIND_TAG_PREFIX)
    return {key[start:] for key in tags if key.startswith(KIND_TAG_PREFIX)}


def with_kinds(
    tags: Mapping[str, str], kinds: Iterable[str] | None, *, what: str, where: SourcePosition | None = None
) -> dict[str, str]:
    """The tags together with those for these kinds, checked: at most three in all.

    Raises ``InvalidDefinitionError`` for a kind with other characters than a tag may have, and for a fourth.
    """
    if isinstance(kinds, str):
        raise InvalidDefinitionError(
            f"The kinds of {what} are the string {kinds!r}; they are a set of strings.",
            where=where,
            hint=f'Write {{"{kinds}"}}.',
        )
    result = {**tags, **{kind_tag(_checked(kind, what, where)): "" for kind in sorted(kinds or ())}}
    found = sorted(kinds_of(result))
    for kind in found:
        _checked(kind, what, where)
    if len(found) > MAX_KINDS:
        raise InvalidDefinitionError(
            f"{what} has {len(found)} kinds: {', '.join(found)}. At most {MAX_KINDS} can be shown.",
            where=where,
            hint=f"Leave {len(found) - MAX_KINDS} of them out.",
        )
    return result


def _checked(kind: object, what: str, where: SourcePosition | None) -> str:
    if isinstance(kind, str) and _KIND.fullmatch(kind):
        return kind
    raise InvalidDefinitionError(
        f"The kind {kind!r} of {what} is not valid.",
        where=where,
        hint="A kind is made of letters, digits, '_', '-' and '.', at most 63 of them.",
    )
