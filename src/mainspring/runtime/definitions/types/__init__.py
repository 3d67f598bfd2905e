"""Types of the values that pass between steps, and their checks."""

from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.value_type import ANY, NOTHING, PythonType, TypeCheck, ValueType

__all__ = ["ANY", "NOTHING", "PythonType", "TypeCheck", "ValueType", "resolve_type"]
