import pickle
from pathlib import Path
from typing import Any

import pytest

from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.records.error_info import error_info
from mainspring.runtime.io.build import build_input_context, build_output_context
from mainspring.runtime.io.failures import (
    StoredValueNotFoundError,
    StoredValueUnreadableError,
    UnstorableValueError,
    UnwritableStorageError,
)
from mainspring.runtime.io.pickled import PickledObjectFilesystemIOManager


@pytest.fixture(params=["local", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> PickledObjectFilesystemIOManager:
    base = str(tmp_path) if request.param == "local" else f"memory://pickled-{tmp_path.name}"
    return PickledObjectFilesystemIOManager(base)


def load(files: PickledObjectFilesystemIOManager, **context: Any) -> Any:
    return files.load_input(build_input_context(**context))


def test_any_value_comes_back(files: PickledObjectFilesystemIOManager) -> None:
    for value in (None, 0, "words", [1, {"a": (2.5, b"x")}], StaticPartitionsDefinition(["a"])):
        files.handle_output(build_output_context(asset_key=["shop", "a"]), value)
        assert load(files, asset_key=["shop", "a"]) == value


def test_the_file_is_named_as_the_asset(tmp_path: Path) -> None:
    PickledObjectFilesystemIOManager(str(tmp_path)).handle_output(
        build_output_context(asset_key=["a", "b"]), 7
    )
    assert pickle.loads((tmp_path / "a" / "b").read_bytes()) == 7
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_an_asset_and_assets_below_its_name(tmp_path: Path) -> None:
    files = PickledObjectFilesystemIOManager(str(tmp_path))
    keys = [["a"], ["a", "b"], ["a", "b", "c"]]
    for key in [*keys, *reversed(keys)]:
        files.handle_output(build_output_context(asset_key=key), key)
        assert files.has_output(build_output_context(asset_key=key))
    assert [load(files, asset_key=key) for key in keys] == keys


def test_a_value_that_cannot_be_pickled(files: PickledObjectFilesystemIOManager) -> None:
    files.handle_output(build_output_context(asset_key="a"), "old")
    with pytest.raises(UnstorableValueError) as caught:
        files.handle_output(build_output_context(asset_key="a"), lambda: None)
    told = str(caught.value)
    assert told.startswith("The value of the asset 'a', a builtins.function, cannot be pickled: ")
    assert told.endswith(
        "Give it another IO manager (io_manager_key), or write the value yourself and return nothing "
        "(annotate the function with -> None)."
    )
    assert load(files, asset_key="a") == "old"


def test_a_value_that_pickles_only_in_part_leaves_no_file(tmp_path: Path) -> None:
    files = PickledObjectFilesystemIOManager(str(tmp_path))
    with pytest.raises(UnstorableValueError):
        files.handle_output(build_output_context(asset_key="a"), [b"x" * 1_000_000, lambda: None])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_pickle(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"no pickle")
    files = PickledObjectFilesystemIOManager(str(tmp_path))
    with pytest.raises(
        StoredValueUnreadableError, match=r"the asset 'a' at .*/a cannot be loaded: UnpicklingError"
    ):
        load(files, asset_key="a")


def test_what_was_never_stored(files: PickledObjectFilesystemIOManager) -> None:
    with pytest.raises(StoredValueNotFoundError, match="No value is stored for the asset 'nowhere'"):
        load(files, asset_key="nowhere")
    files.handle_output(build_output_context(asset_key=["x", "y"]), 1)
    with pytest.raises(StoredValueNotFoundError, match="the asset 'x'"):  # there is a folder of that name
        load(files, asset_key="x")


def test_removing(files: PickledObjectFilesystemIOManager, tmp_path: Path) -> None:
    output = build_output_context(asset_key="a")
    files.handle_output(output, 1)
    path = files._path(output)
    files.unlink(path)
    files.unlink(path)
    assert not files.has_output(output)


def test_a_place_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("mainspring.runtime.io.local_files._created", refuse)
    files = PickledObjectFilesystemIOManager(str(tmp_path))
    with pytest.raises(UnwritableStorageError) as caught:
        files.handle_output(build_output_context(asset_key="a"), 1)
    assert str(caught.value) == (
        f"The value of the asset 'a' cannot be written to {tmp_path / 'a'}: "
        "PermissionError: [Errno 13] Permission denied\n"
        "Let this user write there and see that there is room, or give the IO manager another base_dir."
    )
    assert isinstance(caught.value, OSError)
    assert error_info(caught.value.with_traceback(None)).stack == []
