"""Files are kept whole under names of their own, below one folder whatever they are called."""

from __future__ import annotations

import io
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mainspring as dg
from mainspring.core.base.ids import CountingIds
from mainspring.runtime.io.failures import StoredValueNotFoundError, UnwritableStorageError
from mainspring.runtime.io.file_manager import FileHandle, FileManager
from mainspring.runtime.io.local_file_manager import LocalFileHandle, LocalFileManager, local_file_manager


@pytest.fixture
def files(tmp_path):
    return LocalFileManager(str(tmp_path / "files"))


def test_bytes(files) -> None:
    handle = files.write_data(b"foo")
    assert isinstance(files, FileManager)
    assert isinstance(handle, FileHandle)
    assert (files.read_data(handle), Path(handle.path).parent) == (b"foo", Path(files.base_dir))
    assert files.write_data(b"foo") != handle


def test_open_files(files, tmp_path) -> None:
    (tmp_path / "given").write_bytes(b"r\xc3\xb6d\n")
    with open(tmp_path / "given", "rb") as given_bytes:
        of_bytes = files.write(given_bytes, ext="bin")
    with open(tmp_path / "given", encoding="utf-8") as given_text:
        of_text = files.write(given_text, mode="w", ext=".txt")
    assert (of_bytes.path[-4:], of_text.path[-4:]) == (".bin", ".txt")
    assert files.read_data(of_text) == files.read_data(of_bytes) == b"r\xc3\xb6d\n"


def test_a_stream_with_and_without_a_block(files) -> None:
    handle = files.write(io.StringIO("röd"), mode="w")
    with files.read(handle, mode="r") as stream:
        assert stream.read() == "röd"
    stream = files.read(handle)
    assert stream.read() == "röd".encode()
    stream.close()


def test_a_large_file_in_pieces(files) -> None:
    content = b"0123456789abcdef" * 200_000
    assert files.read_data(files.write(io.BytesIO(content))) == content
    assert files.read_data(files.write(io.StringIO(content.decode()), mode="w")) == content


def test_copies_that_go(files) -> None:
    handle = files.write_data(b"foo", ext="csv")
    first, second = files.copy_handle_to_local_temp(handle), files.copy_handle_to_local_temp(handle)
    assert first != second
    assert first.endswith(".csv")
    Path(first).write_bytes(b"changed")
    assert (Path(second).read_bytes(), files.read_data(handle)) == (b"foo", b"foo")
    files.delete_local_temp()
    files.delete_local_temp()
    assert not os.path.exists(first)
    assert not os.path.exists(second)
    assert Path(files.copy_handle_to_local_temp(handle)).read_bytes() == b"foo"


def test_copies_go_with_the_manager(tmp_path) -> None:
    files = LocalFileManager(str(tmp_path))
    copied = files.copy_handle_to_local_temp(files.write_data(b"foo"))
    del files
    assert not os.path.exists(copied)


@given(st.text(max_size=300))
def test_no_extension_leads_out_of_the_folder(tmp_path_factory, ext) -> None:
    folder = tmp_path_factory.mktemp("files")
    handle = LocalFileManager(str(folder)).write_data(b"x", ext=ext)
    assert Path(handle.path).resolve().parent == folder.resolve()
    assert Path(handle.path).read_bytes() == b"x"


def test_a_file_that_could_not_be_read_leaves_nothing(files) -> None:
    files.write_data(b"first")
    with pytest.raises(dg.InvalidInvocationError, match="gives str, and its mode says bytes"):
        files.write(io.StringIO("text"))
    with pytest.raises(dg.InvalidInvocationError, match="gives bytes, and its mode says str"):
        files.write(io.BytesIO(b"bytes"), mode="w")
    assert len(os.listdir(files.base_dir)) == 1


def test_what_cannot_be(files) -> None:
    handle = files.write_data(b"x")
    with pytest.raises(dg.InvalidInvocationError, match='mode="rb" or mode="r"'):
        files.read(handle, "w")
    with pytest.raises(dg.InvalidInvocationError, match='mode="wb" or mode="w"'):
        files.write(io.BytesIO(b""), "a")
    with pytest.raises(dg.InvalidInvocationError, match="write_data takes bytes; got a str"):
        files.write_data("text")


def test_a_file_that_is_gone(files) -> None:
    handle = files.write_data(b"x")
    os.unlink(handle.path)
    for use in (files.read, files.read_data, files.copy_handle_to_local_temp):
        with pytest.raises(StoredValueNotFoundError, match="There is no file"):
            use(handle)


def test_a_handle_of_another_kind(files) -> None:
    class Elsewhere(FileHandle):
        @property
        def path_desc(self) -> str:
            return "s3://bucket/key"

    with pytest.raises(dg.InvalidInvocationError, match="Read it with the file manager that wrote it"):
        files.read_data(Elsewhere())


def test_a_place_that_cannot_be_written(tmp_path) -> None:
    (tmp_path / "folder").symlink_to("/proc/none")
    with pytest.raises(UnwritableStorageError, match="another base_dir"):
        LocalFileManager(str(tmp_path / "folder")).write_data(b"x")


def test_a_handle_is_a_value() -> None:
    handle = LocalFileHandle("/a/b.txt")
    assert (handle.path, handle.path_desc, repr(handle)) == (
        "/a/b.txt",
        "/a/b.txt",
        "LocalFileHandle('/a/b.txt')",
    )
    assert {handle: 1}[LocalFileHandle("/a/b.txt")] == 1
    assert pickle.loads(pickle.dumps(handle)) == handle != LocalFileHandle("/a/c.txt")


def test_as_a_resource(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FILES", str(tmp_path / "env"))
    given = {
        "named": local_file_manager.configured({"base_dir": str(tmp_path / "named")}),
        "env": local_file_manager.configured({"base_dir": {"env": "FILES"}}),
        "default": local_file_manager,
    }
    with dg.Instance.ephemeral(str(tmp_path)) as instance, dg.build_resources(given, instance) as made:
        paths = [getattr(made, name).write_data(b"x").path for name in given]
    assert [os.path.relpath(os.path.dirname(path), tmp_path) for path in paths] == [
        "named",
        "env",
        "storage/file_manager",
    ]


def test_without_a_folder() -> None:
    with pytest.raises(dg.InvariantViolationError, match="no base_dir"):
        local_file_manager(None)
    with pytest.raises(dg.InvariantViolationError, match="is a URL"):
        LocalFileManager("s3://bucket")


def test_names_are_given(tmp_path) -> None:
    handle = LocalFileManager(str(tmp_path), CountingIds()).write_data(b"x", ext="txt")
    assert Path(handle.path).name == "00000000-0000-4000-8000-000000000001.txt"
