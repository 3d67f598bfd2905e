"""The floors hold, and the tool that says so notices when they do not."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# What must be refused: the module, the line planted in it, the contract that says so.
PLANTED = {
    "upwards in core": (
        "core/base/planted.py",
        "import mainspring.core.storage",
        "Core: imports run down the floors",
    ),
    "a sibling": (
        "core/records/planted.py",
        "import mainspring.core.graph",
        "Core: imports run down the floors",
    ),
    "core to runtime": (
        "core/instance/planted.py",
        "import mainspring.runtime",
        "The house: imports run down the floors",
    ),
    "upwards in runtime": (
        "runtime/definitions/planted.py",
        "import mainspring.runtime.execution",
        "Runtime wing: imports run down the floors",
    ),
    "inside a function": (
        "core/values/planted.py",
        "def f():\n    import mainspring.core.graph",
        "Core: imports run down the floors",
    ),
    "for types only": (
        "core/values/planted.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import mainspring.core.graph",
        "Core: imports run down the floors",
    ),
    "control to runtime": (
        "control/__init__.py",
        "import mainspring.runtime",
        "The house: imports run down the floors",
    ),
    "control to an integration": (
        "control/__init__.py",
        "import mainspring.integrations",
        "The control plane never loads an integration",
    ),
    "web to runtime": (
        "web/__init__.py",
        "import mainspring.runtime",
        "The web server never loads user code",
    ),
    "SQL outside storage": (
        "core/instance/planted.py",
        "import sqlalchemy.orm",
        "Only storage knows SQL",
    ),
    "pydantic in records": (
        "core/records/planted.py",
        "import pydantic",
        "Pydantic is for user config only",
    ),
    "a package nobody has placed": (
        "core/misc/__init__.py",
        "",
        "Core: imports run down the floors",
    ),
}


def check(package: Path, config: Path) -> tuple[dict[str, bool], str]:
    """Each contract's name and whether it is kept, for a copy of the package; and all that the tool said."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", str(config)],
        cwd=package.parent,
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = re.findall(r"^(.+) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE)
    found = {name: verdict == "KEPT" for name, verdict in verdicts}
    assert found, done.stdout + done.stderr
    return found, done.stdout


@pytest.fixture(scope="module")
def copy(root, tmp_path_factory) -> Path:
    package = tmp_path_factory.mktemp("floors") / "mainspring"
    shutil.copytree(root / "src" / "mainspring", package, ignore=shutil.ignore_patterns("__pycache__"))
    return package


def test_the_floors_hold(copy, root) -> None:
    found, said = check(copy, root / "pyproject.toml")
    assert [name for name, kept in found.items() if not kept] == [], said


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_import_is_noticed(what, copy, root) -> None:
    name, line, contract = PLANTED[what]
    path = copy / name
    module = "mainspring." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    new_folder = not path.parent.exists()
    kept = path.read_text() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text((kept or "") + line + "\n")
    try:
        found, said = check(copy, root / "pyproject.toml")
    finally:
        if new_folder:
            shutil.rmtree(path.parent)
        elif kept is None:
            path.unlink()
        else:
            path.write_text(kept)
    # The whole report of a broken contract follows its name; it must speak of what was planted.
    assert found[contract] is False
    assert module.rpartition(".")[2] in said.rpartition("\n" + contract + "\n")[2]
