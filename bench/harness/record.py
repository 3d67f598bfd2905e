"""The stored results: one entry a series, so that one series can be measured again by itself."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.measure import Outcome


@dataclass(frozen=True, slots=True)
class Record:
    """The outcomes of one series, when and with what they were measured."""

    date: str
    level: str
    repeats: int
    cores: int
    python: str
    versions: Mapping[str, str]
    outcomes: Sequence[Outcome]


def machine() -> tuple[int, str]:
    """The cores this process may use, and the Python version."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores, platform.python_version()


def load(path: Path) -> dict[str, Record]:
    """The records stored before, by series; none if there is no file."""
    if not path.exists():
        return {}
    stored: dict[str, Any] = json.loads(path.read_text())
    return {
        name: Record(outcomes=[Outcome(**each) for each in entry.pop("outcomes")], **entry)
        for name, entry in stored.items()
    }


def store(path: Path, records: Mapping[str, Record]) -> None:
    """Write all records."""
    text = json.dumps({name: asdict(record) for name, record in records.items()}, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")
