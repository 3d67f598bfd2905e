"""Arguments of the decorators that need to be made sense of: IO managers, return annotations, timeouts."""

from __future__ import annotations

import collections.abc
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY
from mainspring.runtime.definitions.ops.signature import EMPTY
from mainspring.runtime.definitions.results import AssetCheckResult, MaterializeResult, ObserveResult, Output

_STREAMS = (
    collections.abc.Iterator,
    collections.abc.Iterable,
    collections.abc.Generator,
    collections.abc.AsyncIterator,
    collections.abc.AsyncIterable,
    collections.abc.AsyncGenerator,
    collections.abc.Awaitable,
)


def io_manager_settings(
    key: AssetKey,
    io_manager_key: str | None,
    io_manager_def: object | None,
    resource_defs: Mapping[str, object] | None,
    *,
    what: str,
    where: SourcePosition | None,
) -> tuple[str, Mapping[str, object] | None]:
    """The key of the IO manager and the resources, with an ``io_manager_def`` under a key of its own."""
    if io_manager_def is None:
        return io_manager_key or DEFAULT_IO_MANAGER_KEY, resource_defs
    if io_manager_key is not None and io_manager_key in (resource_defs or {}):
        raise InvalidDefinitionError(
            f"{what} has an `io_manager_def` and also a resource of its `io_manager_key` {io_manager_key!r}.",
            where=where,
            hint="Give one of them.",
        )
    own_key = io_manager_key or f"{key.to_python_identifier()}__io_manager"
    return own_key, {**(resource_defs or {}), own_key: io_manager_def}


def checked_output_annotation(returns: Any) -> Any:
    """The annotation to check the produced value against: that of the value, not of what wraps or yields
    it.
    """
    if returns is EMPTY:
        return EMPTY
    origin = get_origin(returns) or returns
    if origin in (Output, MaterializeResult):
        parts = get_args(returns)
        return parts[0] if parts else EMPTY
    if origin in (ObserveResult, AssetCheckResult) or origin in _STREAMS:
        return EMPTY
    if origin is tuple and any(_wraps(part) for part in get_args(returns)):
        return EMPTY
    return returns


def _wraps(part: Any) -> bool:
    return (get_origin(part) or part) in (Output, MaterializeResult, ObserveResult, AssetCheckResult)
