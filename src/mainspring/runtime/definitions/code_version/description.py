"""``Description``: what there is to say of one object, as bytes to be hashed and references to other objects."""

from __future__ import annotations

from types import FunctionType, ModuleType

Reachable = FunctionType | type | ModuleType
"""What has an identity of its own, and is described once: the code that one can call itself."""


class Description:
    """The content of one object, written word by word.

    ``references`` are the functions, classes and modules it speaks of, in the order of its first word on each;
    ``problems`` say what could not be followed.
    """

    __slots__ = ("_places", "_words", "problems", "references")

    def __init__(self) -> None:
        self._words: list[bytes] = []
        self._places: dict[int, int] = {}
        self.references: list[Reachable] = []
        self.problems: list[str] = []

    def say(self, *words: str) -> None:
        """Write words, each so that it cannot be confused with its neighbours."""
        for word in words:
            encoded = word.encode("utf-8", "surrogatepass")
            self._words.append(b"%d:%b" % (len(encoded), encoded))

    def refer(self, target: Reachable) -> None:
        """Write a reference."""
        place = self._places.setdefault(id(target), len(self.references))
        if place == len(self.references):
            self.references.append(target)
        self.say("@", str(place))

    def cannot(self, problem: str) -> None:
        """Note what cannot be followed."""
        if problem not in self.problems:
            self.problems.append(problem)

    @property
    def size(self) -> int:
        """How many words there are."""
        return len(self._words)

    def content(self) -> bytes:
        """All that was written."""
        return b"".join(self._words)
