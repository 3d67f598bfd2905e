"""``NodeHandle``: where a node stands among graphs within graphs."""

from __future__ import annotations

from typing import NamedTuple


class NodeHandle(NamedTuple):
    """The name of a node and the handle of the graph it stands in; ``None`` for a node of the outermost graph.

    >>> NodeHandle.from_path(["outer", "load"]).to_string()
    'outer.load'
    """

    name: str
    parent: NodeHandle | None = None

    @classmethod
    def from_path(cls, path: tuple[str, ...] | list[str]) -> NodeHandle:
        """The handle of a path of names, from the outermost graph inwards."""
        handle: NodeHandle | None = None
        for name in path:
            handle = cls(name, handle)
        if handle is None:
            raise ValueError("a node handle needs at least one name")
        return handle

    @classmethod
    def from_string(cls, text: str) -> NodeHandle:
        """The handle that ``to_string`` gave."""
        return cls.from_path(text.split("."))

    @property
    def path(self) -> list[str]:
        """The names from the outermost graph inwards."""
        names: list[str] = []
        handle: NodeHandle | None = self
        while handle is not None:
            names.append(handle.name)
            handle = handle.parent
        return names[::-1]

    def to_string(self) -> str:
        """The names with dots between them."""
        return ".".join(self.path)

    def __str__(self) -> str:
        return self.to_string()
