"""Contexts for tests: ``build_asset_context`` and its siblings."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.instance.instance import Instance
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.records.run import Run
from mainspring.runtime.contexts.asset import AssetCheckExecutionContext, AssetExecutionContext
from mainspring.runtime.contexts.log import direct_log
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.resources.build import open_resources
from mainspring.runtime.definitions.resources.own_instance import OwnInstance

DIRECT_LOGGER = "mainspring.direct"
"""The standard logger that hears what is logged in direct calls."""


class DirectContext:
    """What contexts built for tests can do besides: be closed, and be asked for the events user code logged."""

    __slots__ = ()

    scope: StepScope

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: object) -> None:
        for close in getattr(self, "_closing", ()):
            close()

    def get_events(self) -> list[Any]:
        """The events user code logged through this context."""
        return list(getattr(self, "_logged", ()))


class DirectAssetExecutionContext(DirectContext, AssetExecutionContext):
    """The context of an asset that is called directly."""

    __slots__ = ("_closing", "_logged")


class DirectAssetCheckExecutionContext(DirectContext, AssetCheckExecutionContext):
    """The context of a check that is called directly."""

    __slots__ = ("_closing", "_logged")


class DirectOpExecutionContext(DirectContext, OpExecutionContext):
    """The context of an op that is called directly."""

    __slots__ = ("_closing", "_logged")


def build_asset_context(
    resources: Mapping[str, Any] | None = None,
    resources_config: Mapping[str, Any] | None = None,
    asset_config: Mapping[str, Any] | None = None,
    instance: Instance | None = None,
    partition_key: str | None = None,
    partition_key_range: PartitionKeyRange | None = None,
    run_tags: Mapping[str, str] | None = None,
    event_loop: AbstractEventLoop | None = None,
) -> DirectAssetExecutionContext:
    """A context to call an asset with, in a test.

    Use it as a context manager to have its resources closed at the end.

    >>> build_asset_context(partition_key="2024-08-16").partition_key
    '2024-08-16'
    """
    del event_loop  # an async asset is awaited by the caller's own loop
    return _build(
        DirectAssetExecutionContext,
        resources,
        resources_config,
        asset_config,
        instance,
        partition_key,
        partition_key_range,
        run_tags,
    )


def build_asset_check_context(
    resources: Mapping[str, Any] | None = None,
    resources_config: Mapping[str, Any] | None = None,
    asset_config: Mapping[str, Any] | None = None,
    instance: Instance | None = None,
) -> DirectAssetCheckExecutionContext:
    """A context to call a check with, in a test."""
    return _build(
        DirectAssetCheckExecutionContext,
        resources,
        resources_config,
        asset_config,
        instance,
        None,
        None,
        None,
    )


def build_op_context(  # noqa: PLR0913, PLR0917  # the published signature
    resources: Mapping[str, Any] | None = None,
    op_config: Any = None,
    resources_config: Mapping[str, Any] | None = None,
    instance: Instance | None = None,
    config: Any = None,
    partition_key: str | None = None,
    partition_key_range: PartitionKeyRange | None = None,
    mapping_key: str | None = None,
    run_tags: Mapping[str, str] | None = None,
    event_loop: AbstractEventLoop | None = None,
) -> DirectOpExecutionContext:
    """A context to call an op, or an asset whose function takes an op's context, with, in a test."""
    del event_loop
    if op_config is not None and config is not None:
        raise InvalidInvocationError("build_op_context takes `op_config` or `config`, not both.")
    given = op_config if op_config is not None else config
    context = _build(
        DirectOpExecutionContext,
        resources,
        resources_config,
        given,
        instance,
        partition_key,
        partition_key_range,
        run_tags,
    )
    context.scope.mapping_key = mapping_key
    return context


def direct_context() -> DirectAssetExecutionContext:
    """The context of a direct call without one."""
    return build_asset_context()


def _build(
    kind: Any,
    resources: Mapping[str, Any] | None,
    resources_config: Mapping[str, Any] | None,
    config: Any,
    instance: Instance | None,
    partition_key: str | None,
    partition_key_range: PartitionKeyRange | None,
    run_tags: Mapping[str, str] | None,
) -> Any:
    if partition_key is not None and partition_key_range is not None:
        raise InvalidInvocationError("Give `partition_key` or `partition_key_range`, not both.")
    closing = ExitStack()
    own = closing.enter_context(OwnInstance(instance))
    made = Resources()
    if resources:
        wrapped = {
            key: {"config": value.get("config", value)} for key, value in (resources_config or {}).items()
        }
        made = closing.enter_context(open_resources(dict(resources), own, wrapped))
    logged: list[Any] = []
    scope = StepScope(
        step_key="direct",
        op=None,
        run=Run(job_name="direct", run_id="EPHEMERAL", tags=dict(run_tags)) if run_tags else None,
        instance=instance,
        make_instance=own.get,
        resources=made,
        config=config,
        log=direct_log(DIRECT_LOGGER),
        slice=_slice(partition_key, partition_key_range),
        record=logged.append,
    )
    context = kind(scope)
    context._closing = [closing.close]
    context._logged = logged
    return context


def _slice(partition_key: str | None, partition_key_range: PartitionKeyRange | None) -> PartitionSlice | None:
    if partition_key is not None:
        return PartitionSlice(partition_key, partition_key)
    if partition_key_range is not None:
        return PartitionSlice(partition_key_range.start, partition_key_range.end)
    return None
