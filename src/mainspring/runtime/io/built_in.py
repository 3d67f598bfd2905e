"""The IO managers that are there without writing one, in the form of definitions."""

from __future__ import annotations

from typing import Any, Final

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.schema import Field
from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.io.default import default_io_manager
from mainspring.runtime.io.definition import IOManagerDefinition
from mainspring.runtime.io.interface import IOManager
from mainspring.runtime.io.memory import InMemoryIOManager
from mainspring.runtime.io.partition_paths import Context
from mainspring.runtime.io.pickled import PickledObjectFilesystemIOManager

PATH = "path"


class CustomPathIOManager(PickledObjectFilesystemIOManager):
    """Pickles whose paths stand in the metadata of the outputs (``metadata={"path": "a/b"}``), below one
    folder.
    """

    def get_op_output_relative_path(self, context: Context) -> Any:
        """The path in the metadata of the output."""
        return self._said(context)

    def get_asset_relative_path(self, context: Context) -> Any:
        """The path in the metadata of the asset."""
        return self._said(context)

    def _said(self, context: Context) -> str:
        output = (
            context if not hasattr(context, "upstream_output") else getattr(context, "upstream_output", None)
        )
        metadata = context.definition_metadata if output is None else output.definition_metadata
        found = metadata.get(PATH)
        if found is None:
            raise InvariantViolationError(
                f"custom_path_fs_io_manager needs a path for {context!r}.",
                hint='Give the output metadata={"path": "..."}.',
            )
        return str(getattr(found, "value", found))


def pickled_at(context: InitResourceContext, base_dir: str | None) -> PickledObjectFilesystemIOManager:
    """Pickles below a folder or URL; below the storage folder of the instance where none is given."""
    if base_dir is not None:
        return PickledObjectFilesystemIOManager(base_dir)
    if context.instance is None:
        raise InvariantViolationError(
            "There is no instance here whose storage folder could be used, and no base_dir.",
            hint="Give base_dir=..., a folder or a URL such as s3://bucket/folder.",
        )
    return default_io_manager(context.instance)


def _memory() -> IOManager:
    return InMemoryIOManager()


def _files(init_context: InitResourceContext) -> IOManager:
    config: dict[str, Any] = init_context.resource_config or {}
    return pickled_at(init_context, config.get("base_dir"))


def _custom_paths(init_context: InitResourceContext) -> IOManager:
    return CustomPathIOManager(init_context.resource_config["base_dir"])


mem_io_manager: Final = IOManagerDefinition(
    _memory, description="Keeps values in memory for as long as the run lasts."
)

fs_io_manager: Final = IOManagerDefinition(
    _files,
    config_schema={"base_dir": Field(str, is_required=False)},
    description="Pickles values below the folder base_dir, or else the storage folder of the instance.",
)

custom_path_fs_io_manager: Final = IOManagerDefinition(
    _custom_paths,
    config_schema={"base_dir": Field(str)},
    description="Pickles values below the folder base_dir, at the path in the metadata of each output.",
)
