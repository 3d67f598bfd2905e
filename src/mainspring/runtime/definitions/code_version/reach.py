"""What functions, classes and modules consist of, each described once."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from enum import EnumType
from importlib import import_module
from importlib.util import resolve_name
from inspect import get_annotations
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.code_version.description import Description, Reachable
from mainspring.runtime.definitions.code_version.instructions import (
    GlobalUse,
    ImportUse,
    globals_of,
    imports_of,
)
from mainspring.runtime.definitions.code_version.models import write_fields
from mainspring.runtime.definitions.code_version.origin import Origins
from mainspring.runtime.definitions.code_version.values import CANNOT_BE_FOLLOWED, ValueWriter

_ABSENT: Any = object()
_NOT_CONTENT = frozenset(
    "__doc__ __module__ __dict__ __weakref__ __firstlineno__ __static_attributes__ __annotations__ __annotate__ "
    "__annotate_func__ __annotations_cache__ __abstractmethods__ _abc_impl __signature__ __dataclass_fields__ "
    "__dataclass_params__ __qualname__ __builtins__ __cached__ __file__ __loader__ __name__ __package__ __path__ "
    "__spec__ __fields_set__ __conditional_annotations__".split()
)
_OF_LIBRARIES = ("__pydantic_", "__struct_", "__attrs_props")


class Reach:
    """Describes functions, classes and modules. The description of each is kept."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._known: dict[int, tuple[object, Description]] = {}

    def describe(self, target: Reachable) -> Description:
        """What there is to say of a function, a class or a module of the project."""
        known = self._known.get(id(target))
        if known is not None:
            return known[1]
        found = Description()
        try:
            self._write(target, found)
        except Exception as error:  # whatever raises in code that is looked at
            found.cannot(f"{target.__name__} cannot be looked at: {type(error).__name__}: {error}")
        self._known[id(target)] = (target, found)  # held, so that the id stays its own
        return found

    def _write(self, target: Reachable, into: Description) -> None:
        if isinstance(target, FunctionType):
            _Function(target, into, self._origins).describe()
        elif isinstance(target, ModuleType):
            _describe_module(target, into, self._origins)
        else:
            _describe_class(target, into, self._origins)


class _Function:
    """Describes one function."""

    def __init__(self, function: FunctionType, into: Description, origins: Origins) -> None:
        self._function = function
        self._into = into
        self._origins = origins
        code = function.__code__
        where = f"{function.__qualname__} ({SourcePosition(code.co_filename, code.co_firstlineno)})"
        self._values = ValueWriter(into, origins, where)
        self._where = where

    def describe(self) -> None:
        """Write what it does and all that it reads."""
        function, values = self._function, self._values
        self._into.say("function")
        module = function.__globals__.get("__name__")
        if self._origins.of(module).is_first_party:
            values.code(function.__code__)
            self._reads(function.__code__)
        else:
            values.origin(module, function.__qualname__)
        for default in (function.__defaults__, function.__kwdefaults__):
            values.write(default)
        for cell in function.__closure__ or ():
            try:
                values.write(cell.cell_contents)
            except ValueError:
                self._into.say("empty")
        for name in sorted(vars(function)):
            self._into.say(name)
            values.write(vars(function)[name], name)
        _write_annotations(function, function.__globals__, self._into, values)

    def _reads(self, code: CodeType) -> None:
        for use in globals_of(code):
            self._into.say(use.name, *use.attributes)
            self._read(use)
        for use in imports_of(code):
            self._into.say("import", use.module, *use.names)
            self._import(use)

    def _read(self, use: GlobalUse) -> None:
        found = _looked_up(self._function.__globals__, use.name)
        if found is _ABSENT:
            self._into.say("absent")
            return
        name = use.name
        for attribute in use.attributes:
            if not isinstance(found, ModuleType):
                break
            called = f"{found.__name__}.{attribute}"
            if called in CANNOT_BE_FOLLOWED:
                self._values.cannot_follow(called)
            if not self._origins.of(found.__name__).is_first_party:
                break
            found = _attribute(found, attribute)
            name = f"{name}.{attribute}"
            if found is _ABSENT:
                self._into.say("absent")
                return
        if found is sys.modules:
            self._values.cannot_follow("sys.modules")
            return
        self._values.write(found, name)

    def _import(self, use: ImportUse) -> None:
        """What is imported inside it is imported now, as it would be by the function."""
        package: Any = self._function.__globals__.get("__package__")
        try:
            name = resolve_name("." * use.level + use.module, package) if use.level else use.module
        except (ImportError, ValueError, TypeError) as error:
            self._into.cannot(f"{self._where} imports {use.module!r}, which cannot be found: {error}")
            return
        for taken in use.names:
            called = f"{name}.{taken}"
            if called in CANNOT_BE_FOLLOWED:
                self._values.cannot_follow(called)
        if not self._origins.of(name).is_first_party:
            self._values.origin(name, "")
            return
        try:
            module = import_module(name)
            top = sys.modules[name.partition(".")[0]]
        except Exception as error:  # whatever the code of the module raises
            self._into.cannot(f"{self._where} imports {name!r}, which fails: {type(error).__name__}: {error}")
            return
        for taken in use.names:
            found = _attribute(module, taken)
            self._values.write(None if found is _ABSENT else found, taken)
        if not use.names:
            self._values.write(module)
            self._values.write(top)


