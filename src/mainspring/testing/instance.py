"""``instance_for_test``: an instance on disk that a test has to itself."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

from mainspring.core.base.environment import variables_set
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.base.serial import to_builtins
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.settings import FILE_NAMES, settings_file
from mainspring.core.instance.temporary import TemporaryFolder

HOME_VARIABLES = ("MAINSPRING_HOME", "DAGSTER_HOME")


@contextmanager
def instance_for_test(
    overrides: Mapping[str, Any] | None = None,
    set_dagster_home: bool = True,
    temp_dir: str | None = None,
    synchronous_run_coordinator: bool = False,
    synchronous_run_launcher: bool = False,
) -> Generator[Instance, None, None]:
    """A persistent instance in a folder of its own, for a ``with`` block.

    >>> with instance_for_test() as instance:
    ...     instance.is_persistent
    True

    ``overrides`` are settings, as in ``mainspring.yaml``; they are written there, so that other processes have
    them too. The folder is a fresh one that is removed at the end, or ``temp_dir``, which stays. Unless
    ``set_dagster_home`` is false, ``MAINSPRING_HOME`` and ``DAGSTER_HOME`` name it for the time of the block, here
    and in processes started meanwhile.
    """
    if synchronous_run_coordinator or synchronous_run_launcher:
        raise InvariantViolationError(
            "instance_for_test has no run launcher or coordinator to replace: this instance launches no runs.",
            hint="Run a job with job.execute_in_process(instance=instance).",
        )
    with ExitStack() as closing:
        folder = Path(temp_dir) if temp_dir is not None else _temporary(closing)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if overrides:
            _write_settings(folder, overrides)
        home = {name: str(folder.absolute()) for name in HOME_VARIABLES}
        closing.enter_context(variables_set(home) if set_dagster_home else nullcontext())
        yield closing.enter_context(_opened(folder))


def _temporary(closing: ExitStack) -> Path:
    folder = TemporaryFolder()
    closing.callback(folder.remove)
    return folder.path


def _write_settings(folder: Path, overrides: Mapping[str, Any]) -> None:
    yaml: Any = import_module("yaml")  # few tests have settings
    (folder / FILE_NAMES[0]).write_text(yaml.safe_dump(to_builtins(dict(overrides))), encoding="utf-8")


def _opened(folder: Path) -> Instance:
    file = settings_file(folder)
    return Instance.local_temp(str(folder)) if file is None else Instance.from_config(str(folder), file.name)
