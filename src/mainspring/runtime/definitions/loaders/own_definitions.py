"""What a module says with ``Definitions``, ``@definitions`` and ``@repository`` that it declares."""

from __future__ import annotations

from types import ModuleType

from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.loaders.definitions_function import DefinitionsFunction, DefsLoadContext
from mainspring.runtime.definitions.repositories.definition import RepositoryDefinition

Whole = Definitions | DefinitionsFunction | RepositoryDefinition


def wholes_of(module: ModuleType) -> dict[str, Whole]:
    """The objects of a module that stand for all it declares, each under its first name.

    A ``@definitions`` function that was only imported counts where there is nothing else.
    """
    seen: set[int] = set()
    own: dict[str, Whole] = {}
    imported: dict[str, Whole] = {}
    for name, value in list(vars(module).items()):
        if (
            not isinstance(value, (Definitions, DefinitionsFunction, RepositoryDefinition))
            or id(value) in seen
        ):
            continue
        seen.add(id(value))
        is_elsewhere = isinstance(value, DefinitionsFunction) and value.__module__ != module.__name__
        (imported if is_elsewhere else own)[name] = value
    return own or imported


def as_definitions(whole: Whole, context: DefsLoadContext) -> Definitions:
    """Such an object as ``Definitions``; a function is called."""
    if isinstance(whole, RepositoryDefinition):
        return whole.definitions
    return whole(context) if isinstance(whole, DefinitionsFunction) else whole
