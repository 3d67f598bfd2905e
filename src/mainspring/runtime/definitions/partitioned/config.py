"""``PartitionedConfig``: the run config of a job as a function of its partition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvalidInvocationError,
    InvariantViolationError,
    OrchestratorError,
    UserCodeError,
)
from mainspring.core.base.source import SourcePosition, position_of, user_position
from mainspring.core.config.run_config import RunConfig, to_run_config_dict
from mainspring.core.partitions.definition import PartitionsDefinition
from mainspring.core.values.tags import PARTITION_SET_TAG, normalize_run_tags

ConfigOfKey = Callable[[str], RunConfig | Mapping[str, Any]]
TagsOfKey = Callable[[str], Mapping[str, str]]

Partitions = TypeVar("Partitions", bound=PartitionsDefinition[Any], covariant=True)  # noqa: PLC0105


class PartitionedConfig(Generic[Partitions]):
    """Says, for each partition of a job, which config and tags its run has. Usually made by a decorator.

    >>> from mainspring.core.partitions.static import StaticPartitionsDefinition
    >>> by_region = PartitionedConfig(
    ...     StaticPartitionsDefinition(["eu", "us"]),
    ...     run_config_for_partition_key_fn=lambda key: {"ops": {"load": {"config": {"region": key}}}},
    ... )
    >>> by_region.get_run_config_for_partition_key("eu")
    {'ops': {'load': {'config': {'region': 'eu'}}}}
    """

    __slots__ = ("_decorated", "_partitions_def", "_run_config_fn", "_tags_fn", "where")

    def __init__(  # the published parameters
        self,
        partitions_def: Partitions,
        run_config_for_partition_fn: Callable[..., Mapping[str, Any]] | None = None,
        decorated_fn: Callable[..., RunConfig | Mapping[str, Any]] | None = None,
        tags_for_partition_fn: Callable[..., Mapping[str, str]] | None = None,
        run_config_for_partition_key_fn: ConfigOfKey | None = None,
        tags_for_partition_key_fn: TagsOfKey | None = None,
    ) -> None:
        self.where: SourcePosition | None = position_of(decorated_fn) if decorated_fn else user_position()
        for old, new in (
            (run_config_for_partition_fn, "run_config_for_partition_key_fn"),
            (tags_for_partition_fn, "tags_for_partition_key_fn"),
        ):
            if old is not None:
                raise InvalidDefinitionError(
                    f"A PartitionedConfig takes {new}: a function of the partition's key.", where=self.where
                )
        if not isinstance(partitions_def, PartitionsDefinition):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"The partitions of a PartitionedConfig are {partitions_def!r}, which is no partitions "
                "definition.",
                where=self.where,
            )
        if run_config_for_partition_key_fn is None:
            raise InvalidDefinitionError(
                "A PartitionedConfig needs run_config_for_partition_key_fn.", where=self.where
            )
        self._partitions_def = partitions_def
        self._run_config_fn = run_config_for_partition_key_fn
        self._tags_fn = tags_for_partition_key_fn
        self._decorated = decorated_fn

    @staticmethod
    def from_flexible_config(
        config: Any, partitions_def: PartitionsDefinition[Any]
    ) -> PartitionedConfig[Any]:
        """What a job's ``config`` may be, as config by partition: plain config is that of every partition."""
        if isinstance(config, PartitionedConfig):
            found = cast("PartitionedConfig[Any]", config)
            if found.partitions_def != partitions_def:
                raise InvalidDefinitionError(
                    "The partitions of a job differ from those of its PartitionedConfig.",
                    where=found.where,
                    hint="Leave the job's partitions_def out.",
                )
            return found
        if config is not None and not isinstance(config, (Mapping, RunConfig)):
            raise InvalidDefinitionError(
                f"The config of a partitioned job is {config!r}; it can be a mapping, a RunConfig or a "
                "PartitionedConfig.",
                where=user_position(),
            )
        constant = to_run_config_dict(config)  # pyright: ignore[reportUnknownArgumentType]
        return PartitionedConfig(partitions_def, run_config_for_partition_key_fn=lambda _key: constant)

    @property
    def partitions_def(self) -> Partitions:
        """The partitions."""
        return self._partitions_def

    @property
    def run_config_for_partition_key_fn(self) -> ConfigOfKey:
        """The function that gives the config of a key."""
        return self._run_config_fn

    @property
    def tags_for_partition_key_fn(self) -> TagsOfKey | None:
        """The function that gives the tags of a key, if there is one."""
        return self._tags_fn

    def get_partition_keys(self, current_time: datetime | None = None) -> Sequence[str]:
        """The keys of all partitions at a moment, by default the present."""
        return self._partitions_def.get_partition_keys(current_time)

    def get_run_config_for_partition_key(self, partition_key: str) -> dict[str, Any]:
        """The run config of a partition, as plain mappings.

        Raises ``UserCodeError`` where the function raises.
        """
        made: Any = self._ask(self._run_config_fn, partition_key)
        if isinstance(made, (Mapping, RunConfig)):
            return to_run_config_dict(made)  # pyright: ignore[reportUnknownArgumentType]
        raise InvariantViolationError(
            f"The function of a PartitionedConfig answered {made!r} for {partition_key!r}; it must answer a "
            "dict or a RunConfig.",
            where=self.where,
        )

    def get_tags_for_partition_key(
        self, partition_key: str, job_name: str | None = None
    ) -> Mapping[str, str]:
        """The tags of a run of a partition: those that name it, and those of the tags function."""
        own = self._ask(self._tags_fn, partition_key) if self._tags_fn is not None else None
        tags = normalize_run_tags(own, what="a PartitionedConfig", where=self.where)
        tags |= self._partitions_def.get_tags_for_partition_key(partition_key)
        if job_name is not None:
            tags[PARTITION_SET_TAG] = f"{job_name}_partition_set"
        return tags

    def _ask(self, function: Callable[[str], Any], partition_key: str) -> Any:
        try:
            return function(partition_key)
        except OrchestratorError:
            raise
        except Exception as error:
            raise UserCodeError(
                f"A function of a PartitionedConfig raised for {partition_key!r}: "
                f"{type(error).__name__}: {error}",
                user_exception=error,
                where=self.where,
            ) from error

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the decorated function answers, for tests."""
        if self._decorated is None:
            raise InvalidInvocationError(
                "Only a PartitionedConfig that was made by a decorator can be called.",
                where=self.where,
                hint="Ask get_run_config_for_partition_key(key).",
            )
        return self._decorated(*args, **kwargs)

    def __repr__(self) -> str:
        return f"PartitionedConfig({self._partitions_def!r})"
