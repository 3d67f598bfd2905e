"""Options that several commands share, and the definitions they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from mainspring.cli.output import user_output_on_stderr
from mainspring.core.base.errors import InvocationError
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.loaders.project import find_target
from mainspring.runtime.definitions.loaders.target import Target, load_target

_TARGET_OPTIONS = (
    click.option("-m", "--module-name", metavar="MODULE", help="The module with the definitions."),
    click.option("-f", "--python-file", metavar="FILE", help="The Python file with the definitions."),
    click.option(
        "--package-name", metavar="PACKAGE", help="The package with the definitions, all its modules."
    ),
    click.option(
        "-a", "--attribute", metavar="NAME", help="The Definitions in it, or a function that makes them."
    ),
    click.option("-d", "--working-directory", metavar="FOLDER", help="Where modules are looked for first."),
)

json_option: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")


def target_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where the definitions are; the function is given a ``TargetChoice``, ``target``."""

    @wraps(function)
    def with_choice(**values: Any) -> Any:
        said = {name: values.pop(name) for name in TargetChoice._fields}
        return function(target=TargetChoice(**said), **values)

    for option in reversed(_TARGET_OPTIONS):
        with_choice = option(with_choice)
    return with_choice


class TargetChoice(NamedTuple):
    """What the target options of a command line said."""

    module_name: str | None = None
    python_file: str | None = None
    package_name: str | None = None
    attribute: str | None = None
    working_directory: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether any of them was given."""
        return any(
            (self.module_name, self.python_file, self.package_name, self.attribute, self.working_directory)
        )

    def target(self) -> Target:
        """Where the definitions are. Raises ``InvocationError`` where that is said twice, or cannot be found."""
        named = [name for name in ("module_name", "python_file", "package_name") if getattr(self, name)]
        if len(named) > 1:
            options = " and ".join("--" + name.replace("_", "-") for name in named)
            raise InvocationError(
                f"{options} exclude each other.", hint="Say in one way where the definitions are."
            )
        folder = self._folder()
        if not named:
            found = find_target(folder or Path.cwd())
            return found if self.attribute is None else replace(found, attribute=self.attribute)
        search = folder or (Path(self.python_file).absolute().parent if self.python_file else Path.cwd())
        file = Path(self.python_file) if self.python_file else None
        return Target(self.module_name, file, self.package_name, self.attribute, (search,))

    def _folder(self) -> Path | None:
        if self.working_directory is None:
            return None
        folder = Path(self.working_directory).absolute()
        if not folder.is_dir():
            raise InvocationError(f"The working directory {folder} is not a folder.")
        return folder

    def load(self) -> Definitions:
        """The definitions. What user code prints while it is imported goes to stderr."""
        target = self.target()
        with user_output_on_stderr():
            return load_target(target)
