"""Code versions: the word that asks for a computed one, and those that cannot be computed."""

from __future__ import annotations

from typing import Final

AUTO_CODE_VERSION: Final = "auto"
"""Given as ``code_version``: a version computed from the code itself."""

_UNRESOLVED: Final = "unresolved: "


def unresolved(reason: str) -> str:
    """The version of code whose version cannot be computed: nothing made with it ever counts as up to date."""
    return f"{_UNRESOLVED}{reason}"


def unresolved_reason(version: str) -> str | None:
    """Why a code version could not be computed; ``None`` for one that could.

    >>> unresolved_reason(unresolved("it calls eval")), unresolved_reason("1")
    ('it calls eval', None)
    """
    return version.removeprefix(_UNRESOLVED) if version.startswith(_UNRESOLVED) else None


def recorded_code_version(version: str | None, run_id: str) -> str:
    """What a run records of the code it made something with: another word in each run where none is known."""
    if version is None:
        return run_id
    return version if unresolved_reason(version) is None else f"{version} (run {run_id})"
