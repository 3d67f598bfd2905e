"""The IO manager of whoever names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mainspring.runtime.io.pickled import PickledObjectFilesystemIOManager

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance


def default_io_manager(instance: Instance) -> PickledObjectFilesystemIOManager:
    """Pickles in the storage folder of the instance: a later run finds them, as long as the instance lasts."""
    return PickledObjectFilesystemIOManager(instance.storage_directory())
