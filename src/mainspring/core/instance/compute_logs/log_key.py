"""Log keys: what a captured log is known by, and the names of its files, which no key can lead astray."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from enum import StrEnum

FOLDER = "compute_logs"
"""The second part of the key of a run's log, and so the folder that holds it."""

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\Z")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")


class LogKind(StrEnum):
    """Which of the two streams of a process."""

    STDOUT = "stdout"
    STDERR = "stderr"

    @property
    def suffix(self) -> str:
        """What the name of its file ends with."""
        return ".out" if self is LogKind.STDOUT else ".err"


def run_log_key(run_id: str, file_key: str) -> list[str]:
    """The key of a log of a run.

    >>> run_log_key("5f0c", "orders")
    ['5f0c', 'compute_logs', 'orders']
    """
    return [run_id, FOLDER, file_key]


def file_key_of(run_id: str, step_keys: Sequence[str]) -> str:
    """The last part of the key of the log that these steps of a run share: the same whenever it is asked for."""
    if len(step_keys) == 1:
        return safe_name(step_keys[0])
    return "steps-" + _digest("\0".join([run_id, *step_keys]))


def safe_name(part: str) -> str:
    """A part of a key as the name of a file or folder. Different parts have different names.

    >>> safe_name("orders.daily")
    'orders.daily'
    >>> safe_name("../etc/passwd")
    '~7fef78f53440346c04dac510-etc-passwd'
    """
    if _SAFE.match(part):
        return part
    return f"~{_digest(part)}-{_UNSAFE.sub('-', part).strip('-')[:40]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:24]
