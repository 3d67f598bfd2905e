"""Names that belong to one code location, and those that all of them share on purpose."""

from __future__ import annotations

from typing import Final

SHARED_PREFIX: Final = "shared:"
"""What the name of dynamic partitions begins with that all code locations share."""


def owner_of(name: str, location: str) -> str:
    """The location whose keys a name stands for, in the eyes of a location; ``""`` for those that all share.

    >>> owner_of("regions", "sales"), owner_of("shared:regions", "sales")
    ('sales', '')
    """
    return "" if name.startswith(SHARED_PREFIX) else location
