"""A griffe extension: what the reference shows of the code beyond what its text says outright.

* Examples in docstrings (``>>> 1 + 1``) are shown as code, not as quotations.
* A method that a class takes from a module (``get_runs = runs.get_runs``) is shown as a method.
* A struct is shown with the signature that its fields give it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import griffe

PROMPT = re.compile(r"^\s*>>> ")
ME = griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword)


def fenced(text: str) -> str:
    """The text with each run of lines from a prompt to the next empty line inside a fence."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if not inside and PROMPT.match(line):
            lines += ["```pycon"] if not lines or not lines[-1] else ["", "```pycon"]
            inside = True
        elif inside and not line.strip():
            lines.append("```")
            inside = False
        lines.append(line)
    return "\n".join([*lines, "```"] if inside else lines)


def classes_in(module: griffe.Module) -> Iterator[griffe.Class]:
    """All classes of a package, those of its modules included."""
    pending: list[griffe.Object] = [module]
    while pending:
        for member in pending.pop().members.values():
            if isinstance(member, griffe.Class):
                yield member
            if isinstance(member, (griffe.Class, griffe.Module)):
                pending.append(member)


def borrow_methods(owner: griffe.Class, package: griffe.Module) -> None:
    """Put the function in the place of an attribute that names one of another module."""
    for name, member in list(owner.members.items()):
        if not isinstance(member, griffe.Attribute) or not isinstance(member.value, griffe.ExprAttribute):
            continue
        path = member.value.canonical_path.removeprefix(f"{package.path}.")
        try:
            function = package[path]
        except KeyError:
            continue
        if isinstance(function, griffe.Function):
            owner.set_member(name, method_of(function, member))


def method_of(function: griffe.Function, attribute: griffe.Attribute) -> griffe.Function:
    """The function as a method in the place of an attribute: its first parameter is the object."""
    _, *rest = function.parameters
    return griffe.Function(
        attribute.name,
        parameters=griffe.Parameters(ME, *rest),
        returns=function.returns,
        docstring=function.docstring,
        lineno=attribute.lineno,
        endlineno=attribute.endlineno,
    )


def sign_struct(struct: griffe.Class) -> None:
    """Give a struct without a constructor of its own the one its fields make."""
    if "__init__" in struct.members or not any(str(base).endswith("Struct") for base in struct.bases):
        return
    fields = [
        griffe.Parameter(
            name,
            annotation=member.annotation,
            default=member.value,
            kind=griffe.ParameterKind.positional_or_keyword,
        )
        for name, member in struct.members.items()
        if isinstance(member, griffe.Attribute)
        and member.annotation is not None
        and not is_class_variable(member)
    ]
    if fields:
        struct.set_member("__init__", griffe.Function("__init__", parameters=griffe.Parameters(ME, *fields)))


def is_class_variable(attribute: griffe.Attribute) -> bool:
    """Whether it is none of an object's own fields."""
    return str(attribute.annotation).startswith("ClassVar") or "property" in attribute.labels


class Examples(griffe.Extension):
    """Fences the examples of every docstring, and completes classes once a package is loaded."""

    def on_object(self, *, obj: griffe.Object, **_kwargs: Any) -> None:
        """Rewrite one docstring."""
        if obj.docstring:
            obj.docstring.value = fenced(obj.docstring.value)

    def on_package(self, *, pkg: griffe.Module, **_kwargs: Any) -> None:
        """Complete the classes of a package."""
        for owner in list(classes_in(pkg)):
            borrow_methods(owner, pkg)
            sign_struct(owner)
