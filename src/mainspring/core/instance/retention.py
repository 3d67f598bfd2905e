"""Retention of an instance: what its settings let go is removed, captured output included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.retention_policy import retention_policy
from mainspring.core.storage.retention import RetentionStep
from mainspring.core.storage.sql.engine import Database
from mainspring.core.storage.sql.retention import Budget, retention_preview, retention_step
from mainspring.core.storage.sql.store import SqlStore


def apply_retention(instance: Instance, *, seconds: float = 1.0) -> RetentionStep:
    """Remove for about so many seconds what the settings let go; see ``retention_step``.

    Call it again until it is ``complete``. Writers never wait for it longer than a small part of a second.
    """

    def remove_output(run_ids: Sequence[str]) -> None:
        for run_id in run_ids:
            instance.compute_log_manager.delete_logs(prefix=[run_id])

    return retention_step(
        sql_database(instance),
        retention_policy(instance.settings),
        clock=instance.ambient.clock,
        budget=Budget(seconds=seconds),
        remove_output=remove_output,
    )


def preview_retention(instance: Instance) -> Mapping[str, int]:
    """How much the settings would let go now, by kind."""
    policy = retention_policy(instance.settings)
    return retention_preview(sql_database(instance), policy, clock=instance.ambient.clock)


def sql_database(instance: Instance) -> Database:
    """The database of an instance. Raises ``SettingsError`` where a store of one's own keeps the records."""
    if isinstance(instance.store, SqlStore):
        return instance.store.database
    raise SettingsError(
        f"The records are kept by {type(instance.store).__name__}, a store of your own: retention is its own affair.",
        hint="Use what that store offers instead.",
    )
