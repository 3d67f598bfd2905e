"""``Automated``: the methods of ``Instance`` about schedules and sensors, backfills, daemons, pools, cursors."""

from __future__ import annotations

from typing import Final

from mainspring.core.instance import backfills, cursors, daemons, pools, schedules


class Automated:
    """The part of an instance that automation works on."""

    # -- schedules and sensors ------------------------------------------------------------------------

    add_instigator_state: Final = schedules.add_instigator_state
    update_instigator_state: Final = schedules.update_instigator_state
    get_instigator_state: Final = schedules.get_instigator_state
    all_instigator_state: Final = schedules.all_instigator_state
    delete_instigator_state: Final = schedules.delete_instigator_state
    create_tick: Final = schedules.create_tick
    update_tick: Final = schedules.update_tick
    get_tick: Final = schedules.get_tick
    get_ticks: Final = schedules.get_ticks
    get_tick_summaries: Final = schedules.get_tick_summaries
    get_batch_ticks: Final = schedules.get_batch_ticks
    purge_ticks: Final = schedules.purge_ticks
    wipe_all_schedules: Final = schedules.wipe_all_schedules

    # -- backfills ------------------------------------------------------------------------------------

    add_backfill: Final = backfills.add_backfill
    update_backfill: Final = backfills.update_backfill
    get_backfill: Final = backfills.get_backfill
    get_backfills: Final = backfills.get_backfills
    get_backfills_count: Final = backfills.get_backfills_count

    # -- daemons --------------------------------------------------------------------------------------

    add_daemon_heartbeat: Final = daemons.add_daemon_heartbeat
    get_daemon_heartbeats: Final = daemons.get_daemon_heartbeats
    get_daemon_statuses: Final = daemons.get_daemon_statuses
    get_required_daemon_types: Final = daemons.get_required_daemon_types
    wipe_daemon_heartbeats: Final = daemons.wipe_daemon_heartbeats

    # -- pools and cursors ----------------------------------------------------------------------------

    set_concurrency_slots: Final = pools.set_concurrency_slots
    delete_concurrency_limit: Final = pools.delete_concurrency_limit
    initialize_concurrency_limit_to_default: Final = pools.initialize_concurrency_limit_to_default
    get_pool_limits: Final = pools.get_pool_limits
    get_concurrency_keys: Final = pools.get_concurrency_keys
    get_concurrency_info: Final = pools.get_concurrency_info
    claim_concurrency_slot: Final = pools.claim_concurrency_slot
    check_concurrency_claim: Final = pools.check_concurrency_claim
    free_concurrency_slot_for_step: Final = pools.free_concurrency_slot_for_step
    free_concurrency_slots_for_run: Final = pools.free_concurrency_slots_for_run
    get_cursor_values: Final = cursors.get_cursor_values
    set_cursor_values: Final = cursors.set_cursor_values
    compare_and_set_cursor: Final = cursors.compare_and_set_cursor
