"""Values as words: constants, defaults, closures, and whatever a function reads of its module."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from inspect import getattr_static
from logging import Logger
from pathlib import PurePath
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    GenericAlias,
    MappingProxyType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    UnionType,
    WrapperDescriptorType,
)
from typing import Any, ClassVar, ForwardRef, ParamSpec, TypeVar, cast, get_args, get_origin
from uuid import UUID

from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.code_version.description import Description
from mainspring.runtime.definitions.code_version.instructions import flags_of, operations
from mainspring.runtime.definitions.code_version.origin import Origins, Owner
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition

_COMPILED = "cython_function_or_method"
_DEEPEST = 80
_LARGEST = 200_000

_PLAIN = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    type(None),
    type(...),
    type(NotImplemented),
    range,
    slice,
)
_WRITTEN_BY_REPR = (datetime, date, time, timedelta, Decimal, Fraction, PurePath, UUID)
_BUILT_IN = (BuiltinFunctionType, MethodDescriptorType, WrapperDescriptorType, MethodWrapperType)
_WITHOUT_CONTENT = frozenset(
    {"lock", "RLock", "_local", "Condition", "Event", "Semaphore", "WeakKeyDictionary"}
)

CANNOT_BE_FOLLOWED: Mapping[str, str] = {
    "builtins.eval": "eval",
    "builtins.exec": "exec",
    "builtins.compile": "compile",
    "builtins.globals": "globals",
    "builtins.__import__": "__import__",
    "importlib.import_module": "importlib.import_module",
    "importlib.reload": "importlib.reload",
    "sys.modules": "sys.modules",
    "runpy.run_path": "runpy.run_path",
    "runpy.run_module": "runpy.run_module",
    "pkgutil.resolve_name": "pkgutil.resolve_name",
}
"""What reaches code by a text that is known only while it runs."""


class ValueWriter:
    """Writes values into one description. ``where`` names in problems what the values belong to."""

    def __init__(self, into: Description, origins: Origins, where: str) -> None:
        self._into = into
        self._origins = origins
        self._where = where
        self._around: set[int] = set()

    def write(self, value: Any, name: str | None = None) -> None:
        """Write a value; ``name`` is what it is called where it is read."""
        if self._into.size > _LARGEST:
            self._into.cannot(f"{self._where} reads values too large to be compared")
            return
        if type(value) in _PLAIN:
            self._into.say(type(value).__name__, repr(value))
            return
        if id(value) in self._around:
            self._into.say("itself")
            return
        if len(self._around) > _DEEPEST:
            self._into.cannot(f"{self._where} reads a value nested too deeply to be compared")
            return
        self._around.add(id(value))
        try:
            self._write(value, name)
        except Exception as error:  # whatever an object raises that is looked at
            failed = f"{type(error).__name__}: {error}"
            self._into.cannot(
                f"{self._where} reads a {type(value).__qualname__} that cannot be looked at: {failed}"
            )
        finally:
            self._around.discard(id(value))

    def code(self, code: CodeType) -> None:
        """Write what a code does."""
        self._into.say("code", flags_of(code))
        for operation in operations(code):
            self._into.say(*operation.words)
            if operation.has_constant:
                self.write(operation.constant)

    def origin(self, module_name: object, name: str) -> None:
        """Write something of a package or of Python by its name, and the version of the package."""
        origin = self._origins.of(module_name)
        if origin.version is None:
            self._into.cannot(
                f"{self._where} uses {module_name}.{name}, of a package whose version is not known"
            )
        self._into.say(origin.owner.value, origin.name, origin.version or "", f"{module_name}.{name}")

    def _write(self, value: Any, name: str | None) -> None:
        kind = cast(Any, type(value))
        exact = self._CONTAINERS.get(kind)
        if exact is not None:
            exact(self, value)
            return
        for kinds, write in self._FORMS:
            if issubclass(kind, kinds):  # what a proxy calls its class is no matter
                write(self, value)
                return
        self._instance(value, name)

    # -- code ----------------------------------------------------------------------------------------------------------

    def _function(self, value: FunctionType) -> None:
        module = value.__globals__.get("__name__")
        if self._origins.of(module).is_first_party or value.__closure__ is not None:
            self._into.refer(value)
            return
        called = f"{module}.{value.__qualname__}"
        if called in CANNOT_BE_FOLLOWED:
            self.cannot_follow(called)
        self.origin(module, value.__qualname__)
        wrapped = getattr(value, "__wrapped__", None)
        if wrapped is not None:
            self.write(wrapped)

    def _class(self, value: type) -> None:
        if self._origins.of(value.__module__).is_first_party:
            self._into.refer(value)
        else:
            self.origin(value.__module__, value.__qualname__)

    def _module(self, value: ModuleType) -> None:
        if self._origins.of(value.__name__).is_first_party:
            self._into.refer(value)
        else:
            self.origin(value.__name__, "")

    def _builtin(self, value: Any) -> None:
        owner = getattr(value, "__self__", None)
        kind = getattr(value, "__objclass__", None)
        module = getattr(value, "__module__", None) or getattr(kind, "__module__", None)
        called = f"{module or 'builtins'}.{value.__qualname__}"
        if called in CANNOT_BE_FOLLOWED:
            self.cannot_follow(called)
        self.origin(module, value.__qualname__)
        if owner is not None and not isinstance(owner, ModuleType):
            self.write(owner)

    def cannot_follow(self, called: str) -> None:
        """Note the use of something that reaches code by its name."""
        self._into.cannot(
            f"{self._where} uses `{CANNOT_BE_FOLLOWED[called]}`, and what that reaches is not known"
        )

    def _method(self, value: MethodType) -> None:
        self._into.say("method")
        self.write(value.__func__)
        self.write(value.__self__)

    def _wrapped(self, value: staticmethod[..., Any] | classmethod[Any, ..., Any]) -> None:
        self._into.say(type(value).__name__)
        self.write(value.__func__)

    def _property(self, value: property) -> None:
        self._into.say("property")
        for function in (value.fget, value.fset, value.fdel):
            self.write(function)

    def _cached_property(self, value: cached_property[Any]) -> None:
        self._into.say("cached_property")
        self.write(value.func)

    # -- data ----------------------------------------------------------------------------------------------------------

    def _sequence(self, value: Any) -> None:
        self._into.say(type(value).__name__, str(len(value)))
        for item in value:
            self.write(item)

    def _set(self, value: Any) -> None:
        self._into.say(type(value).__name__, str(len(value)))
        for item in sorted(value, key=lambda one: (type(one).__qualname__, repr(one))):
            self.write(item)

    def _mapping(self, value: Mapping[Any, Any]) -> None:
        self._into.say("mapping", str(len(value)))
        for key, item in value.items():
            self.write(key)
            self.write(item)

    def _enum(self, value: Enum) -> None:
        self._class(type(value))
        self._into.say("member", str(value.name))

    def _by_repr(self, value: object) -> None:
        self._into.say(type(value).__qualname__, repr(value))

    def _zone(self, value: tzinfo) -> None:
        self._into.say(type(value).__qualname__, str(value))

    def _pattern(self, value: re.Pattern[Any]) -> None:
        self._into.say("pattern", repr(value.pattern), str(value.flags))

    def _named(self, value: Logger | ContextVar[Any] | TypeVar | ParamSpec) -> None:
        self._into.say(
            type(value).__qualname__, value.__name__ if isinstance(value, TypeVar | ParamSpec) else value.name
        )

    def _forward(self, value: ForwardRef) -> None:
        self._into.say("forward", value.__forward_arg__)

    def _generic(self, value: Any) -> None:
        self._into.say("generic")
        self.write(get_origin(value))
        for argument in get_args(value):
            self.write(argument)

    # -- definitions ---------------------------------------------------------------------------------------------------

    def op(self, value: Any) -> None:
        """Write an op: its function and the form of its config."""
        self._into.say("op", value.name)
        self.write(value.compute_fn)
        self.write(value.config_schema, "its config")

    def _graph(self, value: GraphDefinition) -> None:
        flat = value.flat
        self._into.say("graph", value.name, repr(flat.outputs))
        for one in flat.ops:
            self._into.say(*one.path, repr(one.sources), repr(one.over))
            self.op(one.op)
        self.write(value.config_mapping, "its config mapping")

    def _assets(self, value: AssetsDefinition) -> None:
        self._into.say("assets", *(key.to_user_string() for key in value.specs_by_key))
        if value.computation is not None:
            self.write(value.computation.node)

    def _place(self, value: SourcePosition) -> None:
        """Where something is written makes no difference."""

    # -- anything else -------------------------------------------------------------------------------------------------

    def _compiled(self, value: Any) -> None:
        """A function that Cython compiled: a package's counts by its version, the project's shows no code."""
        if self._origins.of(value.__module__).is_first_party:
            self._into.cannot(f"{self._where} uses {value.__qualname__}, which is compiled")
        else:
            self.origin(value.__module__, value.__qualname__)

    def _instance(self, value: Any, name: str | None) -> None:
        """An object by its class and its content."""
        if get_origin(value) is not None:
            self._generic(value)
            return
        kind = cast(Any, type(value))
        if kind.__name__ == _COMPILED:
            self._compiled(value)
            return
        self._class(kind)
        if kind.__name__ in _WITHOUT_CONTENT and self._origins.of(kind.__module__).owner is Owner.PYTHON:
            return
        wrapped = getattr_static(value, "__wrapped__", None)
        if wrapped is not None and callable(value):
            self.write(wrapped)
            return
        self._taken_apart(value, name)

    def _taken_apart(self, value: Any, name: str | None) -> None:
        """An object by what it would be pickled from."""
        try:
            parts = value.__reduce_ex__(4)
        except Exception:
            called = f"`{name}`, " if name else ""
            self._into.cannot(
                f"{self._where} reads {called}a {type(value).__qualname__}, which cannot be compared"
            )
            return
        if isinstance(parts, str):
            self._into.say(parts)
            return
        function, arguments, *rest = parts
        self.write(function)
        for argument in arguments:
            self.write(argument, name)
        for part in rest[:1]:
            self.write(part, name)
        for items in rest[1:3]:
            for item in items or ():
                self.write(item, name)

    # -- which form is written how -----------------------------------------------------------------------------------

    _FORMS: ClassVar[tuple[tuple[Any, Any], ...]] = (
        (CodeType, code),
        (FunctionType, _function),
        (Enum, _enum),
        ((GenericAlias, UnionType), _generic),
        (type, _class),
        (ModuleType, _module),
        (_BUILT_IN, _builtin),
        (MethodType, _method),
        ((staticmethod, classmethod), _wrapped),
        (property, _property),
        (cached_property, _cached_property),
        (_WRITTEN_BY_REPR, _by_repr),
        (tzinfo, _zone),
        (re.Pattern, _pattern),
        ((Logger, ContextVar, TypeVar, ParamSpec), _named),
        (ForwardRef, _forward),
        (MappingProxyType, _mapping),
        (OpDefinition, op),
        (GraphDefinition, _graph),
        (AssetsDefinition, _assets),
        (SourcePosition, _place),
    )
    _CONTAINERS: ClassVar[Mapping[Any, Any]] = {
        tuple: _sequence,
        list: _sequence,
        deque: _sequence,
        set: _set,
        frozenset: _set,
        dict: _mapping,
    }
