"""``local_file_manager``: files of steps in a folder of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError
from mainspring.core.base.ids import Ids, SystemIds
from mainspring.core.config.schema import Field
from mainspring.core.config.types import StringSource
from mainspring.core.instance.temporary import TemporaryFolder
from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.definitions.resources.definition import ResourceDefinition
from mainspring.runtime.io.failures import StoredValueNotFoundError, UnwritableStorageError
from mainspring.runtime.io.file_manager import FileHandle, FileManager
from mainspring.runtime.io.local_files import replacing
from mainspring.runtime.io.safe_names import safe_name

FOLDER = "file_manager"
"""The folder in the storage of the instance, for whoever names none."""

_READING = {"rb": None, "r": "utf-8", "rt": "utf-8"}
_WRITING = {"wb": bytes, "w": str, "wt": str}
_CHUNK = 1 << 20
_IDS = SystemIds()


class LocalFileHandle(FileHandle):
    """A file of this machine. Handles of one path are equal.

    >>> LocalFileHandle("/data/orders.csv").path_desc
    '/data/orders.csv'
    """

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = str(path)

    @property
    def path(self) -> str:
        """Where the file lies."""
        return self._path

    @property
    def path_desc(self) -> str:
        """The same as ``path``."""
        return self._path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalFileHandle) and self._path == other._path

    def __hash__(self) -> int:
        return hash(self._path)

    def __repr__(self) -> str:
        return f"LocalFileHandle({self._path!r})"


class LocalFileManager(FileManager):
    """Keeps files in one folder, each under a name of its own, whole or not at all. The folder is made when the
    first file is written.
    """

    def __init__(self, base_dir: str, ids: Ids = _IDS) -> None:
        if "://" in base_dir:
            raise InvariantViolationError(
                f"The local file manager keeps files in a folder of this machine; {base_dir!r} is a URL.",
                hint="Give it a folder, or use a file manager for that store.",
            )
        self.base_dir = base_dir
        self._ids = ids
        self._temporary: TemporaryFolder | None = None

    def copy_handle_to_local_temp(self, file_handle: FileHandle) -> str:
        """Copy a file into a temporary folder, which goes with this object at the latest; its path there."""
        source = _existing(file_handle)
        if self._temporary is None:
            self._temporary = TemporaryFolder()
        target = self._temporary.path / f"{self._ids.new()}{source.suffix}"
        shutil.copyfile(source, target)
        return str(target)

    def delete_local_temp(self) -> None:
        """Delete the copies made so far."""
        if self._temporary is not None:
            self._temporary.remove()
            self._temporary = None

    def read(self, file_handle: FileHandle, mode: str = "rb") -> IO[Any]:
        """The file, open for reading."""
        if mode not in _READING:
            raise InvalidInvocationError(f'A file is read with mode="rb" or mode="r"; got {mode!r}.')
        return open(_existing(file_handle), mode, encoding=_READING[mode])

    def read_data(self, file_handle: FileHandle) -> bytes:
        """All that is in the file."""
        return _existing(file_handle).read_bytes()

    def write(self, file_obj: IO[Any], mode: str = "wb", ext: str | None = None) -> LocalFileHandle:
        """Keep what can be read from an open file."""
        if mode not in _WRITING:
            raise InvalidInvocationError(f'A file is written with mode="wb" or mode="w"; got {mode!r}.')
        return self._kept(_read_as(_WRITING[mode], file_obj), ext)

    def write_data(self, data: bytes, ext: str | None = None) -> LocalFileHandle:
        """Keep some bytes."""
        if not isinstance(data, (bytes, bytearray, memoryview)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidInvocationError(
                f"write_data takes bytes; got a {type(data).__name__}.",
                hint='Encode text first: text.encode("utf-8").',
            )
        return self._kept([bytes(data)], ext)

    def _kept(self, chunks: Iterable[bytes], ext: str | None) -> LocalFileHandle:
        extension = safe_name(ext.removeprefix(".")) if ext else ""
        name = f"{self._ids.new()}.{extension}" if extension else self._ids.new()
        path = Path(self.base_dir, name)
        try:
            with replacing(path, self._ids) as file:
                for chunk in chunks:
                    file.write(chunk)
        except OSError as error:
            raise UnwritableStorageError(
                f"A file cannot be written into {self.base_dir}: {type(error).__name__}: {error}",
                hint="Let this user write there and see that there is room, or give the file manager another "
                "base_dir.",
            ) from error
        return LocalFileHandle(str(path))


def _read_as(kind: type[bytes] | type[str], file_obj: IO[Any]) -> Iterator[bytes]:
    """The bytes of an open file, piece by piece."""
    while chunk := file_obj.read(_CHUNK):
        if not isinstance(chunk, kind):
            raise InvalidInvocationError(
                f"The file gives {type(chunk).__name__}, and its mode says {kind.__name__}.",
                hint='Write a file of text with mode="w", a file of bytes with mode="wb".',
            )
        yield chunk.encode("utf-8") if isinstance(chunk, str) else chunk


def _existing(file_handle: FileHandle) -> Path:
    if not isinstance(file_handle, LocalFileHandle):
        raise InvalidInvocationError(
            f"The local file manager keeps files of this machine; got {file_handle!r}.",
            hint="Read it with the file manager that wrote it.",
        )
    path = Path(file_handle.path)
    if not path.is_file():
        raise StoredValueNotFoundError(
            f"There is no file {path}.", hint="It was removed, or it lies on the machine that wrote it."
        )
    return path


def _local_file_manager(init_context: InitResourceContext) -> LocalFileManager:
    config: dict[str, Any] = init_context.resource_config or {}
    base_dir = config.get("base_dir")
    if base_dir is not None:
        return LocalFileManager(base_dir)
    if init_context.instance is None:
        raise InvariantViolationError(
            "There is no instance here whose storage folder could be used, and no base_dir.",
            hint='Give one: local_file_manager.configured({"base_dir": "..."}).',
        )
    return LocalFileManager(str(Path(init_context.instance.storage_directory(), FOLDER)))


local_file_manager: Final = ResourceDefinition(
    _local_file_manager,
    config_schema={"base_dir": Field(StringSource, is_required=False)},
    description="Keeps files in the folder base_dir, or else in the storage folder of the instance.",
)
