"""Where the records lie that a command is about, without opening them."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import replace
from pathlib import Path

from mainspring.cli.instance import default_home
from mainspring.core.base.ambient import Ambient
from mainspring.core.base.environment import variable
from mainspring.core.instance.located import Located, located


def world_of(folder: Path | None = None, *, ambient: Ambient | None = None) -> Ambient:
    """The ambient of a command, with a home: the one that is named, else ``.mainspring`` beside the project."""
    world = ambient or Ambient()
    if variable(world.environ, "HOME") is not None:
        return world
    home = default_home(folder or Path.cwd())
    environ = ChainMap({"MAINSPRING_HOME": str(home)}, world.environ)  # pyright: ignore[reportArgumentType]
    return replace(world, environ=environ)


def locate(world: Ambient) -> Located:
    """The home of a command and the database its settings name; nothing is made or opened."""
    return located(world)
