"""A target: where the definitions of a code location are, and how they are loaded from there."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from mainspring.core.base.errors import InvocationError, LoadError, OrchestratorError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.loaders.definitions import load_definitions_from_modules
from mainspring.runtime.definitions.loaders.definitions_function import context_of
from mainspring.runtime.definitions.loaders.modules import modules_of_package
from mainspring.runtime.definitions.loaders.own_definitions import Whole, as_definitions, wholes_of
from mainspring.runtime.definitions.parts_of_definitions import LISTS
from mainspring.runtime.definitions.repositories.definition import RepositoryDefinition

_PACKAGE_ROOT = str(Path(__file__).resolve().parents[3])
_IMPORT_MACHINERY = ("<frozen ", str(Path(traceback.__file__).parent / "importlib"))


@dataclass(frozen=True, slots=True)
class Target:
    """A module, a file or a package; exactly one of the three.

    ``attribute`` names the ``Definitions`` or the repository in it, or a function that makes one; ``search`` are the
    folders in which modules are looked for before anywhere else.
    """

    module_name: str | None = None
    python_file: Path | None = None
    package_name: str | None = None
    attribute: str | None = None
    search: tuple[Path, ...] = ()

    def __str__(self) -> str:
        if self.python_file is not None:
            return f"the file {self.python_file}"
        if self.package_name is not None:
            return f"the package {self.package_name}"
        return f"the module {self.module_name}"


def load_target(target: Target) -> Definitions:
    """The definitions a target holds.

    These are its ``Definitions``, what its ``@definitions`` function returns, or its repository; a module that has none
    of them gives the assets, checks, jobs, schedules and sensors that stand in it. Raises ``InvocationError`` where the
    target is missing, empty or ambiguous, ``LoadError`` where its code raises on import, and what a wrong definition in
    it raises.
    """
    for folder in reversed(target.search):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    module = _import_file(target.python_file) if target.python_file else _import_name(target)
    if target.attribute is not None:
        return _attribute(module, target)
    found = wholes_of(module)
    if len(found) > 1:
        raise InvocationError(
            f"{str(target).capitalize()} holds {_counted(found)}: {', '.join(sorted(found))}.",
            hint=f"Choose one: -a {min(found)}",
        )
    if found:
        name, whole = next(iter(found.items()))
        return _made(whole, module, f"{name} of {target}")
    return _collected(module, target)


def _counted(found: Mapping[str, Whole]) -> str:
    repositories = sum(isinstance(whole, RepositoryDefinition) for whole in found.values())
    others = len(found) - repositories
    said = [f"{others} Definitions"] if others else []
    return " and ".join(said + ([f"{repositories} repositories"] if repositories else []))


# -- import ------------------------------------------------------------------------------------------------------------


def _import_name(target: Target) -> ModuleType:
    name = target.package_name or target.module_name or ""
    if not name or not all(part.isidentifier() for part in name.split(".")):
        hint = f"To load a file, write -f {name}" if "/" in name or name.endswith(".py") else None
        raise InvocationError(f"{name!r} is not the name of a module.", hint=hint)
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if (
            error.name
            and (name == error.name or name.startswith(f"{error.name}."))
            and _raised_by_import(error)
        ):
            raise _missing(name, error.name, target) from None
        raise _load_error(error, name) from error
    except OrchestratorError as error:
        raise _placed(error) from error.__cause__
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a module may end with what derives from no Exception
        raise _load_error(error, name) from error


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        kind = "is a folder, not a file" if path.is_dir() else "does not exist"
        raise InvocationError(f"{path} {kind}.", hint=_near_file(path))
    name = (
        path.stem
        if path.stem.isidentifier() and path.stem not in sys.modules
        else f"mainspring_target_{path.stem}"
    )
    spec = spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise InvocationError(f"{path} is not a Python file.", hint="Its name should end in .py")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, OrchestratorError):
            raise _placed(error) from error.__cause__
        if isinstance(error, KeyboardInterrupt):
            raise
        raise _load_error(error, str(path)) from error
    return module


def _near_file(path: Path) -> str | None:
    folder = path.parent
    return did_you_mean(path.name, (one.name for one in folder.glob("*.py"))) if folder.is_dir() else None


def _raised_by_import(error: ModuleNotFoundError) -> bool:
    """Whether the module asked for is missing itself: then no code of the user has run that imported it."""
    return not _user_frames(error)


def _missing(name: str, part: str, target: Target) -> InvocationError:
    places = ", ".join(str(folder) for folder in target.search) or "the folders of sys.path"
    inside = f": there is no {part!r}" if part != name else ""
    hint = f"It was looked for in {places} and among the installed packages. Name another folder with -d."
    near = did_you_mean(name.split(".", maxsplit=1)[0], _importable(target.search))
    return InvocationError(
        f"There is no module {name!r}{inside}.",
        hint=f"{near} {hint}" if near and part == name.split(".", maxsplit=1)[0] else hint,
    )


def _importable(folders: tuple[Path, ...]) -> Iterator[str]:
    for folder in folders:
        for entry in folder.iterdir() if folder.is_dir() else ():
            if entry.suffix == ".py" or (entry / "__init__.py").exists():
                yield entry.stem


# -- what went wrong ---------------------------------------------------------------------------------------------------


def _user_frames(error: BaseException) -> list[traceback.FrameSummary]:
    return [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((_PACKAGE_ROOT, *_IMPORT_MACHINERY))
    ]


def _placed(error: OrchestratorError) -> OrchestratorError:
    """An error of a definition, with the user's line that met it where it does not say a place itself."""
    frames = _user_frames(error)
    if error.where is None and frames:
        error.where = SourcePosition(frames[-1].filename, frames[-1].lineno or 0)
    return error


