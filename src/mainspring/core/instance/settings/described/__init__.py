"""Every key there is, once: what it takes, what it means, what holds where it is not given."""

from __future__ import annotations

from typing import Final

from mainspring.core.instance.settings.described import (
    automation,
    deployment,
    logs,
    queue,
    retention,
    storage,
)
from mainspring.core.instance.settings.kinds import Section

ROOT: Final = Section(
    {
        **storage.KEYS,
        **logs.KEYS,
        **queue.KEYS,
        **automation.KEYS,
        **retention.KEYS,
        **deployment.KEYS,
    }
)
"""The whole settings file."""
