"""Every Python example of the documents runs.

The blocks of one page run in order, in one namespace that knows ``mainspring as dg``, in an empty folder;
those of a page that begins with ``<!-- example: name -->`` in a copy of that example. A block whose fence
says ``no-run`` is shown only.
"""

import ast
import re
import shutil
import textwrap
from pathlib import Path

import pytest

import mainspring
from mainspring._names import NAMES

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(
    r"^(?P<indent>[ ]*)```python(?P<info>[^\n]*)\n(?P<code>.*?)^(?P=indent)```[ ]*$", re.MULTILINE | re.DOTALL
)
EXAMPLE = re.compile(r"\A<!-- example: (\w+) -->")
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
    if example := EXAMPLE.match(page.read_text()):
        shutil.copytree(ROOT / "examples" / example[1], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "page", "dg": mainspring}
    for line, code in blocks(page.read_text()):
        # Empty lines in front make a traceback name the line of the page.
        exec(compile("\n" * (line - 1) + code, str(page), "exec"), namespace)


def test_blocks_are_found_with_their_lines() -> None:
    text = 'a\n\n```python\nx = 1\n```\n```python title="t" no-run\nx\n```\n  ```python\n  x = 3\n  ```\n'
    assert blocks(text) == [(4, "x = 1\n"), (10, "x = 3\n")]


def functions(code: str) -> dict[str, str]:
    """The functions of a module, as text without comments and blank lines, by name."""
    tree = ast.parse(code)
    return {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_quickstart_shows_the_example_as_it_is() -> None:
    page = (ROOT / "docs/guides/quickstart.md").read_text()
    shown = functions("\n".join(code for _, code in blocks(page)))
    assert shown == functions((ROOT / "examples/quickstart/quickstart.py").read_text())


def test_moving_from_dagster_names_every_spelling() -> None:
    page = (ROOT / "docs/guides/move-from-dagster.md").read_text()
    plain = {name: target.rpartition(":")[2] for name, target in NAMES.items()}
    spelled = {(name, own) for name, own in plain.items() if name != own}
    shown = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", page, re.MULTILINE))
    assert shown == spelled


def test_what_is_said_to_be_missing_is_missing() -> None:
    page = (ROOT / "docs/guides/move-from-dagster.md").read_text()
    table = page.partition("## What is not there yet")[2]
    said = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|.*\|$", table, re.MULTILINE)))
    assert said
    assert [name for name in said if name in NAMES] == []
