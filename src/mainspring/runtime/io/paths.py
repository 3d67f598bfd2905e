"""``UPathIOManager``: one file for each asset or partition, on any file system."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from typing import Any

from mainspring.core.values.metadata import PathMetadataValue, normalize_metadata
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.io.coroutines import all_of, result_of
from mainspring.runtime.io.failures import StoredValueNotFoundError, not_stored, unwritable
from mainspring.runtime.io.interface import IOManager
from mainspring.runtime.io.partition_paths import PartitionPaths
from mainspring.runtime.io.path_hooks import PathHooks
from mainspring.runtime.io.places import forget_listings, neighbours, place
from mainspring.runtime.io.several import is_of_none, is_several, value_of_each

MISSING_IS_FINE = "allow_missing_partitions"
"""Metadata of an input or asset: load the partitions that are there."""


class UPathIOManager(PartitionPaths, PathHooks, IOManager):
    """An IO manager that stores each value as a file (or folder) of its own; a subclass says in which form.

    >>> class TextIOManager(UPathIOManager):
    ...     extension = ".txt"
    ...     def dump_to_path(self, context, obj, path):
    ...         path.write_text(obj)
    ...     def load_from_path(self, context, path):
    ...         return path.read_text()

    ``base_path`` is a ``pathlib.Path``, a ``UPath``, or a string; a string such as ``s3://bucket/folder`` is
    a URL. An asset ``["shop", "orders"]`` lies at ``shop/orders.txt``, its partition ``2024-01-01`` at
    ``shop/orders/2024-01-01.txt``, that of two dimensions at ``shop/orders/2024-01-01/eu.txt``, and the
    output of an op at ``<run>/<step>/<output>.txt``. Characters that cannot stand in a file name are written
    as ``%`` codes.

    Of several partitions at once, a value to store is a mapping with a value for each key, and so is what is
    loaded. Where ``load_from_path`` is ``async``, the partitions are loaded concurrently.
    """

    def __init__(self, base_path: Any = None) -> None:
        self._base_path = place("." if base_path is None else base_path) if _is_text(base_path) else base_path

    # -- what a subclass says --------------------------------------------------------------------------------

    @abstractmethod
    def dump_to_path(self, context: OutputContext, obj: Any, path: Any) -> Any:
        """Write a value to a path whose folder exists. May be ``async``."""

    @abstractmethod
    def load_from_path(self, context: InputContext, path: Any) -> Any:
        """The value that was written to a path.

        May be ``async``. Raises ``FileNotFoundError`` where nothing is.
        """

    def get_metadata(self, context: OutputContext, obj: Any) -> dict[str, Any]:
        """What is to be recorded of a value besides its path."""
        del context, obj
        return {}

    # -- storing ---------------------------------------------------------------------------------------------

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Write a value, or the value of each partition, and record its path."""
        if not context.has_asset_partitions:
            written = self._path(context)
            self._write(context, obj, written)
        elif is_several(context):
            written = self._path_without_extension(context)
            for partition, value in value_of_each(context, obj).items():
                self._write(context, value, self._partition_path(context, partition))
        else:
            written = self._partition_path(context, context.asset_partition_key)
            self._write(context, obj, written)
        metadata: dict[str, Any] = {"path": PathMetadataValue(str(written))}
        context.add_output_metadata(metadata | normalize_metadata(self.get_metadata(context, obj)))

    def has_output(self, context: OutputContext) -> bool:
        """Whether a value is stored: for partitions, one for each of them."""
        if context.has_asset_partitions:
            keys = context.asset_partition_keys
            return all(self._is_there(self._partition_path(context, partition)) for partition in keys)
        return self._is_there(self._path(context))

    def _is_there(self, path: Any) -> bool:
        forget_listings(path)
        return self.path_exists(path)

    def _write(self, context: OutputContext, obj: Any, path: Any) -> None:
        message = self.get_writing_output_log_message(path)
        if message:
            context.log.debug(message)
        try:
            self.make_directory(path.parent)
        except OSError as error:
            raise unwritable(context, path, error) from error
        pending = self.dump_to_path(context, obj, path)
        if inspect.iscoroutine(pending):
            result_of(pending)

    # -- loading ---------------------------------------------------------------------------------------------

    def load_input(self, context: InputContext) -> Any:
        """The value; for several partitions a dict of values by partition key, for none of them ``None``.

        With the metadata ``allow_missing_partitions`` on the input, a partition that is not there is left out
        (and is ``None`` where only one was asked for).
        """
        if not context.has_asset_partitions:
            return self._read(context, self._path(context))
        if is_of_none(context):
            return None
        if is_several(context):
            if inspect.iscoroutinefunction(self.load_from_path):
                return result_of(self.load_partitions_async(context))
            return self.load_partitions(context)
        try:
            return self._read_partition(context, context.asset_partition_key)
        except StoredValueNotFoundError:
            if not self._left_out(context, context.asset_partition_key):
                raise
            return None

    def load_partitions(self, context: InputContext) -> dict[str, Any]:
        """The value of each partition, one after the other."""
        values: dict[str, Any] = {}
        for partition in context.asset_partition_keys:
            try:
                values[partition] = self._read_partition(context, partition)
            except StoredValueNotFoundError:
                if not self._left_out(context, partition):
                    raise
        return values

    async def load_partitions_async(self, context: InputContext) -> dict[str, Any]:
        """The value of each partition, all loaded at once; for a ``load_from_path`` that is ``async``."""
        keys = list(context.asset_partition_keys)
        loading = (self._read_async(context, self._partition_path(context, key), key) for key in keys)
        found = await all_of(loading)
        values: dict[str, Any] = {}
        for key, value in zip(keys, found, strict=True):
            if isinstance(value, StoredValueNotFoundError) and self._left_out(context, key):
                continue
            if isinstance(value, BaseException):
                raise value
            values[key] = value
        return values

    def _read_partition(self, context: InputContext, partition: str) -> Any:
        return self._read(context, self._partition_path(context, partition), partition)

    def _read(self, context: InputContext, path: Any, partition: str | None = None) -> Any:
        self._before_reading(context, path, partition)
        try:
            value = self.load_from_path(context, path)
            return result_of(value) if inspect.iscoroutine(value) else value
        except FileNotFoundError as error:
            raise self._not_there(context, path, partition) or error from error

    async def _read_async(self, context: InputContext, path: Any, partition: str) -> Any:
        self._before_reading(context, path, partition)
        try:
            return await self.load_from_path(context, path)
        except FileNotFoundError as error:
            raise self._not_there(context, path, partition) or error from error

    def _not_there(self, context: InputContext, path: Any, partition: str | None) -> Exception | None:
        """The error to raise for a path at which nothing is; ``None`` where something is, and something else
        failed.
        """
        if self.path_exists(path):
            return None
        near = [name.removesuffix(self.extension or "") for name in neighbours(path)]
        return not_stored(context, str(path), partition=partition, near=near)

    def _before_reading(self, context: InputContext, path: Any, partition: str | None) -> None:
        forget_listings(path)
        if partition is None:
            message = self.get_loading_input_log_message(path)
        else:
            message = self.get_loading_input_partition_log_message(path, partition)
        if message:
            context.log.debug(message)

    def _left_out(self, context: InputContext, partition: str) -> bool:
        """Whether a partition that is not there may be left out; says so in the log."""
        upstream = context.upstream_output
        allowed = context.definition_metadata.get(MISSING_IS_FINE)
        if allowed is None and upstream is not None:
            allowed = upstream.definition_metadata.get(MISSING_IS_FINE)
        if not getattr(allowed, "value", allowed):
            return False
        message = self.get_missing_partition_log_message(partition)
        if message:
            context.log.warning(message)
        return True


def _is_text(base_path: object) -> bool:
    return base_path is None or isinstance(base_path, str)
