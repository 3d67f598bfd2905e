"""Types of the values that pass between steps, their checks, and their loaders."""

from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.type_check import TypeCheck
from mainspring.runtime.definitions.types.value_type import ANY, NOTHING, PythonType, ValueType

__all__ = ["ANY", "NOTHING", "PythonType", "TypeCheck", "ValueType", "resolve_type"]
