"""Which instance a command works on: the home that is named, else ``.mainspring`` beside the project."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import replace
from pathlib import Path

from mainspring.cli.output import say
from mainspring.core.base.ambient import Ambient
from mainspring.core.base.environment import variable
from mainspring.core.instance.instance import Instance
from mainspring.runtime.definitions.loaders.project_file import project_file

FOLDER = ".mainspring"


def open_instance(
    *, folder: Path | None = None, ambient: Ambient | None = None, to_write: bool = False
) -> Instance:
    """The instance of a command that was called in ``folder``, by default the working directory.

    Where ``MAINSPRING_HOME`` is not set it is the folder ``.mainspring`` beside the nearest
    ``pyproject.toml``, or in ``folder`` where there is none; a line on stderr says so when it is made. A
    command that only reads makes no folder: it is given an empty instance where there is none.
    """
    world = ambient or Ambient()
    named = variable(world.environ, "HOME")
    if named is not None:
        if not to_write and not Path(named).expanduser().exists():
            say(f"Nothing is recorded yet: there is no {named}.")
            return Instance.ephemeral(ambient=world)
        return Instance.get(ambient=world)
    home = default_home(folder or Path.cwd())
    if not to_write and not home.is_dir():
        say(f"Nothing is recorded yet: MAINSPRING_HOME is not set and there is no {home}.")
        return Instance.ephemeral(ambient=world)
    if not home.is_dir():
        say(f"MAINSPRING_HOME is not set: records are kept in {home}.")
    # A chain, not a copy: what user code puts into the environment later is seen.
    environ = ChainMap({"MAINSPRING_HOME": str(home)}, world.environ)  # pyright: ignore[reportArgumentType]
    return Instance.get(ambient=replace(world, environ=environ))


def default_home(folder: Path) -> Path:
    """Where records are kept for work in a folder when nothing else is said."""
    project = project_file(folder)
    return (folder if project is None else project.parent) / FOLDER
