"""``TypeLoaderContext``: what the loader of a type is told of the step whose input it makes."""

from __future__ import annotations

from mainspring.runtime.contexts.op import OpExecutionContext


class TypeLoaderContext(OpExecutionContext):
    """The step whose input is made from run config: its resources, log, run and definitions."""

    __slots__ = ()
