"""Every Python example of the documents runs.

The blocks of one page run in order, in one namespace that knows ``mainspring as dg``, in an empty folder.
A block whose fence says ``no-run`` is shown only.
"""

import re
import textwrap
from pathlib import Path

import pytest

import mainspring

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(
    r"^(?P<indent>[ ]*)```python(?P<info>[^\n]*)\n(?P<code>.*?)^(?P=indent)```[ ]*$", re.MULTILINE | re.DOTALL
)
PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md"])


def blocks(text: str) -> list[tuple[int, str]]:
    """The first line's number and the code of each block that is to run."""
    return [
        (text.count("\n", 0, match.start("code")) + 1, textwrap.dedent(match["code"]))
        for match in FENCE.finditer(text)
        if "no-run" not in match["info"].split()
    ]


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in PAGES if blocks(page.read_text())],
)
def test_the_examples_of_a_page_run(page, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "page", "dg": mainspring}
    for line, code in blocks(page.read_text()):
        # Empty lines in front make a traceback name the line of the page.
        exec(compile("\n" * (line - 1) + code, str(page), "exec"), namespace)


def test_blocks_are_found_with_their_lines() -> None:
    text = 'a\n\n```python\nx = 1\n```\n```python title="t" no-run\nx\n```\n  ```python\n  x = 3\n  ```\n'
    assert blocks(text) == [(4, "x = 1\n"), (10, "x = 3\n")]
