"""What stores and loads values: ``IOManager``, and its halves ``OutputManager`` and ``InputManager``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext


class InputManager(ABC):
    """Loads the values of inputs."""

    @abstractmethod
    def load_input(self, context: InputContext) -> Any:
        """The value for an input. Raises where there is none."""


class OutputManager(ABC):
    """Stores the values of outputs."""

    @abstractmethod
    def handle_output(self, context: OutputContext, obj: Any) -> Any:
        """Store a value in place of what was stored for the same output before.

        What is to be recorded beside it is said with ``context.add_output_metadata`` and
        ``context.log_event``, or by yielding an ``AssetMaterialization`` of the asset. What it returns is
        ignored.
        """


class IOManager(InputManager, OutputManager):
    """Stores the values that steps produce and loads them for the steps that take them.

    >>> class Shelf(IOManager):
    ...     def __init__(self):
    ...         self.values = {}
    ...     def handle_output(self, context, obj):
    ...         self.values[tuple(context.get_identifier())] = obj
    ...     def load_input(self, context):
    ...         return self.values[tuple(context.get_identifier())]

    Register one under the key ``io_manager`` to have all values stored by it, or under another key that an
    asset or output names as its ``io_manager_key``. It may be called from several threads at once.
    """
