"""``TableSlice``: the part of a table that a value is, found from the context of an IO manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, cast

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.window import TimeWindow
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext

Context = InputContext | OutputContext
DEFAULT_SCHEMA = "public"


@dataclass(frozen=True, slots=True)
class TablePartitionDimension:
    """Which rows belong to some partitions: those where ``partition_expr``, an SQL expression, is one of
    ``partitions``.

    Keys are compared as text; time windows by ``start <= expression < end``.
    """

    partition_expr: str
    partitions: Sequence[str] | Sequence[TimeWindow]


@dataclass(frozen=True, slots=True)
class TableSlice:
    """A table and which of its columns and rows are meant. No columns: all; no dimensions: all rows."""

    table: str
    schema: str
    database: str | None = None
    columns: Sequence[str] | None = None
    partition_dimensions: Sequence[TablePartitionDimension] = ()


def slice_of(context: Context, *, database: str, schema: str | None) -> TableSlice:
    """The slice for an output or input. ``schema`` is that of the IO manager, which goes before all others.

    Raises ``InvariantViolationError`` where a partitioned asset does not say which rows a partition is.
    """
    metadata = _metadata_of(context)
    columns = context.definition_metadata.get("columns") if isinstance(context, InputContext) else None
    if not context.has_asset_key:
        output = context.upstream_output if isinstance(context, InputContext) else context
        if output is None:
            raise InvariantViolationError(
                "This input is neither an asset nor the output of a step: it has no table."
            )
        return TableSlice(
            output.name, str(schema or metadata.get("schema") or DEFAULT_SCHEMA), database, columns
        )
    parts = context.asset_key.path
    prefix = parts[-2] if len(parts) > 1 else DEFAULT_SCHEMA
    dimensions = _dimensions(context, metadata) if context.has_asset_partitions else ()
    return TableSlice(
        parts[-1], str(schema or metadata.get("schema") or prefix), database, columns, dimensions
    )


def _metadata_of(context: Context) -> dict[str, Any]:
    """What is said of the asset: at its own declaration, or at the input that loads it."""
    own = dict(context.definition_metadata)
    if isinstance(context, InputContext) and context.upstream_output is not None:
        own = {**own, **context.upstream_output.definition_metadata}
    return {name: getattr(value, "value", value) for name, value in own.items()}


def _dimensions(context: Context, metadata: Mapping[str, Any]) -> Sequence[TablePartitionDimension]:
    expression: Any = metadata.get("partition_expr")
    definition = context.asset_partitions_def
    names: Sequence[str] | None = getattr(definition, "partition_dimension_names", None)
    keys = context.asset_partition_keys
    if names is None:
        if not isinstance(expression, str):
            raise _no_expression(context, "metadata={'partition_expr': '<SQL expression>'}")
        return [TablePartitionDimension(expression, _windows_or_keys(definition, keys))]
    if not isinstance(expression, Mapping) or any(name not in expression for name in names):
        raise _no_expression(
            context, f"metadata={{'partition_expr': {{{', '.join(f'{n!r}: ...' for n in names)}}}}}"
        )
    chosen = {name: list(dict.fromkeys(_in_dimension(key, name) for key in keys)) for name in names}
    if keys and prod(map(len, chosen.values())) != len(keys):
        raise InvariantViolationError(
            f"The {len(keys)} partitions of {context.asset_key.to_user_string()!r} are not all combinations "
            "of the keys in their dimensions.",
            hint="Give the asset BackfillPolicy.multi_run(), so that each run is of one partition.",
        )
    return [
        TablePartitionDimension(
            cast("str", expression[name]),
            _windows_or_keys(definition.get_partitions_def_for_dimension(name), chosen[name]),
        )
        for name in names
    ]


def _in_dimension(key: Any, name: str) -> str:
    return key.keys_by_dimension[name]


def _windows_or_keys(definition: Any, keys: Sequence[str]) -> Sequence[str] | Sequence[TimeWindow]:
    """The windows of time partitions, neighbours joined; the keys of others."""
    window_of = getattr(definition, "time_window_for_partition_key", None)
    if window_of is None:
        return [str(key) for key in keys]
    joined: list[TimeWindow] = []
    for window in map(window_of, keys):
        if joined and joined[-1].end == window.start:
            joined[-1] = TimeWindow(joined[-1].start, window.end)
        else:
            joined.append(window)
    return joined


def _no_expression(context: Context, example: str) -> InvariantViolationError:
    return InvariantViolationError(
        f"The asset {context.asset_key.to_user_string()!r} is partitioned, and nothing says which rows "
        "a partition is.",
        hint=f"Give the asset {example}: the column, or the expression, that the partitions go by.",
    )
