"""Plug-ins: classes of one's own that settings name by ``module``, ``class`` and ``config``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple, TypeVar, cast

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.errors import (
    InvalidConfigError,
    OrchestratorError,
    SettingsError,
    did_you_mean,
)
from mainspring.core.instance.settings.given import Given, Path, dotted

T = TypeVar("T")


class ConfigurableClass(ABC):
    """A class that settings can name. It says what config it takes, and is made from that.

    >>> class Vault(ConfigurableClass):
    ...     def __init__(self, address: str, inst_data: ConfigurableClassData | None = None) -> None:
    ...         self.address = address
    ...         self._inst_data = inst_data
    ...
    ...     @property
    ...     def inst_data(self) -> ConfigurableClassData | None:
    ...         return self._inst_data
    ...
    ...     @classmethod
    ...     def config_type(cls) -> object:
    ...         return {"address": str}
    ...
    ...     @classmethod
    ...     def from_config_value(cls, inst_data, config_value):
    ...         return cls(inst_data=inst_data, **config_value)

    In ``mainspring.yaml``::

        secrets:
          custom: {module: my_package.vault, class: Vault, config: {address: {env: VAULT_ADDRESS}}}
    """

    @property
    @abstractmethod
    def inst_data(self) -> ConfigurableClassData | None:
        """The data it was made from; ``None`` where it was made by hand."""

    @classmethod
    @abstractmethod
    def config_type(cls) -> Any:
        """What the config may be: anything a config schema can be made of, or a ``Config`` class."""

    @classmethod
    @abstractmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Any:
        """Make an object from a config that was checked, with the variables of the environment replaced."""


class ConfigurableClassData(msgspec.Struct, frozen=True, tag="configurable_class"):
    """Where a class is, and the config to make it from, as YAML or JSON.

    Variables of the environment stand in the config as they are written (``{env: NAME}``), so that it may be
    stored and sent.
    """

    module_name: str
    class_name: str
    config_yaml: str = "{}"

    @property
    def config_dict(self) -> Mapping[str, Any]:
        """The config, variables as they are written."""
        read: Any = import_module("mainspring.core.config.yaml_text").read_yaml
        config: object = read(self.config_yaml, f"The config of {self.class_name}")
        if not isinstance(config, dict | None):
            raise SettingsError(f"The config of {self.class_name} is no mapping.")
        return cast("dict[str, Any]", config or {})

    def rehydrate(self, as_type: type[T] | None = None, *, environ: Environment | None = None) -> T:
        """Import the class, check the config and make the object.

        Raises ``SettingsError`` where the class cannot be imported or made or is none of ``as_type``, and
        ``InvalidConfigError`` where the config does not fit it.
        """
        made = _made(Named(self, self.class_name), system_environment() if environ is None else environ)
        return _as(made, as_type, Named(self, self.class_name))


def unplaced(path: Path) -> str:
    """Of settings that stand in no file."""
    del path
    return ""


class Named(NamedTuple):
    """A class as settings name it: ``setting`` is the key, ``place`` gives where a path below it is written."""

    data: ConfigurableClassData
    setting: str
    place: Callable[[Path], str] = unplaced

    def fails(self, message: str, hint: str | None = None) -> SettingsError:
        """An error that says where the class is named."""
        where = self.place(("class",))
        return SettingsError(f"{where}: {message}" if where else message, hint=hint)


def plugin_data(given: Given, *path: str) -> ConfigurableClassData | None:
    """The class that a setting names, or ``None`` where it names none."""
    named = _at(given.values, path)
    if named is None:
        return None
    written: Any = _at(given.written, (*path, "config")) or {}
    return ConfigurableClassData(named["module"], named["class"], serial.encode(written).decode())


def plugin(given: Given, *path: str, environ: Environment, as_type: type[T] | None = None) -> T | None:
    """The object that a setting asks for, made now; ``None`` where it names no class.

    Raises as ``ConfigurableClassData.rehydrate`` does, with the file and line of the setting.
    """
    data = plugin_data(given, *path)
    if data is None:
        return None

    def place(below: Path) -> str:
        return given.place((*path, *below))

    named = Named(data, dotted(path), place)
    return _as(_made(named, environ), as_type, named)


def _at(settings: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    here: Any = settings
    for part in path:
        if here is None:
            return None
        here = here.get(part)
    return here


def _as(made: object, as_type: type[T] | None, named: Named) -> T:
    if as_type is not None and not isinstance(made, as_type):
        raise named.fails(
            f"`{named.setting}` names {named.data.class_name} of {named.data.module_name}, which is no"
            f" {as_type.__name__}.",
        )
    return cast("T", made)


def _made(named: Named, environ: Environment) -> object:
    found = _imported(named)
    label = f"`{named.setting}` names {named.data.class_name} of {named.data.module_name}"
    # few instances have plug-ins, and what checks a config takes as long to load as all that opens one
    plugin_config: Any = import_module("mainspring.core.instance.plugin_config").plugin_config
    try:
        schema = found.config_type()
        config, faults = plugin_config(schema, named.data.config_dict, environ)
    except OrchestratorError:
        raise
    except Exception as error:
        raise named.fails(f"{label}, whose `config_type` raised {type(error).__name__}: {error}") from error
    if faults:
        place = named.place(("config",)) or named.data.class_name
        raise InvalidConfigError(
            f"The config of {named.data.class_name} in {place} is wrong.",
            [_line(named, path, message) for path, message in faults],
        )
    try:
        return found.from_config_value(named.data, config)
    except OrchestratorError:
        raise
    except Exception as error:
        raise named.fails(
            f"{label}, which could not be made: {type(error).__name__}.",
            hint="The cause is shown by --debug; it may hold a secret of the config.",
        ) from error


def _line(named: Named, path: Path, message: str) -> str:
    whole = dotted((named.setting, "config", *path))
    place = named.place(("config", *path))
    return f"{place}: `{whole}` {message}" if place else f"`{whole}` {message}"


def _imported(named: Named) -> Any:
    """The class. What its module raises when it is imported is told apart from a module that is not there."""
    module_name, class_name = named.data.module_name, named.data.class_name
    label = f"`{named.setting}` names {class_name} of {module_name}"
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if module_name == missing or module_name.startswith(f"{missing}."):
            raise named.fails(
                f"{label}, but there is no module {missing}.",
                hint="Install it where this command runs, or put its folder into PYTHONPATH.",
            ) from error
        raise named.fails(f"{label}, which imports {missing}, and there is no such module.") from error
    except Exception as error:
        raise named.fails(f"{label}, whose import raised {type(error).__name__}: {error}") from error
    found: Any = module
    for part in class_name.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type):
        raise named.fails(f"{label}, which has no such class.", hint=did_you_mean(class_name, vars(module)))
    missing_methods = [name for name in _METHODS if not callable(getattr(found, name, None))]
    if missing_methods:
        raise named.fails(
            f"{label}, which has no {' and no '.join(missing_methods)}.",
            hint="Derive it from ConfigurableClass.",
        )
    return found


_METHODS: Final = ("config_type", "from_config_value")
