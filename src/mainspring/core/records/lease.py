"""``Lease``: a claim on a name, with an expiry and the number that fences off its former holders."""

from __future__ import annotations

import msgspec


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """A claim on a name. ``until`` is the database's time at which it lapses, in seconds since 1970.

    ``epoch`` grows with each change of holder and is never used twice for a name: who writes with a lower
    one has been taken over.
    """

    name: str
    holder: str
    epoch: int
    until: float
