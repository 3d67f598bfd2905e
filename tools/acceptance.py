"""Run a folder of acceptance checks that lies outside the project, and compare with the list of those still to come.

``python -m tools.acceptance <folder>`` ends non-zero where a check fails that is not in the list, and where one passes
that still is; ``--write`` takes those off the list. The checks know the library by the variable ``TARGET``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
PENDING = ROOT / "tests/house/acceptance_pending.txt"
HEAD = "# Acceptance checks that need what later versions bring. It only shrinks: `--write` takes off what has come.\n"


def run(folder: Path) -> dict[str, str]:
    """The outcome of each check: ``passed``, ``failed`` or ``skipped``."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.xml"
        options = ["-q", "-n", "2", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", directory]
        subprocess.run(
            [sys.executable, "-m", "pytest", str(folder), *options, f"--junitxml={report}"],
            cwd=directory,
            env={**os.environ, "TARGET": "mainspring"},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        return {case.attrib["name"]: outcome(case) for case in ElementTree.parse(report).iter("testcase")}


def outcome(case: ElementTree.Element) -> str:
    """How one check ended."""
    kinds = {child.tag for child in case}
    return "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"


def listed() -> list[str]:
    """The checks that are still to come."""
    lines = PENDING.read_text().splitlines() if PENDING.exists() else []
    return [line for line in lines if line and not line.startswith("#")]


def main() -> int:
    """Say what fails and what is listed without need."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="take off the list what passes")
    arguments = parser.parse_args()
    outcomes = run(arguments.folder.resolve())
    pending = set(listed())
    failed = sorted(name for name, found in outcomes.items() if found == "failed" and name not in pending)
    come = sorted(name for name in pending if outcomes.get(name, "passed") == "passed")
    if arguments.write:
        PENDING.write_text(HEAD + "".join(f"{name}\n" for name in sorted(pending - set(come))))
        come = []
    for name in failed:
        print(f"{name}: fails, and is not among those that are still to come")
    for name in come:
        print(f"{name}: passes, and is still among those to come; take it off with --write")
    counts = {
        kind: sum(found == kind for found in outcomes.values()) for kind in ("passed", "failed", "skipped")
    }
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()) + f", {len(pending)} to come")
    return 1 if failed or come or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
