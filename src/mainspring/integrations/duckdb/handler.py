"""``DbTypeHandler``: how values of some types become tables and come back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from mainspring.integrations.duckdb.table_slice import TableSlice
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext

T = TypeVar("T")


class DbTypeHandler(ABC, Generic[T]):
    """Writes values of its types into tables and reads them back.

    ``connection`` is the database's own; writing happens inside a transaction, which the IO manager ends.
    """

    @abstractmethod
    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: T, connection: Any
    ) -> Mapping[str, Any] | None:
        """Append a value to the table of a slice, whose old rows are gone, and make the table if need be.

        What is returned is recorded as metadata.
        """

    @abstractmethod
    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> T:
        """The rows and columns of a slice of a table that is there."""

    @property
    @abstractmethod
    def supported_types(self) -> Sequence[type]:
        """The types of the values it handles; subclasses of them too."""