def _looked_up(namespace: Mapping[str, Any], name: str) -> Any:
    if name in namespace:
        return namespace[name]
    return getattr(builtins, name, _ABSENT)


def _attribute(module: ModuleType, name: str) -> Any:
    found = getattr(module, name, _ABSENT)
    if found is not _ABSENT:
        return found
    try:
        return import_module(f"{module.__name__}.{name}")
    except ImportError:
        return _ABSENT


def _describe_module(module: ModuleType, into: Description, origins: Origins) -> None:
    """All of it: used where a module is handed on as a value, so that any part may be reached."""
    into.say("module", module.__name__)
    values = ValueWriter(into, origins, f"the module {module.__name__}")
    for name in sorted(vars(module)):
        if name not in _NOT_CONTENT:
            into.say(name)
            values.write(vars(module)[name], name)


def _describe_class(kind: type, into: Description, origins: Origins) -> None:
    into.say("class", kind.__qualname__)
    values = ValueWriter(into, origins, f"the class {kind.__qualname__} of {kind.__module__}")
    for base in (type(kind), *kind.__bases__):
        values.write(base)
    members = dict(vars(kind))
    if isinstance(kind, EnumType):
        enumeration: Any = kind
        for name, member in enumeration.__members__.items():
            into.say(name)
            values.write(member.value, name)
        members = {
            name: one
            for name, one in members.items()
            if name not in kind.__members__ and not _is_sunder(name)
        }
        members.pop("__new__", None)
    for name in sorted(members):
        member = members[name]
        if name in _NOT_CONTENT or name.startswith(_OF_LIBRARIES):
            continue
        if not isinstance(member, GetSetDescriptorType | MemberDescriptorType):
            into.say(name)
            values.write(member, name)
    write_fields(kind, values, into)
    _write_annotations(kind, vars(sys.modules.get(kind.__module__, builtins)), into, values)


def _is_sunder(name: str) -> bool:
    return name.startswith("_") and name.endswith("_") and not name.startswith("__")


def _write_annotations(
    target: Any, namespace: Mapping[str, Any], into: Description, values: ValueWriter
) -> None:
    """The annotations, and the classes they name: methods of a parameter's class are reached through it."""
    try:
        annotations: Mapping[str, Any] = get_annotations(target)
    except NameError:  # what is annotated is not defined while the program runs
        annotations = {}
    into.say("annotations", str(len(annotations)))
    for name, annotation in annotations.items():
        into.say(name)
        if isinstance(annotation, str):
            _write_text(annotation, namespace, into, values)
        else:
            values.write(annotation, name)


def _write_text(text: str, namespace: Mapping[str, Any], into: Description, values: ValueWriter) -> None:
    into.say(text)
    try:
        code = compile(text, "<annotation>", "eval", dont_inherit=True)
    except SyntaxError:
        return
    for use in globals_of(code):
        found = _looked_up(namespace, use.name)
        for attribute in use.attributes:
            if isinstance(found, ModuleType):
                found = getattr(found, attribute, _ABSENT)
        if found is not _ABSENT and not isinstance(found, ModuleType):
            values.write(found, use.name)
