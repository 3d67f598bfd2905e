"""Each published name that we offer is tested as users write it, in the file of its section under tests/surface."""

import re

import pytest

import mainspring as dg
from tools import surface

WORD = re.compile(r"\w+")
SECTIONS: dict[str, set[str]] = {}
for _name, _one in surface.published().items():
    if _name in surface.available():
        _file = "test_" + _one.area.lower().replace(",", "").replace(" ", "_") + ".py"
        SECTIONS.setdefault(_file, set()).add(_name)


@pytest.mark.parametrize("file", sorted(SECTIONS))
def test_each_name_is_used(root, file) -> None:
    path = root / "tests" / "surface" / file
    used = set(re.findall(r"\bdg\.(\w+)", path.read_text() if path.exists() else ""))
    assert sorted(SECTIONS[file] - used) == []


def test_files_are_named_like_the_sections(root) -> None:
    files = {path.name for path in (root / "tests" / "surface").glob("test_*.py")}
    assert sorted(files - set(SECTIONS)) == []


@pytest.mark.parametrize(
    "one",
    [
        dg.DagsterInstance,
        dg.DagsterRun,
        dg.RunRecord,
        dg.RunsFilter,
        dg.EventLogEntry,
        dg.EventLogRecord,
        dg.EventRecordsFilter,
        dg.EventRecordsResult,
        dg.AssetRecordsFilter,
        dg.RunStatusChangeRecordsFilter,
    ],
)
def test_each_member_of_the_instance_is_used(root, one) -> None:
    tests = (root / "tests" / part for part in ("contract", "surface", "unit"))
    used = {word for part in tests for path in part.rglob("*.py") for word in WORD.findall(path.read_text())}
    assert sorted(name for name in set(dir(one)) - used if not name.startswith("_")) == []
