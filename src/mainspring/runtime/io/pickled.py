"""``PickledObjectFilesystemIOManager``: each value a pickle, on local disks and in object stores alike."""

from __future__ import annotations

import pickle
from typing import Any

from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.io.failures import (
    StoredValueUnreadableError,
    UnstorableValueError,
    said_of,
    unwritable,
)
from mainspring.runtime.io.local_files import opened_value, remove_value, replacing, value_exists
from mainspring.runtime.io.paths import UPathIOManager
from mainspring.runtime.io.places import is_local, place

PROTOCOL = 5


class PickledObjectFilesystemIOManager(UPathIOManager):
    """Stores any value that can be pickled, below a folder: a local path or a URL such as
    ``s3://bucket/folder``.

    ``storage_options`` are the keyword arguments of the file system a URL is opened with. Local files are
    replaced as a whole: a run that is killed while it writes leaves the old value.
    """

    def __init__(self, base_dir: Any, **storage_options: Any) -> None:
        self.base_dir = base_dir
        super().__init__(place(base_dir, storage_options) if isinstance(base_dir, str) else base_dir)

    def dump_to_path(self, context: OutputContext, obj: Any, path: Any) -> None:
        """Pickle a value into a file.

        Raises ``UnstorableValueError`` for a value that cannot be pickled, ``UnwritableStorageError`` where the
        file cannot be written.
        """
        try:
            if is_local(path):
                with replacing(path, within=self._base_path) as file:
                    _dump(context, obj, file)
                return
            content = _dumped(context, obj)  # opening the file may already empty it
            with path.open("wb") as file:
                file.write(content)
        except OSError as error:
            raise unwritable(context, path, error) from error

    def load_from_path(self, context: InputContext, path: Any) -> Any:
        """The value of a file.

        Raises ``StoredValueUnreadableError`` where it is no pickle that can be loaded here.
        """
        with opened_value(path) if is_local(path) else path.open("rb") as file:
            try:
                return pickle.load(file)
            except OSError:
                raise
            except Exception as error:
                raise StoredValueUnreadableError(
                    f"The value stored for {said_of(context)} at {path} cannot be loaded: "
                    f"{type(error).__name__}: {error}",
                    hint="It was stored by other code, or is no pickle. Materialise it again.",
                ) from error

    def make_directory(self, path: Any) -> None:
        """Nothing for a local path: the folder is made when a file in it cannot be opened."""
        if not is_local(path):
            super().make_directory(path)

    def path_exists(self, path: Any) -> bool:
        """Whether a value is there."""
        return value_exists(path) if is_local(path) else path.is_file()

    def unlink(self, path: Any) -> None:
        """Remove a value."""
        if is_local(path):
            remove_value(path)
        else:
            super().unlink(path)

    def get_writing_output_log_message(self, path: Any) -> str:
        """Empty: the path is in the metadata of the value, so no line is needed."""
        del path
        return ""

    def get_loading_input_log_message(self, path: Any) -> str:
        """Empty, as for writing."""
        del path
        return ""

    def get_loading_input_partition_log_message(self, path: Any, partition_key: str) -> str:
        """Empty, as for writing."""
        del path, partition_key
        return ""


def _dump(context: OutputContext, obj: Any, file: Any) -> None:
    try:
        pickle.dump(obj, file, PROTOCOL)
    except OSError:
        raise
    except Exception as error:
        raise _unpicklable(context, obj, error) from error


def _dumped(context: OutputContext, obj: Any) -> bytes:
    """The whole pickle, so that nothing is written of a value that cannot be pickled."""
    try:
        return pickle.dumps(obj, PROTOCOL)
    except Exception as error:
        raise _unpicklable(context, obj, error) from error


def _unpicklable(context: OutputContext, obj: Any, error: Exception) -> UnstorableValueError:
    return UnstorableValueError(
        f"The value of {said_of(context)}, a {type(obj).__module__}.{type(obj).__qualname__}, "
        f"cannot be pickled: {type(error).__name__}: {error}",
        hint="Give it another IO manager (io_manager_key), or write the value yourself and return nothing "
        "(annotate the function with -> None).",
    )
