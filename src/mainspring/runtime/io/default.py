"""The IO manager of whoever names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mainspring.runtime.io.pickled import PickledObjectFilesystemIOManager

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance


def default_io_manager(instance: Instance) -> PickledObjectFilesystemIOManager:
    """Pickles in the storage folder of the instance; later runs find them as long as it lasts."""
    return PickledObjectFilesystemIOManager(instance.storage_directory())