def _load_error(error: BaseException, name: str) -> LoadError:
    """Why a module could not be imported, with the user's own frames."""
    frames = _user_frames(error)
    where = SourcePosition(frames[-1].filename, frames[-1].lineno or 0) if frames else None
    if isinstance(error, SyntaxError) and error.filename:
        where = SourcePosition(error.filename, error.lineno or 0)
    said = "".join(traceback.format_exception_only(type(error), error)).rstrip()
    lines = "".join(traceback.format_list(frames)).rstrip()
    message = (
        f"{name} could not be imported.\n{lines}\n{said}"
        if lines
        else f"{name} could not be imported.\n{said}"
    )
    return LoadError(message, user_exception=error, where=where, hint=_way_out(error))


def _way_out(error: BaseException) -> str | None:
    if isinstance(error, ModuleNotFoundError) and error.name:
        top = error.name.split(".")[0]
        return (
            f"{error.name!r} is imported there and is not found: install the package that has it, "
            f"or add the folder of {top!r} with -d."
        )
    if isinstance(error, SystemExit):
        return (
            'A module with definitions must not end the process: guard it with `if __name__ == "__main__":`.'
        )
    return None


# -- what is in it -----------------------------------------------------------------------------------------------------


def _attribute(module: ModuleType, target: Target) -> Definitions:
    name = target.attribute or ""
    missing = object()
    value: object = getattr(module, name, missing)
    if value is missing:
        known = [known for known in vars(module) if not known.startswith("_")]
        wholes = ", ".join(wholes_of(module))
        raise InvocationError(
            f"{str(target).capitalize()} has no attribute {name!r}.",
            hint=did_you_mean(name, known) or (f"It has {wholes}." if wholes else None),
        )
    if not isinstance(value, Whole) and callable(value):
        function = value
        value = _loading(function, f"{name} of {target}")
    if not isinstance(value, Whole):
        raise InvocationError(
            f"The attribute {name!r} of {target} is of the type {type(value).__name__}, not Definitions.",
            hint="Name Definitions, a repository, or a function without parameters that returns one of them.",
        )
    return _made(value, module, f"{name} of {target}")


def _made(whole: Whole, module: ModuleType, name: str) -> Definitions:
    return _loading(lambda: as_definitions(whole, context_of(module)), name)


def _loading(function: Callable[[], Any], name: str) -> Any:
    """What a function of the user gives; what it raises, with its place."""
    try:
        return function()
    except OrchestratorError as error:
        raise _placed(error) from error.__cause__
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise _load_error(error, name) from error


def _collected(module: ModuleType, target: Target) -> Definitions:
    """All that stands in a module; in a package, also what stands in the modules below it."""
    below = target.package_name is not None
    found: Definitions = _loading(
        lambda: load_definitions_from_modules(modules_of_package(module) if below else [module]),
        target.package_name or module.__name__,
    )
    if not any(getattr(found, part) for part in LISTS):
        hint = "Write `defs = dg.Definitions(assets=[...])` in it."
        if hasattr(module, "__path__") and not below:
            name = module.__name__
            hint = (
                f"Write --package-name {name} to load all modules of the package, or -m {name}.definitions."
            )
        raise InvocationError(
            f"{str(target).capitalize()} declares no assets, checks, jobs, schedules or sensors.", hint=hint
        )
    return found


def with_search(target: Target, *folders: Path) -> Target:
    """The target with more folders to look for modules in, behind those it has."""
    return replace(target, search=tuple(dict.fromkeys((*target.search, *folders))))
