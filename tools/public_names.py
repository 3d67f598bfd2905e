"""Write ``src/mainspring/_names.py`` from ``src/mainspring/__init__.pyi``.

The stub is the one list of public names; the table says the same in a form that costs nothing to load. Run
``make names`` after a change of the stub; a house test fails when the two disagree.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "mainspring"
STUB = PACKAGE / "__init__.pyi"
TABLE = PACKAGE / "_names.py"

HEADER = '''"""Where each public name is defined. Written by ``make names`` from ``__init__.pyi``."""

NAMES = {
'''


class StubError(Exception):
    """A line of the stub that the lazy face cannot follow."""


def read_stub(text: str) -> dict[str, str]:
    """Public name to ``module:attribute``, for each ``from .module import name as name`` of a stub.

    ``other = name`` gives what is imported a second public name. A name with a leading underscore is private to the
    stub. ``from . import x as x`` names a module.
    """
    table: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign):
            _add_second_names(node, table)
            continue
        if not isinstance(node, ast.ImportFrom) or node.level == 0:
            continue
        if node.level > 1:
            raise StubError(f"line {node.lineno}: the stub imports from outside the package")
        for alias in node.names:
            name = alias.asname
            if name is None:
                raise StubError(
                    f"line {node.lineno}: write 'import {alias.name} as {alias.name}', "
                    "else type checkers take the name for private"
                )
            if name.startswith("_"):
                continue
            if name in table:
                raise StubError(f"line {node.lineno}: {name} is listed twice")
            table[name] = f"{node.module}:{alias.name}" if node.module else f"{alias.name}:"
    return table


def _add_second_names(node: ast.Assign, table: dict[str, str]) -> None:
    if not isinstance(node.value, ast.Name) or node.value.id not in table:
        raise StubError(f"line {node.lineno}: a second name is given to what is imported above")
    for target in node.targets:
        if isinstance(target, ast.Name):
            if target.id in table:
                raise StubError(f"line {node.lineno}: {target.id} is listed twice")
            table[target.id] = table[node.value.id]


def render(table: dict[str, str]) -> str:
    """The text of the generated module, names in order."""
    return HEADER + "".join(f'    "{name}": "{table[name]}",\n' for name in sorted(table)) + "}\n"


def main() -> int:
    """Write the table; say so when it changed."""
    try:
        text = render(read_stub(STUB.read_text()))
    except StubError as error:
        print(f"{STUB.name}, {error}", file=sys.stderr)
        return 1
    if not TABLE.exists() or TABLE.read_text() != text:
        TABLE.write_text(text)
        print(f"wrote {TABLE.name}: {text.count(chr(10)) - HEADER.count(chr(10)) - 1} names")
    return 0


if __name__ == "__main__":
    sys.exit(main())
