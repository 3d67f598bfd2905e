"""``StepScope``: everything one try of a step can see; what the contexts are thin views of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.data_version import DataProvenance, DataVersion
from mainspring.runtime.contexts.log import LogManager
from mainspring.runtime.contexts.slice import PartitionSlice

if TYPE_CHECKING:
    from mainspring.core.instance.instance import (
        Instance,
    )  # its store loads SQLAlchemy, which declaring an asset must not


@dataclass(slots=True)
class StepScope:
    """One try of a step. ``job``, ``op`` and ``assets_def`` are definitions, which lie on a higher floor."""

    step_key: str
    op: Any
    run: Run | None = None
    instance: Instance | None = None
    job: Any = None
    assets_def: Any = None
    resources: Any = None
    config: Any = None
    log: LogManager = field(default_factory=LogManager)
    retry_number: int = 0
    slice: PartitionSlice | None = None
    """The partitions of the run; ``None`` for an unpartitioned one."""
    slices_by_input: Mapping[str, PartitionSlice] = field(default_factory=dict[str, PartitionSlice])
    mapping_key: str | None = None
    path: tuple[str, ...] = ()
    """The names of the nodes from the outermost graph to the op."""
    node: Any = None
    """The op in its place in the job, with the name and the tags it has there."""
    keys_by_input: Mapping[str, AssetKey] = field(default_factory=dict[str, AssetKey])
    keys_by_output: Mapping[str, AssetKey] = field(default_factory=dict[str, AssetKey])
    selected_keys: frozenset[AssetKey] = frozenset()
    selected_checks: frozenset[AssetCheckKey] = frozenset()
    make_instance: Callable[[], Instance] | None = None
    """Makes the instance of a direct call that was given none, when user code asks for it."""
    before_reading: Callable[[], None] | None = None
    """Called before user code is given the instance, so that it reads what this run has said so far."""
    record: Callable[[Any], None] | None = None
    """Takes a materialization, observation or expectation that user code logs."""
    load_value: Callable[..., Any] | None = None
    provenance: Callable[[AssetKey], DataProvenance | None] | None = None
    output_metadata: dict[tuple[str, str | None], dict[str, Any]] = field(default_factory=dict)
    """What user code added, by output and mapping key."""
    partition_metadata: dict[tuple[AssetKey, str], dict[str, Any]] = field(default_factory=dict)
    data_versions: dict[AssetKey, DataVersion] = field(default_factory=dict)
    typed_stream: tuple[bool, str | None] = (False, None)
    """Whether results must be yielded as typed events, and what to say where they are not."""
    seen_outputs: set[tuple[str, str | None]] = field(default_factory=set)


def plain_config(config: Any) -> Any:
    """The config of a step as plain values."""
    dump = getattr(config, "model_dump", None)
    return config if dump is None else dump()


CURRENT: ContextVar[Any] = ContextVar("mainspring_current_context")
"""The context of the step that runs now."""
