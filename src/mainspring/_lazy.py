"""Attribute access that imports: how the public face loads a name's module when the name is first used (SPEC 1).

The table maps a public name to ``"module:attribute"``, relative to the package; ``"module:"`` means the module
itself. It is generated from the stub beside it, because reading the stub costs more than the whole import may
(``docs/decisions/0004-lazy-public-face.md``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from os import environ


def attach(
    package: str, table: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """The ``__getattr__``, ``__dir__`` and ``__all__`` of a package whose names are loaded at first use.

    A loaded name is kept on the package, so that the second use costs nothing. With ``EAGER_IMPORT`` set in the
    environment everything is loaded at once, which shows every import error there is.
    """
    names = sorted(table)

    def load(name: str) -> object:
        target = table.get(name)
        if target is None:
            raise AttributeError(_unknown(package, name, names), name=name, obj=sys.modules.get(package))
        module_name, _, attribute = target.partition(":")
        module = import_module(f"{package}.{module_name}")
        value = getattr(module, attribute) if attribute else module
        setattr(sys.modules[package], name, value)
        return value

    def listed() -> list[str]:
        return [*names, *(name for name in ("__all__", "__doc__", "__version__"))]

    if environ.get("EAGER_IMPORT"):
        for name in names:
            load(name)
    return load, listed, names


def _unknown(package: str, name: str, names: list[str]) -> str:
    # Only for a name that somebody meant: tools ask every module for names such as __wrapped__.
    message = f"module {package!r} has no attribute {name!r}"
    if name.startswith("_"):
        return message
    hint: str | None = import_module(f"{package}.core.base.errors").did_you_mean(name, names)
    return f"{message}. {hint}" if hint else message
