"""The repository as the house tests see it: its root, and the files that are or would be committed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _without_git() -> list[str]:
    found: list[str] = []
    for path, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in {"__pycache__", "site"} and name[0] != "."]
        found += [Path(path, name).relative_to(ROOT).as_posix() for name in files]
    return found


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Files that git knows or would add; where there is no git, all that is not hidden."""
    names = _without_git()
    if shutil.which("git") and (ROOT / ".git").exists():
        listing = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        names = [name for name in listing.stdout.split("\0") if name]
    return [ROOT / name for name in sorted(set(names)) if (ROOT / name).is_file()]
