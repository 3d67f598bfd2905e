"""Classes that settings may name by ``module``, ``class`` and ``config``: which are known, and what they become.

A known class is never imported: its config is read as settings. A class of one's own is a plug-in (``plugins.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from mainspring.core.base.errors import did_you_mean
from mainspring.core.instance.settings.described.queue import QUEUE
from mainspring.core.instance.settings.described.storage import POSTGRES, SQLITE
from mainspring.core.instance.settings.kinds import (
    Anything,
    Flag,
    Folder,
    Number,
    Section,
    Setting,
    Table,
    Text,
    Whole,
)
from mainspring.core.instance.settings.packages import is_ours_or_foreign, plain_name


class Known(msgspec.Struct, frozen=True):
    """A known class: the config it takes, and what stands in its place here."""

    keys: Section
    becomes: str


_NONE: Final = Section({})
_SIZE: Final = {
    "max_bytes": Setting(Whole(1), "How much of one output is kept; of a longer one the middle is left out.")
}
_LINES: Final = {
    **_SIZE,
    "prefix": Setting(Text(), "The folder in it.", "dagster"),
    "local_dir": Setting(Folder(), "Where output is kept while a step runs."),
    "upload_interval": Setting(Number(), "Seconds between two uploads while a step runs; 0 for none.", 30),
    "upload_timeout": Setting(Number(), "Seconds that the last upload may take.", 60),
    "skip_empty_files": Setting(
        Flag(), "Whether empty files are left out.", instead="What printed nothing leaves no file."
    ),
    "show_url_only": Setting(
        Flag(), "Whether only the address is shown.", instead="The output is shown, with its address."
    ),
}

_POSTGRES: Final = Known(POSTGRES, "the database of `storage.postgres`")
_SQLITE: Final = Known(SQLITE, "the database of `storage.sqlite`, in `base_dir`")

KNOWN: Final[Mapping[str, Mapping[str, Known]]] = {
    "storage": {"SqliteStorage": _SQLITE, "PostgresStorage": _POSTGRES},
    "run_storage": {"SqliteRunStorage": _SQLITE, "PostgresRunStorage": _POSTGRES},
    "event_log_storage": {
        "SqliteEventLogStorage": _SQLITE,
        "ConsolidatedSqliteEventLogStorage": _SQLITE,
        "PostgresEventLogStorage": _POSTGRES,
    },
    "schedule_storage": {"SqliteScheduleStorage": _SQLITE, "PostgresScheduleStorage": _POSTGRES},
    "local_artifact_storage": {
        "LocalArtifactStorage": Known(
            Section({"base_dir": Setting(Folder(), "The folder; by default the home folder.")}),
            "the folder `storage` under `base_dir`",
        )
    },
    "compute_logs": {
        "LocalComputeLogManager": Known(
            Section(
                {
                    "base_dir": Setting(Folder(), "The folder; by default `storage` in the home folder."),
                    **_SIZE,
                    "polling_timeout": Setting(
                        Number(), "Pause between looks at a growing file.", instead="A reader is woken."
                    ),
                }
            ),
            "files under `base_dir`",
        ),
        "NoOpComputeLogManager": Known(_NONE, "nothing: output is not kept"),
        "S3ComputeLogManager": Known(
            Section(
                {
                    "bucket": Setting(Text(), "The bucket."),
                    **_LINES,
                    "use_ssl": Setting(Flag(), "Whether the connection is encrypted.", True),
                    "verify": Setting(Flag(), "Whether the server must prove who it is.", True),
                    "verify_cert_path": Setting(Folder(), "A file of certificates to trust."),
                    "endpoint_url": Setting(Text(), "The address of a service other than that of AWS."),
                    "region": Setting(Text(), "The region."),
                    "upload_extra_args": Setting(Table(Anything()), "Further arguments of an upload."),
                },
                needs=("bucket",),
            ),
            "files under `s3://bucket/prefix`",
        ),
        "GCSComputeLogManager": Known(
            Section(
                {
                    "bucket": Setting(Text(), "The bucket."),
                    **_LINES,
                    "json_credentials_envvar": Setting(
                        Text(), "The variable that holds the credentials as JSON."
                    ),
                },
                needs=("bucket",),
            ),
            "files under `gs://bucket/prefix`",
        ),
        "AzureBlobComputeLogManager": Known(
            Section(
                {
                    "storage_account": Setting(Text(), "The storage account."),
                    "container": Setting(Text(), "The container."),
                    "access_key_or_default_azure_credential": Setting(Text(), "The key.", secret=True),
                    "secret_key": Setting(Text(), "The key.", secret=True),
                    **_LINES,
                },
                needs=("storage_account", "container"),
            ),
            "files under `abfs://container/prefix`",
        ),
        "FsspecComputeLogManager": Known(
            Section(
                {
                    "url": Setting(
                        Text("an address such as s3://bucket/folder", r"[a-z0-9+]+://.+"), "The folder."
                    ),
                    "storage_options": Setting(
                        Table(Anything()), "What the file system of that address takes."
                    ),
                    **{key: one for key, one in _LINES.items() if key != "prefix"},
                },
                needs=("url",),
            ),
            "files under any address that fsspec knows",
        ),
    },
    "run_launcher": {"DefaultRunLauncher": Known(_NONE, "processes on the machine of the code location")},
    "run_coordinator": {
        "DefaultRunCoordinator": Known(_NONE, "a queue without limits: each run is launched at once"),
        "QueuedRunCoordinator": Known(QUEUE, "`run_queue` with the same keys"),
    },
    "scheduler": {
        "DaemonScheduler": Known(
            Section(
                {
                    "max_catchup_runs": Setting(
                        Whole(), "How many missed ticks of a schedule are made up for.", 5
                    ),
                    "max_tick_retries": Setting(
                        Whole(), "How often a tick that fails is evaluated again.", 0
                    ),
                }
            ),
            "the daemon",
        )
    },
    "instance_class": {"Instance": Known(_NONE, "`Instance`")},
    "secrets": {
        "EnvFileLoader": Known(
            Section(
                {"base_dir": Setting(Folder(), "The folder of the file `.env`; by default the home folder.")}
            ),
            "the variables in `base_dir/.env`",
        )
    },
    "defs_state_storage": {
        "UPathDefsStateStorage": Known(
            Section({"base_path": Setting(Text(), "The folder, or its address.")}, needs=("base_path",)),
            "files under `base_path`",
        )
    },
}
"""Known classes by the setting they may stand in. ``Dagster`` before a name makes no difference."""

PLUGGABLE: Final = frozenset(
    "storage local_artifact_storage compute_logs run_launcher run_coordinator secrets defs_state_storage".split()
)
"""Settings that take a class of one's own."""


def known_class(role: str, module: str, class_name: str) -> Known | None:
    """What a class of this setting becomes, or ``None`` for one that is not known."""
    return KNOWN[role].get(plain_name(class_name)) if is_ours_or_foreign(module) else None


def refusal(role: str, module: str, class_name: str) -> str | None:
    """Why a class that is not known cannot stand here, as the end of a sentence; ``None`` where it can."""
    if role in PLUGGABLE and not is_ours_or_foreign(module):
        return None
    spelled = shown_names(role)
    near = did_you_mean(class_name, spelled)
    own = " A class of your own may stand here too, in a module of your own." if role in PLUGGABLE else ""
    hint = f"{near} " if near else ""
    return f"names {class_name} of {module}, which cannot be used. {hint}Known: {', '.join(spelled)}.{own}"


def shown_names(role: str) -> Sequence[str]:
    """The known classes of a setting, as they are best known."""
    return [_BRANDED.get(name, name) for name in KNOWN[role]]


_BRANDED: Final = {
    name: f"Dagster{name}" for name in ("SqliteStorage", "PostgresStorage", "DaemonScheduler", "Instance")
}
