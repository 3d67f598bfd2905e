"""From which columns of other assets the columns of a table come."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import force_setattr

from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata.plain import plain_text, wrong


class TableColumnDep(Struct, frozen=True):
    """One column of one asset, on which a column depends."""

    asset_key: AssetKey
    column_name: str

    if TYPE_CHECKING:

        def __init__(self, asset_key: AssetKey | str | Sequence[str], column_name: str) -> None: ...

    def __post_init__(self) -> None:
        force_setattr(self, "asset_key", AssetKey.from_coercible(self.asset_key))
        force_setattr(self, "column_name", plain_text(self.column_name, "TableColumnDep.column_name"))


class TableColumnLineage(Struct, frozen=True):
    """For each column of a table the columns of other assets it is made of.

    >>> lineage = TableColumnLineage({"total": [TableColumnDep("orders", "amount")]})
    >>> lineage.deps_by_column["total"][0].column_name
    'amount'
    """

    deps_by_column: Mapping[str, Sequence[TableColumnDep]]

    def __post_init__(self) -> None:
        deps_by_column: dict[str, list[Any]] = {c: list(deps) for c, deps in self.deps_by_column.items()}
        for column, deps in deps_by_column.items():
            for dep in deps:
                if not isinstance(dep, TableColumnDep):
                    raise wrong(f"The lineage of column {column!r} takes TableColumnDeps; got {dep!r}.")
        force_setattr(self, "deps_by_column", deps_by_column)

    def __hash__(self) -> int:
        return hash(frozenset((column, tuple(deps)) for column, deps in self.deps_by_column.items()))
