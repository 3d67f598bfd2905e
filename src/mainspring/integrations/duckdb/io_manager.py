"""``DuckDBIOManager``: each asset is a table of a DuckDB database."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from pydantic import Field, PrivateAttr

from mainspring.core.config.schema import Field as ConfigField
from mainspring.core.config.schema import Permissive
from mainspring.integrations.duckdb.connect import Patience
from mainspring.integrations.duckdb.handler import DbTypeHandler
from mainspring.integrations.duckdb.tables import DuckDBTables
from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.io.configurable import ConfigurableIOManagerFactory
from mainspring.runtime.io.definition import IOManagerDefinition


class DuckDBIOManager(ConfigurableIOManagerFactory[DuckDBTables]):
    """Keeps each asset as a table. A subclass says of which types; those for pandas and polars are there
    already.

    The table of the asset ``["shop", "orders"]`` is ``shop.orders``. The schema is the first that is given:
    ``schema`` of the IO manager, ``schema`` in the metadata of the asset, the part of its key before the
    last, ``public``.

    Of a partitioned asset, the metadata ``partition_expr`` says by which column, or SQL expression, the
    partitions go (of one with several dimensions, a dict by dimension); only the rows of the run's partitions
    are replaced. An input with the metadata ``columns`` loads only these.
    """

    database: str = Field(description="The file of the database; its folder is made.")
    connection_config: dict[str, Any] = Field(
        default={}, description="Settings of DuckDB, as in duckdb.connect(config=...)."
    )
    schema_: str | None = Field(default=None, alias="schema", description="The schema of all tables.")

    _patience: Patience = PrivateAttr(default_factory=Patience)

    @staticmethod
    @abstractmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """What writes and reads the values of each type."""

    @staticmethod
    def default_load_type() -> type | None:
        """The type an input is loaded as that says none. ``None``: that of the only handler."""
        return None

    def create_io_manager(self, context: InitResourceContext) -> DuckDBTables:
        """The IO manager for a run."""
        del context
        return DuckDBTables(
            self.database,
            handlers=self.type_handlers(),
            default_load_type=self.default_load_type(),
            schema=self.schema_,
            connection_config=self.connection_config,
            patience=self._patience,
        )


def build_duckdb_io_manager(
    type_handlers: Sequence[DbTypeHandler[Any]], default_load_type: type | None = None
) -> IOManagerDefinition:
    """An IO manager definition for these handlers; its config is ``database``, ``schema``,
    ``connection_config``.
    """

    def make(init_context: InitResourceContext) -> DuckDBTables:
        config = init_context.resource_config
        return DuckDBTables(
            config["database"],
            handlers=type_handlers,
            default_load_type=default_load_type,
            schema=config.get("schema"),
            connection_config=config.get("connection_config"),
        )

    return IOManagerDefinition(
        make,
        config_schema={
            "database": ConfigField(str),
            "schema": ConfigField(str, is_required=False),
            "connection_config": ConfigField(Permissive(), is_required=False),
        },
        description="Keeps each asset as a table of a DuckDB database.",
    )
