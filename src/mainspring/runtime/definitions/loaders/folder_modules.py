"""The modules of a folder of definitions, at any depth: packages, and folders without ``__init__.py`` too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mainspring.runtime.definitions.resolve import Faults

_COMPONENTS: Final = ("defs.yaml", "defs.yml", "component.yaml")
_DEFINITIONS: Final = "definitions.py"


def modules_below(folder: Path, package: str, *, stop_at_definitions: bool) -> Sequence[str]:
    """The names of the modules in a folder, which is a package, in order.

    With ``stop_at_definitions``, a folder that holds ``definitions.py`` has that one alone. Raises
    ``InvalidDefinitionError`` for each component file, and for each file whose name no module can have.
    """
    faults = Faults()
    found: list[str] = []
    waiting = [(folder, package)]
    while waiting:
        place, name = waiting.pop()
        _note_components(place, faults)
        if stop_at_definitions and (place / _DEFINITIONS).is_file():
            found.append(f"{name}.definitions")
            continue
        if (place / "__init__.py").is_file():
            found.append(name)
        for file in sorted(place.glob("*.py")):
            if file.stem == "__init__":
                continue
            if not file.stem.isidentifier():
                faults.add(f"{file} cannot be imported: its name is not that of a module.", hint="Rename it.")
            found.append(f"{name}.{file.stem}")
        below = (entry for entry in place.iterdir() if entry.is_dir() and entry.name.isidentifier())
        kept = [entry for entry in below if entry.name != "__pycache__"]
        waiting += [(entry, f"{name}.{entry.name}") for entry in sorted(kept, reverse=True)]
    faults.raise_if_any()
    return found


def _note_components(folder: Path, faults: Faults) -> None:
    for name in _COMPONENTS:
        if (folder / name).is_file():
            faults.add(
                f"{folder / name} declares a component. Components are not supported by this version.",
                hint="Declare the same in Python: a module in the folder with assets, or with a @definitions function.",
            )
