"""The types that have a name of their own: ``Int``, ``Nothing``, ``List`` and the like.

``Any``, ``Bool``, ``Float``, ``Int`` and ``String`` are Python's own, so that they serve as annotations, as types of
inputs and outputs, and in config schemas. ``List[Int]`` is the type that the annotation ``list[int]`` stands for.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, TypeAlias

__all__ = [
    "Any",
    "Bool",
    "Dict",
    "Float",
    "Int",
    "List",
    "Nothing",
    "Optional",
    "Set",
    "String",
    "Tuple",
]

Any: TypeAlias = typing.Any
"""Any value: Python's own ``Any``."""
Bool: TypeAlias = bool
"""True or false: Python's own ``bool``."""
Float: TypeAlias = float
"""A number: Python's own ``float``. An ``int`` fits it too."""
Int: TypeAlias = int
"""A whole number: Python's own ``int``."""
String: TypeAlias = str
"""A text: Python's own ``str``."""

if TYPE_CHECKING:  # an editor knows these by Python's own
    from typing import Dict, List, Optional, Set, Tuple  # noqa: UP035

    Nothing: TypeAlias = None
else:
    from mainspring.runtime.definitions.types.forms import DICT as Dict  # noqa: N811
    from mainspring.runtime.definitions.types.forms import LIST as List  # noqa: N811
    from mainspring.runtime.definitions.types.forms import OPTIONAL as Optional  # noqa: N811
    from mainspring.runtime.definitions.types.forms import SET as Set  # noqa: N811
    from mainspring.runtime.definitions.types.forms import TUPLE as Tuple  # noqa: N811
    from mainspring.runtime.definitions.types.value_type import NOTHING as Nothing  # noqa: N811
