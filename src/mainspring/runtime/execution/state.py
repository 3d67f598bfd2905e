"""``RunState``: what all steps of one run share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.ambient import Ambient
from mainspring.core.instance.compute_logs.absent import NoCapture
from mainspring.core.instance.compute_logs.store import Capture
from mainspring.core.instance.instance import Instance
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.execution.run_log import RunLog
from mainspring.runtime.execution.versions import DataVersions
from mainspring.runtime.plan.plan import Plan

OutputKey = tuple[str, str, str | None]
"""A step, an output, and the mapping key of a dynamic one."""


@dataclass(slots=True)
class RunState:
    """One run as it goes. ``values`` holds the outputs of its steps, for the result and for in-process hand-over."""

    job: JobDefinition
    plan: Plan
    run: Run
    instance: Instance
    log: RunLog
    resources: Resources
    configs: Mapping[tuple[str, ...], Any]
    """Of the ops, by their paths."""
    versions: DataVersions
    input_configs: Mapping[tuple[tuple[str, ...], str], Any] = field(
        default_factory=dict[tuple[tuple[str, ...], str], Any]
    )
    """What the run config says of inputs, by the path of the op (the outermost graph's is empty) and their names."""
    output_configs: Mapping[tuple[tuple[str, ...], str], Any] = field(
        default_factory=dict[tuple[tuple[str, ...], str], Any]
    )
    """What the run config says of outputs, by the path of the op and their names."""
    input_values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of the outermost graph, as the caller gave them."""
    slice: PartitionSlice | None = None
    output: Capture = field(default_factory=NoCapture)
    """What notes which step writes to stdout and stderr."""
    values: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    """Of a dynamic output a dict of its values by mapping key."""
    output_contexts: dict[OutputKey, Any] = field(default_factory=dict[OutputKey, Any])
    made: set[tuple[AssetKey, str | None]] = field(default_factory=set[tuple[AssetKey, str | None]])
    """The assets, by partition, of which this run has recorded a materialization."""

    @property
    def ambient(self) -> Ambient:
        """The clock, ids, randomness and environment of the run."""
        return self.instance.ambient
