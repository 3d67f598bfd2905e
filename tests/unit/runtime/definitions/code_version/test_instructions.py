"""What of a function's code makes a difference: every change of what it does, and no change of how it is written."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.runtime.definitions.code_version.instructions import (
    GlobalUse,
    ImportUse,
    globals_of,
    imports_of,
)
from mainspring.runtime.definitions.code_version.versions import CodeVersions

SOURCE = '''
def target(rows, limit=10, *, sign=-1):
    """Sums."""
    total, seen = 0, set()
    for number, row in enumerate(rows):
        if number > limit or row is None:
            continue
        try:
            total += row["value"] * sign
        except KeyError as error:
            seen.add(str(error))
            total = total - 1 if total >= 5 else total + 2
        while total < 0:
            total += 100
            if total == 7:
                break
    names = [f"{name}-{total}" for name in sorted(seen) if not name.startswith("x")]
    with context(total) as inner:
        inner.write("a", names[0:2])
    return {"total": total, "names": names, "ok": len(names) >= 1 and total != 3, "half": total / 2}
'''


def version(source: str) -> str:
    namespace: dict[str, object] = {"__name__": "project_under_test"}
    exec(compile(source, "target.py", "exec"), namespace)
    return CodeVersions().of_function(namespace["target"])


# -- mutation ----------------------------------------------------------------------------------------------------------

OPERATORS: dict[type, Callable[[], ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.Lt: ast.LtE,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Not: ast.UAdd,
    ast.USub: ast.UAdd,
}


def mutations(tree: ast.AST) -> Iterator[str]:
    """The source with one thing in it changed, for each thing that can be."""
    places = list(ast.walk(tree))
    for place, node in enumerate(places):
        for change in changes(node):
            other = copy.deepcopy(tree)
            change(list(ast.walk(other))[place])
            yield ast.unparse(ast.fix_missing_locations(other))


def changes(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    for field in ("op", "attr", "arg"):
        found = getattr(node, field, None)
        if type(found) in OPERATORS:
            yield lambda other, field=field, found=found: setattr(other, field, OPERATORS[type(found)]())
        elif isinstance(found, str):
            yield lambda other, field=field, found=found: setattr(other, field, f"{found}_")
    if isinstance(node, ast.Compare):
        yield lambda other: setattr(other, "ops", [OPERATORS[type(one)]() for one in other.ops])  # type: ignore[attr-defined]
    if isinstance(node, ast.Constant) and node.value != "Sums.":
        yield lambda other: setattr(other, "value", changed(other.value))  # type: ignore[attr-defined]
    if isinstance(node, ast.Name):
        yield lambda other: setattr(other, "id", f"{other.id}_")  # type: ignore[attr-defined]
    if isinstance(getattr(node, "body", None), list) and len(node.body) > 1:  # type: ignore[attr-defined]
        last = len(node.body) - 1  # type: ignore[attr-defined]
        yield lambda other: other.body.pop(last)  # type: ignore[attr-defined]


def changed(value: object) -> object:
    return value + "!" if isinstance(value, str) else value + 1 if isinstance(value, int) else ...


def test_every_mutation_changes_the_version() -> None:
    before = version(SOURCE)
    seen = list(dict.fromkeys(mutations(ast.parse(SOURCE).body[0])))
    assert len(seen) > 80
    assert [source for source in seen if version(source) == before] == []


@pytest.mark.parametrize(
    "old, new",
    [
        ('    """Sums."""\n', ""),
        ('"""Sums."""', '"""Sums well."""'),
        ("    for number", "\n\n    # each\n    for number"),
        ("return {", "return (  # at the end\n        {"),
        ("def target", "\n\n\n\ndef target"),
        ("number > limit or row is None", "(number > limit) or (row is None)"),
        ("total += 100", "total += 10 * 10"),
    ],
)
def test_how_it_is_written_does_not(old: str, new: str) -> None:
    assert old in SOURCE
    other = SOURCE.replace(old, new, 1)
    if new.endswith("{"):
        other = other.rstrip() + ")\n"
    assert version(other) == version(SOURCE)


@given(st.lists(st.sampled_from(["\n", "    # why\n", "    pass\n", '    "a word"\n']), max_size=6))
def test_lines_without_effect_anywhere_at_the_top(lines: list[str]) -> None:
    text = "def target(a):\n    b = a + 1\n{}    return b\n"
    assert version(text.format("".join(lines))) == version(text.format(""))


def test_a_docstring_and_a_constant_of_its_words_are_told_apart() -> None:
    assert version('def target():\n    "a"\n    return "a"') == version('def target():\n    return "a"')
    assert version('def target():\n    "a"\n    return "b"') != version('def target():\n    return "a"')


def test_docstrings_and_lines_of_inner_classes() -> None:
    text = "def target():\n{}    class Inner:\n{}        x = 1\n    return Inner\n"
    assert version(text.format("", "")) == version(text.format("\n\n", '        "Inner."\n'))


def test_more_constants_than_fit_in_a_byte() -> None:
    numbers = ", ".join(f"{number}.5" for number in range(400))
    text = "def target(f):\n{}    f({})\n    return [{}]\n"
    assert version(text.format('    "Doc."\n', "1", numbers)) != version(
        text.format('    "Doc."\n', "2", numbers)
    )


@pytest.mark.parametrize(
    "one, other", [("1", "True"), ("1", "1.0"), ("0.0", "-0.0"), ("b'a'", "'a'"), ("(1,)", "[1]")]
)
def test_equal_constants_of_other_types(one: str, other: str) -> None:
    assert version(f"def target():\n    return {one}") != version(f"def target():\n    return {other}")


# -- what is named -----------------------------------------------------------------------------------------------------


def code_of(source: str) -> CodeType:
    return compile(source, "here", "exec")


def test_globals_with_their_attributes() -> None:
    code = code_of("def f():\n    def g():\n        return np.linalg.norm(x) + x.y\n    return g, len\n")
    assert set(globals_of(code)) == {
        GlobalUse("np", ("linalg", "norm")),
        GlobalUse("x", ()),
        GlobalUse("x", ("y",)),
        GlobalUse("len", ()),
    }


def test_imports() -> None:
    code = code_of(
        "def f():\n    import a.b\n    from c import d, e as g\n    from ..h import i\n    from . import j\n"
    )
    assert imports_of(code) == [
        ImportUse("a.b", 0, ()),
        ImportUse("c", 0, ("d", "e")),
        ImportUse("h", 2, ("i",)),
        ImportUse("", 1, ("j",)),
    ]
