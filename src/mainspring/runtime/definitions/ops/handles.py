"""What calls inside a composition give: handles that say which output of which node is meant. They hold no value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn, Protocol

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.base.source import user_position


class Composing(Protocol):
    """What handles need of the graph that is being composed."""

    @property
    def describe(self) -> str:
        """What messages call it."""
        ...

    def mapped(self, handle: DynamicHandle, fn: Callable[[Any], Any]) -> Any:
        """What ``fn`` wires for one value of a dynamic output."""
        ...


_ONLY_WIRES = (
    "The function of a graph or job only says how ops are wired; it runs before any of them, so there are no "
    "values yet. Do it in an op; to choose between ops, use outputs with is_required=False."
)


class Wire(ABC):
    """What stands for a value that is not there yet: using it as one raises ``InvariantViolationError``."""

    __slots__ = ("composition",)

    def __init__(self, composition: Composing) -> None:
        self.composition: Composing = composition

    @abstractmethod
    def describe(self) -> str:
        """What messages call it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "composition":
            raise AttributeError(name)
        return self._refuse(f"was asked for its attribute {name!r}")

    def __bool__(self) -> bool:
        return self._refuse("was used as a condition")

    def __iter__(self) -> Iterator[Any]:
        return self._refuse("was iterated over")

    def _refuse(self, what: str) -> NoReturn:
        raise InvariantViolationError(
            f"{self.describe()} {what} while the {self.composition.describe} is composed.",
            where=user_position(),
            hint=_ONLY_WIRES,
        )

    def __repr__(self) -> str:
        return f"<{self.describe()}>"


def _refused(what: str) -> Callable[..., Any]:
    def method(self: Any, *_: object) -> Any:
        return self._refuse(what)

    return method


for _name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    setattr(Wire, f"__{_name}__", _refused("was calculated with"))
    setattr(Wire, f"__r{_name}__", _refused("was calculated with"))
for _name in ("neg", "pos", "abs", "invert", "int", "float", "index"):
    setattr(Wire, f"__{_name}__", _refused("was calculated with"))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Wire, f"__{_name}__", _refused("was compared"))
for _name, _what in (
    ("getitem", "was indexed"),
    ("contains", "was searched"),
    ("len", "was asked for its length"),
    ("call", "was called"),
):
    setattr(Wire, f"__{_name}__", _refused(_what))


class OutputHandle(Wire):
    """One output of a node: hand it to another op or graph, or return it."""

    __slots__ = ("node_name", "output_name")

    def __init__(self, composition: Composing, node_name: str, output_name: str) -> None:
        super().__init__(composition)
        self.node_name: str = node_name
        self.output_name: str = output_name

    def describe(self) -> str:
        return f"The output {self.output_name!r} of {self.node_name!r}"

    def map(self, fn: Callable[[Any], Any]) -> Any:
        """For dynamic outputs alone. Raises ``InvariantViolationError``."""
        del fn
        raise self._not_dynamic("mapped")

    def collect(self) -> CollectedHandle:
        """For dynamic outputs alone. Raises ``InvariantViolationError``."""
        raise self._not_dynamic("collected")

    def _not_dynamic(self, what: str) -> InvariantViolationError:
        return InvariantViolationError(
            f"{self.describe()} was {what}, but it is not dynamic: it has one value.",
            where=user_position(),
            hint="Declare it with out=DynamicOut() and yield DynamicOutputs, or give it to an op as it is.",
        )


class MappedHandle(OutputHandle):
    """One of the values of a dynamic output, or what a node made of it, inside a ``.map``.

    ``over`` is the dynamic output, as the path to it.
    """

    __slots__ = ("over",)

    def __init__(
        self, composition: Composing, node_name: str, output_name: str, over: tuple[str, ...]
    ) -> None:
        super().__init__(composition, node_name, output_name)
        self.over: tuple[str, ...] = over

    def _not_dynamic(self, what: str) -> InvariantViolationError:
        return InvariantViolationError(
            f"{self.describe()} was {what} inside a .map, where it stands for one of many values.",
            where=user_position(),
            hint="Return it from the function given to .map, and map or collect what .map gives.",
        )


class DynamicHandle(OutputHandle):
    """A dynamic output, or what a ``.map`` made of one: map it again, collect it, or return it.

    ``over`` is the dynamic output itself, as the path to it.
    """

    __slots__ = ("over",)

    def __init__(
        self, composition: Composing, node_name: str, output_name: str, over: tuple[str, ...]
    ) -> None:
        super().__init__(composition, node_name, output_name)
        self.over: tuple[str, ...] = over

    def map(self, fn: Callable[[Any], Any]) -> Any:
        """Use ops once for each of the values: ``fn`` wires one of them and returns what it gives.

        Gives what ``fn`` returned, again as something to map or collect: one, or a tuple.

        >>> @graph
        ... def in_parts():
        ...     return merge(split().map(lambda part: clean(part)).collect())
        """
        return self.composition.mapped(self, fn)

    def collect(self) -> CollectedHandle:
        """The list of all the values, for one op that runs when all of them are there."""
        return CollectedHandle(self.composition, self.node_name, self.output_name)

    def __iter__(self) -> Iterator[Any]:
        raise InvariantViolationError(
            f"{self.describe()} is dynamic: how many values it has is known only when it has run.",
            where=user_position(),
            hint="Write .map(fn) to use ops for each value, or .collect() for the list of all.",
        )


class CollectedHandle(OutputHandle):
    """The list of all the values of a dynamic output, or of what was mapped over one."""

    __slots__ = ()


class InputHandle(Wire):
    """An input of the graph that is composed."""

    __slots__ = ("input_name",)

    def __init__(self, composition: Composing, input_name: str) -> None:
        super().__init__(composition)
        self.input_name: str = input_name

    def describe(self) -> str:
        return f"The input {self.input_name!r}"


class OutputHandles(tuple[OutputHandle, ...]):
    """The outputs of a node that has several: unpack them, or take one by its name.

    >>> @graph
    ... def both():
    ...     parts = split()
    ...     use(parts.left, parts.right)
    """

    names: Mapping[str, OutputHandle]
    node_name: str

    @classmethod
    def of(cls, node_name: str, handles: Iterable[OutputHandle]) -> OutputHandles:
        """The handles of a node, in order."""
        made = cls(handles)
        made.names = {handle.output_name: handle for handle in made}
        made.node_name = node_name
        return made

    def __getattr__(self, name: str) -> OutputHandle:
        names = self.__dict__.get("names", {})
        if name in names:
            return names[name]
        if name.startswith("__"):
            raise AttributeError(name)
        raise InvariantViolationError(
            f"{self.__dict__.get('node_name')!r} has no output {name!r}.",
            where=user_position(),
            hint=f"Its outputs are: {', '.join(names)}.",
        )
