"""Which database an instance keeps its records in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mainspring.core.instance.plugins import ConfigurableClassData, plugin_data
from mainspring.core.instance.postgres_address import parameters_of
from mainspring.core.instance.settings.given import Given
from mainspring.core.instance.settings.packages import is_ours_or_foreign

OLDER = ("event_log_storage", "run_storage", "schedule_storage")
"""Keys of older settings, each of which names a database; all must be the same one."""


class SqlitePlace(NamedTuple):
    """A database in a file of this folder. ``links`` are folders in which older settings expect one too."""

    folder: Path
    links: Sequence[Path] = ()


class PostgresPlace(NamedTuple):
    """A PostgreSQL database: the parameters of a connection. They hold the password, so nothing shows them."""

    conninfo: Mapping[str, str | int]

    def __repr__(self) -> str:
        shown = {name: value for name, value in self.conninfo.items() if "password" not in name}
        return f"PostgresPlace({shown})"


class CustomPlace(NamedTuple):
    """A store of one's own."""

    data: ConfigurableClassData


StoragePlace = SqlitePlace | PostgresPlace | CustomPlace


def storage_of(given: Given, root: Path) -> StoragePlace:
    """The database that the settings of the home ``root`` ask for; a file in the home where they say nothing."""
    storage: Mapping[str, Any] = given.values.get("storage") or {}
    if "postgres" in storage:
        return PostgresPlace(parameters_of(storage["postgres"]))
    if "sqlite" in storage:
        return SqlitePlace(folder_in(root, storage["sqlite"].get("base_dir")))
    if "custom" in storage:
        return _named(given, storage["custom"], root)
    older = [given.values[key]["config"] for key in OLDER if key in given.values]
    return _in_words_of_old(older, root)


def _named(given: Given, named: Mapping[str, Any], root: Path) -> StoragePlace:
    """A store that is named by its class, known or one's own."""
    if is_ours_or_foreign(named["module"]):
        return _in_words_of_old([named["config"]], root)
    data = plugin_data(given, "storage", "custom")
    return CustomPlace(data) if data is not None else SqlitePlace(root)


def _in_words_of_old(configs: Sequence[Mapping[str, Any]], root: Path) -> StoragePlace:
    """The one database that the configs of known classes mean; they were checked to agree."""
    for config in configs:
        if "postgres_url" in config or "postgres_db" in config:
            return PostgresPlace(parameters_of(config))
    folders = [folder_in(root, config["base_dir"]) for config in configs if "base_dir" in config]
    if not folders:
        return SqlitePlace(root)
    return SqlitePlace(folders[0], tuple(dict.fromkeys(one for one in folders[1:] if one != folders[0])))


def folder_in(root: Path, named: str | None) -> Path:
    """A folder that settings name: the home itself, one in the home, or any other."""
    return root if named is None else root / Path(named).expanduser()
