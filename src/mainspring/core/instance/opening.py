"""How an instance is made: in memory, in a folder, in the home the environment names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.home import Places, home_of, link_database, make_home, places
from mainspring.core.instance.settings import checked, read_settings, settings_file
from mainspring.core.instance.temporary import TemporaryFolder
from mainspring.core.storage.sql.store import memory_store, sqlite_store
from mainspring.core.storage.store import Store


class Opened(NamedTuple):
    """The parts of an instance. ``temporary`` is removed with it; an ephemeral one has no folders until it
    is asked for one.
    """

    ambient: Ambient
    store: Store
    settings: Mapping[str, Any]
    places: Places | None
    temporary: TemporaryFolder | None
    persistent: bool


def in_memory(tempdir: str | None, settings: Mapping[str, Any] | None, ambient: Ambient | None) -> Opened:
    """Parts that live as long as the process."""
    world = ambient or Ambient()
    known = checked(settings, place="the `settings` of an ephemeral instance", environ=world.environ)
    where = None if tempdir is None else places(Path(tempdir), {})
    return Opened(world, memory_store(clock=world.clock), known, where, None, persistent=False)


def in_folder(tempdir: str | None, overrides: Mapping[str, Any] | None, ambient: Ambient | None) -> Opened:
    """Parts in a folder; one that is removed with the instance where none is named."""
    world = ambient or Ambient()
    known = checked(overrides, place="the `overrides` of a local instance", environ=world.environ)
    temporary = TemporaryFolder() if tempdir is None else None
    root = temporary.path if temporary is not None else Path(tempdir or ".")
    return _on_disk(root, known, world, temporary)


def in_home(ambient: Ambient | None) -> Opened:
    """Parts in the home that the environment names."""
    world = ambient or Ambient()
    root = make_home(home_of(world.environ))
    path = settings_file(root)
    known = {} if path is None else read_settings(path, environ=world.environ)
    return _on_disk(root, known, world, None)


def from_file(folder: str, name: str, ambient: Ambient | None) -> Opened:
    """Parts in a folder with a settings file of that name."""
    world = ambient or Ambient()
    path = Path(folder) / name
    if not path.is_file():
        raise SettingsError(f"There is no settings file {path}.", hint="Name the folder and the file in it.")
    return _on_disk(Path(folder), read_settings(path, environ=world.environ), world, None)


def _on_disk(
    root: Path,
    settings: Mapping[str, Any],
    world: Ambient,
    temporary: TemporaryFolder | None,
) -> Opened:
    where = places(root, settings)
    store = sqlite_store(where.database, clock=world.clock)
    link_database(where)
    return Opened(world, store, settings, where, temporary, persistent=True)
