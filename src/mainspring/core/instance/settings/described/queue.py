"""When runs start, where, and what becomes of those that fail."""

from __future__ import annotations

from typing import Final

from mainspring.core.instance.settings.kinds import (
    ClassOf,
    Either,
    Flag,
    Items,
    Number,
    OneOf,
    Section,
    Setting,
    Text,
    Whole,
)

_WOKEN: Final = "The queue is woken by what changes; it does not look in intervals."
_ONE_LOOP: Final = "One loop decides about all runs at once; it needs no threads."
_LIMITS: Final = Items(
    Section(
        {
            "key": Setting(Text(), "The key of the tag."),
            "value": Setting(
                Either(
                    Text(),
                    Section(
                        {
                            "applyLimitPerUniqueValue": Setting(
                                Flag(), "Whether the limit holds for each value by itself.", False
                            )
                        },
                        needs=("applyLimitPerUniqueValue",),
                    ),
                ),
                "The value of the tag; without it the limit holds for all runs that have the key.",
            ),
            "limit": Setting(Whole(), "How many such runs may be in progress."),
        },
        needs=("key", "limit"),
    )
)

_TAG_LIMITS: Final = Setting(_LIMITS, "Limits for runs that carry a tag.", [])
_BUFFER: Final = "How many steps of a run may wait for a slot when the run is started."

BLOCK: Final = Section(
    {
        "enabled": Setting(
            Flag(), "Whether a run waits in the queue while all slots of its pools are taken.", True
        ),
        "op_concurrency_slot_buffer": Setting(Whole(), f"{_BUFFER} Newer: `op_granularity_run_buffer`.", 0),
    }
)

QUEUE: Final = Section(
    {
        "max_concurrent_runs": Setting(
            Whole(or_minus_one=True), "How many runs may be in progress at once; -1 for any number.", 10
        ),
        "tag_concurrency_limits": _TAG_LIMITS,
        "dequeue_interval_seconds": Setting(Number(), "Pause between looks at the queue.", instead=_WOKEN),
        "dequeue_use_threads": Setting(Flag(), "Whether runs are started by threads.", instead=_ONE_LOOP),
        "dequeue_num_workers": Setting(Whole(1), "How many threads start runs.", instead=_ONE_LOOP),
        "max_user_code_failure_retries": Setting(
            Whole(), "How often a run is tried again whose code location cannot be reached.", 0
        ),
        "user_code_failure_retry_delay": Setting(Number(), "Seconds between such tries.", 60),
        "block_op_concurrency_limited_runs": Setting(BLOCK, "Runs whose steps would only wait for a slot."),
    },
    name="run_queue",
)

KEYS: Final = {
    "run_coordinator": Setting(ClassOf("run_coordinator"), "The class that decides when a run starts."),
    "run_queue": Setting(QUEUE, "The queue of runs."),
    "run_launcher": Setting(ClassOf("run_launcher"), "The class that starts the process of a run."),
    "run_monitoring": Setting(
        Section(
            {
                "enabled": Setting(
                    Flag(), "Whether runs are watched.", True, instead="Runs are always watched, by leases."
                ),
                "start_timeout_seconds": Setting(
                    Number(), "Seconds after which a run that does not start has failed.", 180
                ),
                "cancel_timeout_seconds": Setting(
                    Number(),
                    "Seconds after which a run that does not end when it is cancelled is ended.",
                    180,
                ),
                "max_runtime_seconds": Setting(
                    Number(),
                    "Seconds after which a run is ended; a tag of the run may say otherwise. 0: never.",
                    0,
                ),
                "max_resume_run_attempts": Setting(
                    Whole(), "How often a run is taken up again whose worker is gone.", 0
                ),
                "poll_interval_seconds": Setting(
                    Number(),
                    "Pause between looks at running runs.",
                    instead="A worker whose heartbeat stops is noticed within seconds.",
                ),
                "cancellation_thread_poll_interval_seconds": Setting(
                    Number(), "Pause between a worker's looks for a request to cancel.", 10
                ),
                "free_slots_after_run_end_seconds": Setting(
                    Number(),
                    "Seconds after which the slots of a run that has ended are free.",
                    instead="They are free in the transaction that ends the run.",
                ),
            }
        ),
        "Runs that hang.",
    ),
    "run_retries": Setting(
        Section(
            {
                "enabled": Setting(Flag(), "Whether failed runs are run again.", False),
                "max_retries": Setting(
                    Whole(), "How often, unless the tag `dagster/max_retries` of the run says otherwise.", 0
                ),
                "retry_on_asset_or_op_failure": Setting(
                    Flag(), "Whether that includes runs in which a step failed, not only lost workers.", True
                ),
            }
        ),
        "Failed runs.",
    ),
    "concurrency": Setting(
        Section(
            {
                "runs": Setting(
                    Section(
                        {
                            "max_concurrent_runs": Setting(
                                Whole(or_minus_one=True),
                                "How many runs may be in progress at once; -1 for any number.",
                                10,
                            ),
                            "tag_concurrency_limits": _TAG_LIMITS,
                        }
                    ),
                    "How many runs at once.",
                ),
                "pools": Setting(
                    Section(
                        {
                            "default_limit": Setting(
                                Whole(), "Slots of a pool for which no limit was set; without it any number."
                            ),
                            "granularity": Setting(
                                OneOf(("op", "run")), "Whether a step takes a slot, or its whole run.", "op"
                            ),
                            "op_granularity_run_buffer": Setting(Whole(), _BUFFER, 0),
                        }
                    ),
                    "How many steps or runs of a pool at once.",
                ),
                "default_op_concurrency_limit": Setting(
                    Whole(), "Older form of `concurrency.pools.default_limit`."
                ),
            }
        ),
        "How much may run at once.",
    ),
}
