"""Code as it runs, without what does not matter: lines, comments, docstrings, the order of constants."""

from __future__ import annotations

import dis
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import Any, NamedTuple

_OF_NO_EFFECT = frozenset({"NOP", "EXTENDED_ARG", "CACHE", "RESUME"})
_STORED_FOR_READERS = frozenset({"__doc__", "__firstlineno__"})
_GLOBAL = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
_ATTRIBUTE = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_HAS_DOCSTRING = 0x4000000

_CONSTANT = frozenset(dis.hasconst)
_NAME = frozenset((*dis.hasname, *dis.haslocal, *dis.hasfree))
_JUMP = frozenset((*dis.hasjrel, *dis.hasjabs))


class Operation(NamedTuple):
    """One operation. ``constant`` is set where it loads one; ``words`` is all else that makes a difference."""

    words: tuple[str, ...]
    constant: Any = None
    has_constant: bool = False


class GlobalUse(NamedTuple):
    """A global name and the attributes that are taken of it right away: ``np.linalg.norm``."""

    name: str
    attributes: tuple[str, ...]


class ImportUse(NamedTuple):
    """An import inside a function. ``names`` are those taken from the module; none for the module itself."""

    module: str
    level: int
    names: tuple[str, ...]


def flags_of(code: CodeType) -> str:
    """How a code is called: its parameters and its kind."""
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)
    return repr((code.co_name, counts, parameters, code.co_flags & ~_HAS_DOCSTRING, code.co_exceptiontable))


def operations(code: CodeType) -> Iterator[Operation]:
    """The operations in order; where one jumps to is told by the number of the operation there."""
    kept = _kept(code)
    place = _places(kept, code)
    for one in kept:
        if one.opcode in _CONSTANT:
            yield Operation((one.opname,), one.argval, True)
        elif one.opcode in _JUMP:
            yield Operation((one.opname, str(place[one.argval])))
        elif one.opcode in _NAME:
            yield Operation((one.opname, one.argrepr))
        else:
            yield Operation((one.opname, str(one.arg)))


def _kept(code: CodeType) -> list[dis.Instruction]:
    """Without what has no effect, and without the storing of docstrings and line numbers in class bodies."""
    found = [one for one in dis.get_instructions(code) if one.opname not in _OF_NO_EFFECT]
    dropped: set[int] = set()
    for number, one in enumerate(found):
        if one.opname == "STORE_NAME" and one.argval in _STORED_FOR_READERS and number:
            dropped |= {number - 1, number}
    return [one for number, one in enumerate(found) if number not in dropped] if dropped else found


def _places(kept: Sequence[dis.Instruction], code: CodeType) -> dict[int, int]:
    """For each offset the number of the first kept operation at it or behind it."""
    places: dict[int, int] = {}
    offset = 0
    for number, one in enumerate(kept):
        while offset <= one.offset:
            places[offset] = number
            offset += 2
    while offset <= len(code.co_code):
        places[offset] = len(kept)
        offset += 2
    return places


def nested_codes(code: CodeType) -> list[CodeType]:
    """The code and all that is written inside it: lambdas, comprehensions, inner functions and classes."""
    found = [code]
    for one in found:  # grows while it runs
        found.extend(constant for constant in one.co_consts if isinstance(constant, CodeType))
    return found


def globals_of(code: CodeType) -> list[GlobalUse]:
    """The global names a code uses, its nested code too, each with its attributes once."""
    found: dict[GlobalUse, None] = {}
    for one in nested_codes(code):
        name: str | None = None
        attributes: list[str] = []
        for instruction in dis.get_instructions(one):
            if instruction.opname in _OF_NO_EFFECT:
                continue
            if name is not None and instruction.opname in _ATTRIBUTE:
                attributes.append(instruction.argval)
                continue
            if name is not None:
                found[GlobalUse(name, tuple(attributes))] = None
            name = instruction.argval if instruction.opname in _GLOBAL else None
            attributes = []
    return list(found)


def imports_of(code: CodeType) -> list[ImportUse]:
    """The imports inside a code, its nested code too."""
    found: dict[ImportUse, None] = {}
    for one in nested_codes(code):
        before: list[Any] = []
        for instruction in dis.get_instructions(one):
            if instruction.opname in _OF_NO_EFFECT:
                continue
            if instruction.opname == "IMPORT_NAME":
                level, names = before[-2:]
                found[ImportUse(instruction.argval, int(level or 0), tuple(names or ()))] = None
            before = [*before[-1:], instruction.argval]
    return list(found)
