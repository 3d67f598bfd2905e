"""What the exit status of a command says."""

from __future__ import annotations

from typing import Final

OK: Final = 0
RUN_FAILED: Final = 1
"""The run was made and did not succeed."""
CANNOT_WRITE: Final = 1
"""What was asked for could not be written to stdout, such as on a full disk."""
WRONG_USE: Final = 2
"""What was asked cannot be done: a wrong option, definition, selection or config, an unusable instance."""
FAULT: Final = 70
"""A fault of this program."""
INTERRUPTED: Final = 130
"""Stopped by Ctrl-C or a signal to terminate."""
BROKEN_PIPE: Final = 141
"""Whoever read the output went away."""
