from pathlib import Path

import pytest

from mainspring.core.base.ids import CountingIds
from mainspring.runtime.io.local_files import make_folder, opened_value, remove_value, replacing, value_exists


def write(path: Path, content: bytes) -> None:
    with replacing(path, CountingIds()) as file:
        file.write(content)


def read(path: Path) -> bytes:
    with opened_value(path) as file:
        return file.read()


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_folders_are_made_and_files_replaced(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", b"1")
    write(tmp_path / "a" / "b", b"2")
    assert read(tmp_path / "a" / "b") == b"2"
    assert names(tmp_path) == ["a", "a/b"]


def test_a_failed_write_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path / "a", b"old")

    def fail() -> None:
        with replacing(tmp_path / "a") as file:
            file.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (read(tmp_path / "a"), names(tmp_path)) == (b"old", ["a"])


def test_a_value_and_values_below_its_name_live_together(tmp_path: Path) -> None:
    """Assets ``a`` and ``a/b/c`` may both exist, whichever was written first."""
    write(tmp_path / "a", b"outer")
    write(tmp_path / "a" / "b" / "c", b"inner")
    assert (read(tmp_path / "a"), read(tmp_path / "a" / "b" / "c")) == (b"outer", b"inner")
    write(tmp_path / "a", b"again")
    write(tmp_path / "a" / "b", b"middle")
    found = [read(tmp_path / name) for name in ("a", "a/b", "a/b/c")]
    assert found == [b"again", b"middle", b"inner"]
    assert names(tmp_path) == ["a", "a/.value", "a/b", "a/b/.value", "a/b/c"]


def test_what_is_there(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", b"1")
    assert [value_exists(tmp_path / name) for name in ("a", "a/b", "a/b/c", "z")] == [
        False,
        True,
        False,
        False,
    ]
    write(tmp_path / "a", b"2")
    remove_value(tmp_path / "a")
    remove_value(tmp_path / "z")
    assert [value_exists(tmp_path / name) for name in ("a", "a/b")] == [False, True]


@pytest.mark.parametrize("name", ["z", "a/b", "folder"])
def test_reading_what_is_not_there(tmp_path: Path, name: str) -> None:
    write(tmp_path / "a", b"1")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileNotFoundError):
        read(tmp_path / name)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert names(tmp_path) == ["a", "a/b"]


def test_a_file_that_is_no_value_stays_where_it_is(tmp_path: Path) -> None:
    base = tmp_path / "settings"
    base.write_bytes(b"mine")
    for path in (base / "a", base / "b" / "c"):
        with pytest.raises((FileExistsError, NotADirectoryError)), replacing(path, within=base) as file:
            file.write(b"value")
    assert (base.read_bytes(), names(tmp_path)) == (b"mine", ["settings"])
