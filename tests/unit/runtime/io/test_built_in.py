import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.instance.instance import Instance
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.io.build import build_input_context, build_output_context
from mainspring.runtime.io.built_in import custom_path_fs_io_manager, fs_io_manager, mem_io_manager
from mainspring.runtime.io.default import default_io_manager
from mainspring.runtime.io.filesystem import FilesystemIOManager
from mainspring.runtime.io.memory import InMemoryIOManager


def round_trip(manager: Any) -> Any:
    manager.handle_output(build_output_context(asset_key=["shop", "a"]), {"x": 1})
    return manager.load_input(build_input_context(asset_key=["shop", "a"]))


@pytest.mark.parametrize("how", ["class", "definition", "launch"])
def test_files_in_a_folder(tmp_path: Path, how: str) -> None:
    folder = str(tmp_path / "values")
    given = {
        "class": FilesystemIOManager(base_dir=folder),
        "definition": fs_io_manager.configured({"base_dir": folder}),
        "launch": FilesystemIOManager.configure_at_launch(),
    }[how]
    config = {"files": {"config": {"base_dir": folder}}} if how == "launch" else None
    with build_resources({"files": given}, resource_config=config) as made:
        assert round_trip(made.files) == {"x": 1}
    assert (tmp_path / "values" / "shop" / "a").is_file()


@pytest.mark.parametrize("given", [FilesystemIOManager(), fs_io_manager])
def test_files_in_the_storage_of_the_instance(given: Any) -> None:
    with Instance.ephemeral() as instance:
        with build_resources({"files": given}, instance=instance) as made:
            assert round_trip(made.files) == {"x": 1}
        assert default_io_manager(instance).load_input(build_input_context(asset_key=["shop", "a"])) == {
            "x": 1
        }
        assert (Path(instance.storage_directory()) / "shop" / "a").is_file()


def test_without_folder_and_instance() -> None:
    with pytest.raises(InvariantViolationError, match="no base_dir"):
        FilesystemIOManager().process_config_and_initialize()
    with build_resources({"files": fs_io_manager}) as made:
        assert round_trip(made.files) == {"x": 1}
        folder = Path(made.files.base_dir)
        assert folder.is_dir()
    assert not folder.exists()


def test_a_url() -> None:
    with build_resources({"files": FilesystemIOManager(base_dir="memory://built-in")}) as made:
        assert round_trip(made.files) == {"x": 1}
        assert made.files.fs.protocol == "memory"


def test_memory_is_fresh_each_time() -> None:
    made, again = mem_io_manager(), mem_io_manager()
    assert isinstance(made, InMemoryIOManager)
    assert round_trip(made) == {"x": 1}
    assert again.values == {}


def test_paths_said_by_outputs(tmp_path: Path) -> None:
    with build_resources(
        {"files": custom_path_fs_io_manager.configured({"base_dir": str(tmp_path)})}
    ) as made:
        output = build_output_context(
            step_key="s", name="result", run_id="r", definition_metadata={"path": "here/it/is"}
        )
        made.files.handle_output(output, 5)
        assert made.files.load_input(build_input_context(upstream_output=output)) == 5
        with pytest.raises(InvariantViolationError, match="needs a path"):
            made.files.handle_output(build_output_context(step_key="s", name="result", run_id="r"), 5)
    assert (tmp_path / "here" / "it" / "is").is_file()


def test_the_default_is_light() -> None:
    """Pickles on a local disk need none of the libraries for URLs, config classes and coroutines."""
    code = (
        "import sys, mainspring.runtime.io.default, mainspring.runtime.io.memory\n"
        "heavy = ('pydantic', 'upath', 'fsspec', 'asyncio', 'sqlalchemy')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
