"""What goes wrong when values are stored and loaded, in words for whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable

from mainspring.core.base.errors import (
    InvariantViolationError,
    InvocationError,
    OperatorError,
    did_you_mean,
)
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext


class StoredValueNotFoundError(InvocationError, FileNotFoundError):
    """A value was to be loaded that was never stored, or is no longer there."""


class StoredValueUnreadableError(InvocationError):
    """What is stored cannot be turned into a value again."""


class UnstorableValueError(InvariantViolationError):
    """An IO manager cannot store a value of this kind."""


class UnwritableStorageError(OperatorError, OSError):
    """The place values are stored at cannot be written to."""


def unwritable(context: OutputContext, place: object, error: OSError) -> UnwritableStorageError:
    """The error for a value that could not be written to its place."""
    return UnwritableStorageError(
        f"The value of {said_of(context)} cannot be written to {place}: {type(error).__name__}: {error}",
        hint="Let this user write there and see that there is room, or give the IO manager another base_dir.",
    )


def said_of(context: InputContext | OutputContext) -> str:
    """What a value is the value of, in words: the asset, or the output of a step.

    >>> from mainspring.core.values.asset_key import AssetKey
    >>> said_of(OutputContext(asset_key=AssetKey(["shop", "orders"])))
    "the asset 'shop/orders'"
    """
    if context.has_asset_key:
        return f"the asset {context.asset_key.to_user_string()!r}"
    output = context.upstream_output if isinstance(context, InputContext) else context
    if output is None:
        return (
            f"the input {context.name!r}"
            if isinstance(context, InputContext) and context.has_input_name
            else "a value"
        )
    return f"the output {output.name!r} of the step {output.step_key!r}"


def not_stored(
    context: InputContext, place: str, *, partition: str | None = None, near: Iterable[str] = ()
) -> StoredValueNotFoundError:
    """The error for a value that is not there; ``near`` are the names of what is stored beside it."""
    of = f"the partition {partition!r} of " if partition is not None else ""
    if context.has_asset_key:
        key = context.asset_key
        way_out = (
            f"Materialise {key.to_user_string()!r} first, with the same IO manager as the run that loads it."
        )
        wanted = partition or key.parts[-1]
    else:
        way_out = "Run the step that produces it in the same run, or keep the folder it was stored in."
        wanted = ""
    if partition is not None:
        way_out += (
            " To load only the partitions that are there, give the input "
            'metadata={"allow_missing_partitions": True}.'
        )
    guess = did_you_mean(wanted, near) if wanted else None
    return StoredValueNotFoundError(
        f"No value is stored for {of}{said_of(context)}: there is nothing at {place}.",
        hint=f"{way_out} {guess}" if guess else way_out,
    )
