"""``Damage``: what is wrong with a stored row that could not be read whole."""

from __future__ import annotations

import msgspec


class Damage(msgspec.Struct, frozen=True):
    """Why a row could not be read whole, and its body as text, so that nothing is lost or hidden.

    The record that carries it says what the columns of the row say; what cannot be known has a value that
    makes nothing happen: an instigator that cannot be read is stopped, a tick or a backfill has failed.
    """

    reason: str
    raw: str
