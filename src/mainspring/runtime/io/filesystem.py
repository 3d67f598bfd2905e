"""``FilesystemIOManager``: pickles below a folder, as a resource with settings."""

from __future__ import annotations

from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.io.built_in import pickled_at
from mainspring.runtime.io.configurable import ConfigurableIOManagerFactory
from mainspring.runtime.io.pickled import PickledObjectFilesystemIOManager


class FilesystemIOManager(ConfigurableIOManagerFactory[PickledObjectFilesystemIOManager]):
    """Stores each value as a pickle in a file of its own.

    >>> FilesystemIOManager(base_dir="s3://bucket/values").base_dir
    's3://bucket/values'

    ``base_dir`` is a folder, or a URL of any file system that fsspec knows (``s3://``, ``gs://``,
    ``abfs://``, ``memory://``), whose library must be installed. Without it the storage folder of the
    instance is used. The asset ``["shop", "orders"]`` is the file ``orders`` in the folder ``shop``.
    """

    base_dir: str | None = None

    def create_io_manager(self, context: InitResourceContext) -> PickledObjectFilesystemIOManager:
        """The IO manager for a run."""
        return pickled_at(context, self.base_dir)
