"""Where the code of a definition can be read."""

from os import PathLike
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import force_setattr

from mainspring.core.values.metadata.plain import plain_path


class LocalFileCodeReference(Struct, frozen=True, kw_only=True, tag="local_file"):
    """A line in a file of the machine that loaded the code; ``line_number`` counts from 1."""

    file_path: str
    line_number: int | None = None
    label: str | None = None

    if TYPE_CHECKING:

        def __init__(
            self, *, file_path: str | PathLike[str], line_number: int | None = None, label: str | None = None
        ) -> None: ...

    def __post_init__(self) -> None:
        force_setattr(self, "file_path", plain_path(self.file_path, "LocalFileCodeReference.file_path"))

    @property
    def source(self) -> str:
        """The path of the file, and after a colon the line where one is known."""
        return self.file_path if self.line_number is None else f"{self.file_path}:{self.line_number}"


class UrlCodeReference(Struct, frozen=True, kw_only=True, tag="url"):
    """A page that shows the code, for instance a line in a repository on the web."""

    url: str
    label: str | None = None

    @property
    def source(self) -> str:
        """The address of the page."""
        return self.url


CodeReference = LocalFileCodeReference | UrlCodeReference
