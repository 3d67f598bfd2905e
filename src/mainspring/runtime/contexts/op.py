"""``OpExecutionContext``: what a step's function is told of the run it is part of."""

from __future__ import annotations

from collections.abc import Mapping, Set
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.data_version import DataProvenance, DataVersion
from mainspring.core.values.metadata import normalize_metadata
from mainspring.core.values.node_handle import NodeHandle
from mainspring.runtime.contexts.assets import AssetViews
from mainspring.runtime.contexts.log import LogManager
from mainspring.runtime.contexts.partitions import PartitionViews
from mainspring.runtime.contexts.scope import CURRENT, StepScope, plain_config

if TYPE_CHECKING:
    from mainspring.core.instance.instance import (
        Instance,
    )  # its store loads SQLAlchemy, which declaring an asset must not


class OpExecutionContext(PartitionViews, AssetViews):
    """The run, the resources, the config, the log and the partitions of a step."""

    __slots__ = ("scope",)

    __mainspring_context__ = True
    """Marks the classes a first parameter may be annotated with to be given the context."""

    def __init__(self, scope: StepScope) -> None:
        self.scope: StepScope = scope

    @classmethod
    def get(cls) -> Self:
        """The context of the step that runs now. Raises ``InvariantViolationError`` outside a step."""
        found = CURRENT.get(None)
        if found is None:
            raise InvariantViolationError(f"{cls.__name__}.get() works only while a step runs.")
        return found if isinstance(found, cls) else cls(found.scope)

    # -- the run -----------------------------------------------------------------------------------------------------

    @property
    def run(self) -> Run:
        """The run this step is part of."""
        if self.scope.run is None:
            raise InvariantViolationError("There is no run: the function was called directly.")
        return self.scope.run

    @property
    def dagster_run(self) -> Run:
        """The same as ``run``."""
        return self.run

    @property
    def run_id(self) -> str:
        """The id of the run; ``EPHEMERAL`` where the function was called directly."""
        return self.scope.run.run_id if self.scope.run else "EPHEMERAL"

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return self.run.job_name

    @property
    def run_config(self) -> Mapping[str, object]:
        """The whole config of the run."""
        return self.scope.run.run_config if self.scope.run else {}

    @property
    def run_tags(self) -> Mapping[str, str]:
        """The tags of the run."""
        return self.scope.run.tags if self.scope.run else {}

    def has_tag(self, key: str) -> bool:
        """Whether the run has a tag."""
        return key in self.run_tags

    def get_tag(self, key: str) -> str | None:
        """The value of a tag of the run, or ``None``."""
        return self.run_tags.get(key)

    @property
    def instance(self) -> Instance:
        """The deployment the run is recorded in."""
        if self.scope.instance is None and self.scope.make_instance is not None:
            self.scope.instance = self.scope.make_instance()
        if self.scope.instance is None:
            raise InvariantViolationError(
                "There is no instance here; give one to the function that built this context."
            )
        if self.scope.before_reading is not None:
            self.scope.before_reading()
        return self.scope.instance

    @property
    def retry_number(self) -> int:
        """How often this step was tried before: 0 at the first try."""
        return self.scope.retry_number

    # -- the step ----------------------------------------------------------------------------------------------------

    @property
    def op_execution_context(self) -> OpExecutionContext:
        """This step's context as that of an op."""
        return self if type(self) is OpExecutionContext else OpExecutionContext(self.scope)

    @property
    def job_def(self) -> Any:
        """The job."""
        return self.scope.job

    @property
    def op_def(self) -> Any:
        """The op this step computes."""
        return self.scope.op

    @property
    def op(self) -> Any:
        """The op in its place in the job: its ``name`` there, its ``tags``, its ``definition``."""
        return self.scope.op if self.scope.node is None else self.scope.node

    @property
    def op_handle(self) -> NodeHandle:
        """Where the op stands among graphs within graphs."""
        return NodeHandle.from_path(self.scope.path or (self.scope.op.name,))

    @property
    def node_handle(self) -> NodeHandle:
        """The same as ``op_handle``."""
        return self.op_handle

    @property
    def op_config(self) -> Any:
        """The config of the step, as a dict where its function is given an object of a ``Config`` class."""
        return plain_config(self.scope.config)

    @property
    def resources(self) -> Any:
        """The resources the step requires, by name."""
        return self.scope.resources

    @property
    def log(self) -> LogManager:
        """A logger whose messages are kept with the run."""
        return self.scope.log

    @property
    def step_key(self) -> str:
        """The key of the step."""
        return self.scope.step_key

    @property
    def location_name(self) -> str | None:
        """The code location of the run, where it was launched from one."""
        return self.scope.run.code_location if self.scope.run is not None else None

    @property
    def pdb(self) -> Any:
        """A debugger for this line: ``context.pdb.set_trace()``. It reads from the terminal of the process."""
        # a run that nobody debugs does not load the debugger
        return import_module("pdb").Pdb(nosigint=True)

    def describe_op(self) -> str:
        """What this step is, in words."""
        return f'op "{self.scope.step_key}"'

    def get_mapping_key(self) -> str | None:
        """Which of several dynamic steps this is."""
        return self.scope.mapping_key

    # -- what user code says -----------------------------------------------------------------------------------------

    def log_event(self, event: Any) -> None:
        """Record a materialization, an observation or an expectation now.

        Called directly, in a test, the events are kept and can be read with ``get_events``.
        """
        if self.scope.record is None:
            raise InvariantViolationError("Events cannot be logged from this context.")
        self.scope.record(event)

    def add_output_metadata(
        self, metadata: Mapping[str, Any], output_name: str | None = None, mapping_key: str | None = None
    ) -> None:
        """Add metadata to what will be recorded of an output; of the only one where no name is given."""
        name = output_name or self._only_output()
        op = self.scope.op
        known_names = list(dict.fromkeys([*self.scope.keys_by_output, *(op.outs if op else ())]))
        if name not in known_names:
            raise InvariantViolationError(
                f"Metadata was added to the output {name!r}, which this step does not have.",
                where=op.where if op else None,
                hint=did_you_mean(name, known_names) or f"Its outputs are: {', '.join(known_names)}.",
            )
        if not isinstance(metadata, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvariantViolationError(
                f"The metadata of the output {name!r} is {metadata!r}, of type {type(metadata).__name__}.",
                where=op.where if op else None,
                hint='Give a dict: add_output_metadata({"rows": 3}).',
            )
        if (name, mapping_key) in self.scope.seen_outputs:
            raise InvariantViolationError(
                f"The output {name!r} was yielded already; add its metadata before."
            )
        known = self.scope.output_metadata.setdefault((name, mapping_key), {})
        normalize_metadata(metadata)  # what is no metadata is refused here, where it was said
        known.update(metadata)

    def get_output_metadata(
        self, output_name: str, mapping_key: str | None = None
    ) -> Mapping[str, Any] | None:
        """What was added to the metadata of an output, as it was given."""
        return self.scope.output_metadata.get((output_name, mapping_key))

    def _only_output(self) -> str:
        names = list(self.scope.keys_by_output) or list(self.scope.op.outs)
        if len(names) != 1:
            raise InvariantViolationError(
                f"This step has {len(names)} outputs, so say which one is meant.",
                hint=f"Its outputs are: {', '.join(names)}.",
            )
        return names[0]

    def set_data_version(self, asset_key: AssetKey, data_version: DataVersion) -> None:
        """Say the version of the data of an asset this step makes."""
        self.scope.data_versions[asset_key] = data_version

    def get_asset_provenance(self, asset_key: AssetKey) -> DataProvenance | None:
        """From which code and inputs the latest materialization of an asset was made; ``None`` where there is none."""
        return self.scope.provenance(asset_key) if self.scope.provenance else None

    def load_asset_value(
        self, asset_key: AssetKey, *, python_type: type | None = None, partition_key: str | None = None
    ) -> Any:
        """The stored value of an asset of this job."""
        if self.scope.load_value is None:
            raise InvariantViolationError("Values of assets cannot be loaded from this context.")
        return self.scope.load_value(asset_key, python_type=python_type, partition_key=partition_key)

    def set_requires_typed_event_stream(self, *, error_message: str | None = None) -> None:
        """From now on results must be yielded as ``Output``, ``MaterializeResult`` and the like."""
        self.scope.typed_stream = (True, error_message)

    @property
    def requires_typed_event_stream(self) -> bool:
        """Whether results must be yielded as typed events."""
        return self.scope.typed_stream[0]

    @property
    def typed_event_stream_error_message(self) -> str | None:
        """What is said where they are not."""
        return self.scope.typed_stream[1]

    @property
    def selected_output_names(self) -> Set[str]:
        """The outputs this run wants; one that is no asset goes to other ops, so it is always among them."""
        assets, wanted = self.scope.keys_by_output, self.scope.selected_keys
        return {
            name
            for name, output in self.scope.op.outs.items()
            if not output.is_check and (name not in assets or assets[name] in wanted)
        }

    @property
    def selected_asset_keys(self) -> Set[AssetKey]:
        """The assets this run wants of this step."""
        return self.scope.selected_keys

    @property
    def selected_asset_check_keys(self) -> Set[AssetCheckKey]:
        """The checks this run wants of this step."""
        return self.scope.selected_checks

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.scope.step_key}>"
