"""Small texts by key: cursors and the like.

These functions are methods of ``Instance`` of the same names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mainspring.core.instance.parts import Parts


def get_cursor_values(instance: Parts, keys: Collection[str]) -> Mapping[str, str]:
    """The cursors of those keys that are set."""
    return instance.store.kv.get(keys)


def set_cursor_values(instance: Parts, pairs: Mapping[str, str]) -> None:
    """Set cursors."""
    instance.store.kv.set(pairs)


def compare_and_set_cursor(instance: Parts, key: str, was: str | None, to: str | None) -> bool:
    """Move a cursor that is still ``was``; ``None`` stands for one that is not set. Whether it was."""
    return instance.store.kv.compare_and_set(key, was, to)
