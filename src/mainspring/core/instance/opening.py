"""How an instance is made: in memory, in a folder, in the home the environment names."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.home import Places, home_of, link_database, make_home, places
from mainspring.core.instance.plugins import plugin
from mainspring.core.instance.ref import InstanceRef
from mainspring.core.instance.settings import (
    NOTHING,
    Given,
    Settings,
    given_as,
    given_in,
    settings_file,
)
from mainspring.core.instance.storage_place import PostgresPlace, SqlitePlace, storage_of
from mainspring.core.instance.temporary import TemporaryFolder
from mainspring.core.storage.sql.store import memory_store, postgres_store, sqlite_store
from mainspring.core.storage.store import Store


class Opened(NamedTuple):
    """The parts of an instance. ``temporary`` is removed with it; an ephemeral one has no folders until it
    is asked for one. ``given`` are the settings as they are written and as they hold, ``settings_file`` is the
    name of the file they stand in.
    """

    ambient: Ambient
    store: Store
    given: Given
    places: Places | None
    temporary: TemporaryFolder | None
    persistent: bool
    settings_file: str | None = None

    @property
    def settings(self) -> Settings:
        """The settings as they hold."""
        return self.given.values


def in_memory(tempdir: str | None, settings: Mapping[str, Any] | None, ambient: Ambient | None) -> Opened:
    """Parts that live as long as the process."""
    world = ambient or Ambient()
    known = given_as(settings, place="the `settings` of an ephemeral instance", environ=world.environ)
    where = None if tempdir is None else places(Path(tempdir), {})
    return Opened(world, memory_store(clock=world.clock), known, where, None, persistent=False)


def in_folder(tempdir: str | None, overrides: Mapping[str, Any] | None, ambient: Ambient | None) -> Opened:
    """Parts in a folder; one that is removed with the instance where none is named."""
    world = ambient or Ambient()
    temporary = TemporaryFolder() if tempdir is None else None
    root = temporary.path if temporary is not None else Path(tempdir or ".")
    with _removed_on_error(temporary):
        place = "the `overrides` of a local instance"
        known = given_as(overrides, place=place, environ=world.environ, root=root)
        return _opened(root, known, world, temporary)


def in_home(ambient: Ambient | None) -> Opened:
    """Parts in the home that the environment names."""
    world = ambient or Ambient()
    root = make_home(home_of(world.environ))
    path = settings_file(root)
    if path is None:
        return _opened(root, NOTHING, world, None)
    return _opened(root, given_in(path, environ=world.environ), world, None)._replace(settings_file=path.name)


def from_file(folder: str, name: str, ambient: Ambient | None) -> Opened:
    """Parts in a folder with a settings file of that name."""
    world = ambient or Ambient()
    path = Path(folder) / name
    if not path.is_file():
        raise SettingsError(f"There is no settings file {path}.", hint="Name the folder and the file in it.")
    opened = _opened(Path(folder), given_in(path, environ=world.environ), world, None)
    return opened._replace(settings_file=name)


def from_ref(ref: InstanceRef, ambient: Ambient | None) -> Opened:
    """Parts as another process described them."""
    if ref.settings_file is not None:
        return from_file(ref.root, ref.settings_file, ambient)
    return in_folder(ref.root, ref.settings, ambient)


@contextmanager
def _removed_on_error(temporary: TemporaryFolder | None) -> Generator[None]:
    try:
        yield
    except BaseException:
        if temporary is not None:
            temporary.remove()
        raise


def _opened(root: Path, given: Given, world: Ambient, temporary: TemporaryFolder | None) -> Opened:
    store = _store(root, given, world)
    return Opened(world, store, given, places(root, given.values), temporary, persistent=True)


def _store(root: Path, given: Given, world: Ambient) -> Store:
    """The store in the database that the settings name, set up if need be."""
    place = storage_of(given, root)
    if isinstance(place, SqlitePlace):
        store = sqlite_store(place.folder, clock=world.clock)
        link_database(place)
        return store
    if isinstance(place, PostgresPlace):
        return _on_postgres(place, world)
    made: Any = plugin(given, "storage", "custom", environ=world.environ)
    return _as_store(made, place.data.class_name)


def _on_postgres(place: PostgresPlace, world: Ambient) -> Store:
    try:
        return postgres_store(place.conninfo, clock=world.clock)
    except ImportError as error:
        raise SettingsError(
            f"The package psycopg is installed and cannot be loaded: {error}.",
            hint="pip install 'psycopg[binary]', which brings the client library of PostgreSQL.",
        ) from error


def _as_store(made: Any, name: str) -> Store:
    missing = [part for part in vars(Store) if part[0] != "_" and not hasattr(made, part)]
    if missing:
        raise SettingsError(
            f"`storage.custom` names {name}, which is no store: it has no {', no '.join(missing)}.",
            hint="A store has the parts that mainspring.core.storage.store.Store lists.",
        )
    return made
