"""``FileManager``: files of steps, wherever they lie, told of by handles that go from step to step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import IO, Any


class FileHandle(ABC):
    """A file that a ``FileManager`` keeps. It is a value: steps return it and take it."""

    @property
    @abstractmethod
    def path_desc(self) -> str:
        """Where the file lies, for people."""


class FileManager(ABC):
    """Keeps files for steps: one interface for local disks, object stores and whatever else holds files.

    A resource of a class of this kind is found by steps under the name they ask for. ``local_file_manager`` is
    ready-made.
    """

    @abstractmethod
    def copy_handle_to_local_temp(self, file_handle: FileHandle) -> str:
        """Copy a file to a temporary file of this machine; its path.

        It is there for the step that asked for it, until ``delete_local_temp``.
        """

    @abstractmethod
    def delete_local_temp(self) -> None:
        """Delete the temporary files made so far."""

    @abstractmethod
    def read(self, file_handle: FileHandle, mode: str = "rb") -> IO[Any]:
        """The file, open for reading: ``"rb"`` for bytes, ``"r"`` for text. Close it, or use it in a ``with``."""

    @abstractmethod
    def read_data(self, file_handle: FileHandle) -> bytes:
        """All that is in the file."""

    @abstractmethod
    def write(self, file_obj: IO[Any], mode: str = "wb", ext: str | None = None) -> FileHandle:
        """Keep what can be read from an open file: ``"wb"`` where it gives bytes, ``"w"`` where it gives text.

        ``ext`` is the extension of the new file, with or without its dot.
        """

    @abstractmethod
    def write_data(self, data: bytes, ext: str | None = None) -> FileHandle:
        """Keep some bytes."""
