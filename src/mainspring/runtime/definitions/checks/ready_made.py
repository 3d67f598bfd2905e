"""Checks that read what the latest materializations say of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.records.asset_events import AssetCheckSeverity
from mainspring.core.records.filters import AssetRecordsFilter
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import keys_of_all
from mainspring.core.values.metadata import (
    FloatMetadataValue,
    IntMetadataValue,
    TableSchema,
    TableSchemaMetadataValue,
)
from mainspring.core.values.metadata.keys import COLUMN_SCHEMA
from mainspring.runtime.contexts.asset import AssetCheckExecutionContext
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.checks.decorators import multi_asset_check
from mainspring.runtime.definitions.checks.definition import AssetChecksDefinition
from mainspring.runtime.definitions.results import AssetCheckResult


def build_metadata_bounds_checks(
    *,
    assets: Sequence[Any],
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    metadata_key: str,
    min_value: float | None = None,
    max_value: float | None = None,
    exclusive_min: bool = False,
    exclusive_max: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """For each asset a check that a number in the metadata of its latest materialization lies within bounds.

    The check fails where the asset was never materialised, or says no such number. Raises
    ``InvalidDefinitionError`` without any bound.
    """
    if min_value is None and max_value is None:
        raise InvalidDefinitionError("build_metadata_bounds_checks needs `min_value`, `max_value` or both.")
    bounds = _bounds_text(min_value, max_value, exclusive_min, exclusive_max)

    def evaluate(context: Any, key: AssetKey, name: str) -> AssetCheckResult:
        def answer(passed: bool, description: str, **metadata: Any) -> AssetCheckResult:
            return AssetCheckResult(
                passed=passed,
                asset_key=key,
                check_name=name,
                severity=severity,
                description=description,
                metadata=metadata,
            )

        entry = context.instance.get_latest_materialization_event(key)
        if entry is None or entry.asset_materialization is None:
            return answer(False, "The asset was never materialised.")
        found = entry.asset_materialization.metadata.get(metadata_key)
        if not isinstance(found, (IntMetadataValue, FloatMetadataValue)):
            return answer(
                False, f"The latest materialization has no number {metadata_key!r} in its metadata."
            )
        value = found.value
        assert value is not None  # a number value holds a number
        low = min_value is None or (value > min_value if exclusive_min else value >= min_value)
        high = max_value is None or (value < max_value if exclusive_max else value <= max_value)
        return answer(
            low and high, f"{metadata_key} is {value}; the bounds are {bounds}.", **{metadata_key: value}
        )

    return [
        _checks(
            assets, f"{_identifier(metadata_key)}_bounds_check", f"{metadata_key} lies in {bounds}.", evaluate
        )
    ]


def _identifier(text: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in text)


def _bounds_text(low: float | None, high: float | None, open_low: bool, open_high: bool) -> str:
    left = "(-inf" if low is None else f"{'(' if open_low else '['}{low}"
    right = "inf)" if high is None else f"{high}{')' if open_high else ']'}"
    return f"{left}, {right}"


def build_column_schema_change_checks(
    *, assets: Sequence[Any], severity: AssetCheckSeverity = AssetCheckSeverity.WARN
) -> Sequence[AssetChecksDefinition]:
    """For each asset a check that the columns of its two latest materializations are the same.

    The check fails where one of the two says no ``dagster/column_schema``, and passes where there is only one yet.
    """

    def evaluate(context: Any, key: AssetKey, name: str) -> AssetCheckResult:
        def answer(passed: bool, description: str) -> AssetCheckResult:
            return AssetCheckResult(
                passed=passed, asset_key=key, check_name=name, severity=severity, description=description
            )

        records = context.instance.fetch_materializations(AssetRecordsFilter(asset_key=key), limit=2).records
        if len(records) < 2:
            return answer(True, "There are not two materializations to compare yet.")
        schemas = [_schema_of(record) for record in records]
        if None in schemas:
            return answer(False, f"A materialization has no {COLUMN_SCHEMA!r} in its metadata.")
        new, old = schemas
        assert new is not None  # asked above
        assert old is not None
        changes = _changes(old, new)
        return answer(not changes, "\n".join(changes) or "The columns are the same.")

    return [
        _checks(
            assets, "column_schema_change", "The columns are those of the materialization before.", evaluate
        )
    ]


def _schema_of(record: Any) -> TableSchema | None:
    found = record.asset_materialization.metadata.get(COLUMN_SCHEMA)
    return found.schema if isinstance(found, TableSchemaMetadataValue) else None


def _changes(old: TableSchema, new: TableSchema) -> list[str]:
    before = {column.name: column.type for column in old.columns}
    after = {column.name: column.type for column in new.columns}
    added = [f"Added column {name!r} ({after[name]})." for name in after if name not in before]
    removed = [f"Removed column {name!r}." for name in before if name not in after]
    changed = [
        f"Column {name!r} changed from {before[name]} to {after[name]}."
        for name in after
        if name in before and before[name] != after[name]
    ]
    return added + removed + changed


def _checks(assets: Sequence[Any], name: str, description: str, evaluate: Any) -> AssetChecksDefinition:
    specs = [AssetCheckSpec(name, asset=key, description=description) for key in keys_of_all(assets)]
    joined = "_".join(spec.asset_key.to_python_identifier() for spec in specs)
    told_apart = joined if len(joined) <= 80 else sha256(joined.encode()).hexdigest()[:16]

    @multi_asset_check(name=f"{name}_{told_apart}", specs=specs, can_subset=True)
    def ready_made(context: AssetCheckExecutionContext) -> Iterator[AssetCheckResult]:
        for key in sorted(context.selected_asset_check_keys):
            yield evaluate(context, key.asset_key, key.name)

    return ready_made
