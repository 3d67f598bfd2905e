"""Sizes that loq and ruff do not know: lines of a function, methods of a class, the last limit of a file.

``python -m tools.check_sizes`` prints each breach as ``file:line: what`` and ends non-zero when there is one.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKED = ("src", "tools", "bench", "examples")

FILE_LINES = 600
FUNCTION_LINES = 60
PUBLIC_METHODS = 20

# The list of public names is as long as it must be.
LONG_FILES = frozenset({"src/mainspring/__init__.pyi", "src/mainspring/_names.py"})
# Published lists of one-liners: what can be asked of a deployment; a constructor for each kind of metadata;
# one for each kind of selection.
WIDE_CLASSES = frozenset(
    {
        "src/mainspring/core/graph/selection/selection.py:AssetSelection",
        "src/mainspring/core/instance/instance.py:Instance",
        "src/mainspring/core/values/metadata/value.py:MetadataValue",
    }
)


def breaches(name: str, text: str) -> Iterator[str]:
    """What is too big in one file, as ``file:line: what``."""
    lines = text.count("\n")
    if lines > FILE_LINES and name not in LONG_FILES:
        yield f"{name}:1: {lines} lines, {FILE_LINES} are the end: make it a folder of the same name"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = code_lines(node)
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, {FUNCTION_LINES} are allowed"
        elif isinstance(node, ast.ClassDef) and f"{name}:{node.name}" not in WIDE_CLASSES:
            methods = public_methods(node)
            if len(methods) >= PUBLIC_METHODS:
                yield (
                    f"{name}:{node.lineno}: {node.name} has {len(methods)} public methods, "
                    f"under {PUBLIC_METHODS} are allowed"
                )


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a body without its docstring: a signature and a text may be as long as they must be."""
    body = node.body
    if ast.get_docstring(node, clean=False) is not None:
        body = body[1:]
    return (node.end_lineno or node.lineno) - body[0].lineno + 1 if body else 0


def public_methods(node: ast.ClassDef) -> list[str]:
    """Methods that are called: properties are fields, and an overload is its implementation once more."""
    found: dict[str, None] = {}
    for part in node.body:
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and not part.name.startswith("_"):
            decorators = {ast.unparse(decorator).rpartition(".")[2] for decorator in part.decorator_list}
            if not decorators & {"property", "cached_property", "setter", "overload"}:
                found[part.name] = None
    return list(found)


def own_files(folder: Path) -> Iterator[Path]:
    """Python files of a folder. Hidden folders hold environments: other people's code is not read."""
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
        yield from (Path(path, name) for name in sorted(files) if name.endswith(".py"))


def main() -> int:
    """Check every Python file of the product, the tools, the benchmark and the examples."""
    found = [
        breach
        for folder in CHECKED
        for path in own_files(ROOT / folder)
        for breach in breaches(path.relative_to(ROOT).as_posix(), path.read_text())
    ]
    for breach in found:
        print(breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
