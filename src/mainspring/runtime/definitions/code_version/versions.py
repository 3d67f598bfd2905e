"""``CodeVersions``: the code versions of assets and ops, computed where ``"auto"`` was said."""

from __future__ import annotations

import hashlib
from typing import Any

from mainspring.core.values.code_version import AUTO_CODE_VERSION, unresolved
from mainspring.runtime.definitions.code_version.description import Description, Reachable
from mainspring.runtime.definitions.code_version.origin import Origins
from mainspring.runtime.definitions.code_version.reach import Reach
from mainspring.runtime.definitions.code_version.values import ValueWriter

_DIGITS = 24


class CodeVersions:
    """Computes code versions, each when it is first asked for.

    >>> def make():
    ...     return 1
    >>> CodeVersions().of_function(make) == CodeVersions().of_function(make)
    True
    """

    def __init__(self) -> None:
        self._origins = Origins()
        self._reach = Reach(self._origins)
        self._of_ops: dict[int, tuple[object, str]] = {}

    def of_op(self, op: Any) -> str:
        """The version of the code and the config of an op, or of all the ops of a graph."""
        known = self._of_ops.get(id(op))
        if known is None:
            root = Description()
            ValueWriter(root, self._origins, f"the op {op.name!r}").write(op)
            known = self._of_ops[id(op)] = (op, self._version(root))
        return known[1]

    def of_function(self, function: Any) -> str:
        """The version of the code of a callable."""
        root = Description()
        ValueWriter(root, self._origins, "the function").write(function)
        return self._version(root)

    def _version(self, root: Description) -> str:
        """The hash of a description and of all it refers to, or why there is none."""
        digest = hashlib.sha256()
        numbers: dict[int, int] = {}
        waiting: list[Reachable] = []
        problems = list(root.problems)

        def take(found: Description) -> None:
            digest.update(found.content())
            for target in found.references:
                number = numbers.setdefault(id(target), len(waiting))
                if number == len(waiting):
                    waiting.append(target)
                digest.update(b"@%d" % number)

        take(root)
        for target in waiting:  # grows while it runs
            found = self._reach.describe(target)
            problems += found.problems
            take(found)
        if problems:
            return unresolved(
                problems[0] if len(problems) == 1 else f"{problems[0]}; and {len(problems) - 1} more"
            )
        return f"{AUTO_CODE_VERSION}:{digest.hexdigest()[:_DIGITS]}"
