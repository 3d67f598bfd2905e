"""Where the value of an asset, of one of its partitions, or of an op's output lies below a base path."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.io.safe_names import safe_name

Context = InputContext | OutputContext


class PartitionPaths:
    """The layout of a ``UPathIOManager``. All paths are safe: no key leads out of the base path."""

    extension: str | None = None
    _base_path: Any

    def get_asset_relative_path(self, context: Context) -> Any:
        """Where an asset lies below the base path: a folder for each part of its key but the last."""
        return PurePosixPath(*map(safe_name, context.asset_key.parts))

    def get_op_output_relative_path(self, context: Context) -> Any:
        """Where the output of an op lies below the base path: run, step, output."""
        return PurePosixPath(*map(safe_name, context.get_identifier()))

    def get_path_for_partition(self, context: Context, path: Any, partition: str) -> Any:
        """Where a partition lies, given the path of its asset; without extension."""
        del context  # for those that override it
        return self.make_safe_partition_path(path, partition)

    def make_safe_partition_path(self, base_path: Any, partition: str) -> Any:
        """A path below ``base_path`` for a partition key; a folder for each dimension but the last."""
        dimensions: dict[str, str] | None = getattr(partition, "keys_by_dimension", None)
        keys = [partition] if dimensions is None else [dimensions[name] for name in sorted(dimensions)]
        return base_path.joinpath(*map(safe_name, keys))

    def _path_without_extension(self, context: Context) -> Any:
        if context.has_asset_key:
            relative = self.get_asset_relative_path(context)
        else:
            relative = self.get_op_output_relative_path(context)
        return self._base_path.joinpath(*_parts(relative))

    def _with_extension(self, path: Any) -> Any:
        extension = self.extension
        return path.with_name(path.name + extension) if extension else path

    def _path(self, context: Context) -> Any:
        """Where the one value of an output lies."""
        return self._with_extension(self._path_without_extension(context))

    def _partition_path(self, context: Context, partition: str) -> Any:
        """Where a partition of an asset lies."""
        asset_path = self._path_without_extension(context)
        return self._with_extension(self.get_path_for_partition(context, asset_path, partition))


def _parts(relative: Any) -> list[str]:
    parts = [relative] if isinstance(relative, str) else list(relative.parts)
    if ".." in parts or not parts:
        raise InvariantViolationError(
            f"The path {relative} of a value leads out of the folder of its IO manager."
        )
    return parts
