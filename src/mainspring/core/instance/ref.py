"""``InstanceRef``: what another process needs to open the same instance."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.instance.plugins import ConfigurableClassData
from mainspring.core.instance.settings import Given


class InstanceRef(msgspec.Struct, frozen=True, tag="instance_ref"):
    """An instance on disk, described so that it can be sent: ``Instance.from_ref(ref)`` opens it.

    ``root`` is its home, ``settings_file`` the name of the settings file there, if it has one. ``settings`` are
    the settings as they are written: with ``{env: NAME}`` where a value comes from the environment, and without
    secrets.
    """

    root: str
    settings_file: str | None = None
    settings: Mapping[str, Any] = {}

    def to_json(self) -> str:
        """The reference as a line of JSON, without any secret."""
        return serial.encode(self).decode()

    @staticmethod
    def from_json(text: str) -> InstanceRef:
        """The reference that a line of JSON holds."""
        return serial.decode(text, InstanceRef)

    def _class(self, *path: str) -> ConfigurableClassData | None:
        named: Any = self.settings
        for part in path:
            if not named:
                return None
            named = named.get(part)
        if not named:
            return None
        config = serial.encode(named["config"] if named.get("config") else {}).decode()
        return ConfigurableClassData(str(named["module"]), str(named["class"]), config)

    @property
    def local_artifact_storage_data(self) -> ConfigurableClassData:
        """Where values are stored."""
        at_home = serial.encode({"base_dir": self.root}).decode()
        return self._class("local_artifact_storage") or ConfigurableClassData(
            "mainspring", "LocalArtifactStorage", at_home
        )

    @property
    def compute_logs_data(self) -> ConfigurableClassData | None:
        """The class that keeps the output of steps, where the settings name one."""
        return self._class("compute_logs")

    @property
    def scheduler_data(self) -> ConfigurableClassData | None:
        """The scheduler, where the settings name one."""
        return self._class("scheduler")

    @property
    def run_coordinator_data(self) -> ConfigurableClassData | None:
        """The run coordinator, where the settings name one."""
        return self._class("run_coordinator")

    @property
    def run_launcher_data(self) -> ConfigurableClassData | None:
        """The run launcher, where the settings name one."""
        return self._class("run_launcher")

    @property
    def run_storage_data(self) -> ConfigurableClassData | None:
        """The storage of runs, in settings of the older form."""
        return self._class("run_storage")

    @property
    def event_storage_data(self) -> ConfigurableClassData | None:
        """The storage of events, in settings of the older form."""
        return self._class("event_log_storage")

    @property
    def schedule_storage_data(self) -> ConfigurableClassData | None:
        """The storage of schedules, in settings of the older form."""
        return self._class("schedule_storage")

    @property
    def custom_instance_class_data(self) -> ConfigurableClassData | None:
        """The class of the instance, in settings of the older form."""
        return self._class("instance_class")

    @property
    def storage_data(self) -> ConfigurableClassData | None:
        """The storage of everything, where it is a class of one's own."""
        return self._class("storage", "custom")

    @property
    def secrets_loader_data(self) -> ConfigurableClassData | None:
        """The class that gives variables to user code, where the settings name one."""
        return self._class("secrets", "custom")

    @property
    def defs_state_storage_data(self) -> ConfigurableClassData | None:
        """The class that keeps the state of components, where the settings name one."""
        return self._class("defs_state_storage")


def make_ref(root: str, settings_file: str | None, given: Given) -> InstanceRef:
    """The reference to an instance in a home.

    Raises ``InvariantViolationError`` where its settings were given by hand and hold a secret as it is: the
    process that is given the reference could not know it.
    """
    # who asks for no reference need not know every key there is
    hidden: Any = import_module("mainspring.core.instance.settings.hiding").hidden
    shown = hidden(given.written)
    if settings_file is None and shown != given.written:
        raise InvariantViolationError(
            "A reference to this instance cannot be made: its settings hold a password that stands nowhere else.",
            hint="Write it as {env: NAME}, or put the settings into mainspring.yaml in the home folder.",
        )
    return InstanceRef(root, settings_file, shown)
