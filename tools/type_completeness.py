"""How much of the public face has types that an editor can read: ``python -m tools.type_completeness``.

Ends non-zero below the least share that is promised, and lists what lacks types.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LEAST = 0.95


def report() -> dict[str, Any]:
    """What the type checker says of the installed package."""
    programs = Path(sys.executable).parent
    command = [
        str(programs / "basedpyright"),
        "--verifytypes",
        "mainspring",
        "--ignoreexternal",
        "--outputjson",
    ]
    path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout)["typeCompleteness"]


def main() -> int:
    """Show the share, and the names that lack types where it is too small."""
    found = report()
    share = found["completenessScore"]
    print(f"{share:.1%} of the public names have complete types; {LEAST:.0%} are promised")
    if share >= LEAST:
        return 0
    lacking = (each["name"] for each in found["symbols"] if each["isExported"] and not each["isTypeKnown"])
    print(*sorted(lacking), sep="\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
