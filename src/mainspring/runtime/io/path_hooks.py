"""What a ``UPathIOManager`` does to its file system and says in the log; each may be overridden."""

from __future__ import annotations

from typing import Any

from mainspring.runtime.io.places import file_system_of, has_folders


class PathHooks:
    """The file system of the base path, and the lines in the log. A line that is empty is not written."""

    _base_path: Any

    @property
    def fs(self) -> Any:
        """The fsspec file system of the base path."""
        return file_system_of(self._base_path)

    @property
    def storage_options(self) -> dict[str, Any]:
        """The options the file system was opened with, as pandas, polars and others take them."""
        return dict(getattr(self._base_path, "storage_options", {}))

    def make_directory(self, path: Any) -> None:
        """Make a folder and those above it, where the file system has folders."""
        if has_folders(path):
            path.mkdir(parents=True, exist_ok=True)

    def path_exists(self, path: Any) -> bool:
        """Whether something is there."""
        return path.exists()

    def unlink(self, path: Any) -> None:
        """Remove a file; nothing happens where there is none."""
        path.unlink(missing_ok=True)

    def get_writing_output_log_message(self, path: Any) -> str:
        """The line that tells of a value being written."""
        return f"Writing a value to {path} by {type(self).__name__}."

    def get_loading_input_log_message(self, path: Any) -> str:
        """The line that tells of a value being loaded."""
        return f"Loading a value from {path} by {type(self).__name__}."

    def get_loading_input_partition_log_message(self, path: Any, partition_key: str) -> str:
        """The line that tells of a partition being loaded."""
        return f"Loading the partition {partition_key!r} from {path} by {type(self).__name__}."

    def get_missing_partition_log_message(self, partition_key: str) -> str:
        """The line that tells of a partition that is not there and is left out."""
        return f"The partition {partition_key!r} is not stored, and is left out."
