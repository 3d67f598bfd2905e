"""The buffers that the C library keeps for stdout and stderr, which Python does not know of."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

_NAMES = ("stdout", "stderr", "__stdoutp", "__stderrp")


@cache
def _library() -> tuple[Any, list[ctypes.c_void_p]]:
    """The function that empties a buffer, and the streams; not all systems give them the same names.

    It is called with the interpreter's lock held: to give that up and wait for it again takes longer than the call.
    """
    try:
        library = ctypes.PyDLL(None)
        flush = library.fflush
    except (OSError, TypeError, AttributeError):
        return None, []
    flush.argtypes = [ctypes.c_void_p]
    streams: list[ctypes.c_void_p] = []
    for name in _NAMES:
        try:
            streams.append(ctypes.c_void_p.in_dll(library, name))
        except ValueError:
            continue
    return flush, streams


def flush_c_output() -> None:
    """Write out what ``printf`` of an extension has kept back.

    Not ``fflush(NULL)``: that waits for a thread that reads from stdin.
    """
    flush, streams = _library()
    for stream in streams:
        flush(stream)
