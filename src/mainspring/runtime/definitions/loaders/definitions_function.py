"""``@definitions``: a function that makes ``Definitions`` when they are loaded, not when its module is imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from inspect import Parameter, signature
from pathlib import Path
from types import ModuleType
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.loaders.project_file import project_file


@dataclass(frozen=True, slots=True)
class DefsLoadContext:
    """Where a function of ``@definitions`` stands.

    * ``path``: the file of its module.
    * ``project_root``: the folder of the project, which is where its ``pyproject.toml`` lies.
    * ``defs_module_path``, ``defs_module_name``: the folder and the name of the package that is loaded as a whole;
      of a module that is loaded by itself its own.
    """

    path: Path
    project_root: Path
    defs_module_path: Path
    defs_module_name: str


class DefinitionsFunction:
    """A function that ``@definitions`` decorates. Called, it gives its ``Definitions``."""

    def __init__(self, function: Callable[..., Any]) -> None:
        if not callable(function) or isinstance(function, type):
            raise InvalidDefinitionError(
                f"@definitions decorates a function, not {function!r}.",
                hint="Write @definitions, without parentheses, above a function that returns Definitions.",
            )
        self.where: SourcePosition | None = position_of(function)
        self.name: str = getattr(function, "__name__", repr(function))
        self._function = function
        self.takes_context: bool = self._checked_parameters(function)
        update_wrapper(self, function)

    def _checked_parameters(self, function: Callable[..., Any]) -> bool:
        needed = [
            parameter
            for parameter in signature(function).parameters.values()
            if parameter.default is Parameter.empty
            and parameter.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
        ]
        if len(needed) > 1 or any(parameter.kind is Parameter.KEYWORD_ONLY for parameter in needed):
            raise InvalidDefinitionError(
                f"The @definitions function {self.name!r} has the parameters "
                f"{', '.join(parameter.name for parameter in needed)}.",
                where=self.where,
                hint="It takes none, or the context alone.",
            )
        return bool(needed)

    def __call__(self, context: DefsLoadContext | None = None) -> Definitions:
        """The definitions. Raises ``InvalidInvocationError`` where it takes a context and is given none."""
        if self.takes_context and context is None:
            raise InvalidInvocationError(
                f"The @definitions function {self.name!r} takes a context.",
                where=self.where,
                hint="It is given one where its module is loaded; in a test, give it what it asks of the context.",
            )
        made: object = self._function(context) if self.takes_context else self._function()
        if not isinstance(made, Definitions):
            raise InvalidDefinitionError(
                f"The @definitions function {self.name!r} returned {made!r}; it must return Definitions.",
                where=self.where,
            )
        return made

    def __repr__(self) -> str:
        return f"<DefinitionsFunction {self.name}>"


def definitions(fn: Callable[..., Definitions]) -> DefinitionsFunction:
    """Declare that a function makes definitions: it is called when they are loaded, not when its module is imported.

    >>> @definitions
    ... def defs():
    ...     return Definitions(assets=[AssetSpec("orders")])
    >>> defs().resolve_all_asset_keys()
    [AssetKey(['orders'])]

    The function takes nothing, or one parameter: a context that says where it stands (``path``, ``project_root``,
    ``defs_module_path``, ``defs_module_name``). A target and ``load_from_defs_folder`` find it in its module.
    """
    return DefinitionsFunction(fn)


def context_of(module: ModuleType) -> DefsLoadContext:
    """The context of a module that is loaded by itself."""
    path = Path(module.__file__ or ".").resolve()
    found = project_file(path.parent)
    root = found.parent if found is not None else path.parent
    return DefsLoadContext(path, root, path.parent, module.__package__ or module.__name__)
