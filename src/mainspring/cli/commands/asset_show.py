"""``mainspring asset show``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
import msgspec

from mainspring.cli.as_json import emit_json
from mainspring.cli.check_reason import reason
from mainspring.cli.declared import names, own_tags
from mainspring.cli.instance import open_instance
from mainspring.cli.known import Known, known_assets
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import emit
from mainspring.cli.recorded import CheckFound, Happened, checks_of, history
from mainspring.cli.shown_metadata import shown
from mainspring.cli.table import Table, show_table
from mainspring.cli.wording import local, local_time
from mainspring.core.base.environment import Environment
from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetKey

_NEW_LINE = "\n"
_SIGNS = {True: "✓ passed", False: "✗ failed", None: "· not evaluated"}


class AssetPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of an asset. What only definitions tell is ``None`` where there are none."""

    key: str
    declared: bool
    group: str | None = None
    kinds: Sequence[str] | None = None
    owners: Sequence[str] | None = None
    tags: Mapping[str, str] | None = None
    description: str | None = None
    declared_at: str | None = None
    upstream: Sequence[str] | None = None
    downstream: Sequence[str] | None = None
    code_version: str | None = None
    materialized_code_version: str | None = None
    status: str | None = None
    """``FRESH``, ``STALE`` or ``MISSING``; ``None`` for what is not declared, or not made here."""
    reasons: Sequence[str] = ()
    """Why it is not up to date."""
    materialized_partitions: int = 0
    latest: Happened | None = None
    checks: Sequence[CheckFound] = ()
    history: Sequence[Happened] = ()


@click.command("show", cls=Command)
@click.argument("key", metavar="KEY")
@json_option
@target_options
def asset_show(key: str, as_json: bool, target: TargetChoice) -> None:
    """Show one asset: its latest materialization, checks, what it is made from, its history.

    KEY is written with slashes: raw/orders.
    """
    with open_instance() as instance:
        known = known_assets(instance, target)
        page = _page(instance, known, known.key(key))
        if as_json:
            emit_json(page)
        else:
            _show(page, instance.ambient.environ, with_definitions=known.graph is not None)


def _page(instance: Instance, known: Known, key: AssetKey) -> AssetPage:
    graph = known.graph
    is_declared = key in known.groups
    events = history(instance, key)
    latest = next((one for one in events if one.kind == "materialization"), None)
    versions = instance.get_latest_materialization_code_versions([key])
    page = AssetPage(
        key=key.to_user_string(),
        declared=is_declared,
        materialized_code_version=versions.get(key) if latest is not None else None,
        materialized_partitions=len(instance.get_materialized_partitions(key)),
        latest=latest,
        checks=checks_of(instance, key, graph.check_keys_of(key) if graph is not None else ()),
        history=events,
    )
    if graph is None or known.assets is None or not is_declared:
        return page
    node = graph.get(key)
    stands = known.staleness(instance, [key]).get(key)
    return msgspec.structs.replace(
        page,
        group=node.group_name,
        kinds=sorted(node.kinds),
        owners=list(node.owners),
        tags=own_tags(node),
        description=node.description,
        declared_at=str(node.where) if node.where else None,
        upstream=names(graph.parents(key)),
        downstream=names(graph.children(key)),
        code_version=known.assets.code_version(key),
        status=stands.status.value if stands is not None else None,
        reasons=stands.reasons if stands is not None else (),
    )


def _show(page: AssetPage, environ: Environment, *, with_definitions: bool) -> None:
    emit(page.key)
    facts = [(name, text) for name, text in _facts(page, with_definitions=with_definitions) if text]
    width = max((len(name) for name, _ in facts), default=0)
    for name, text in facts:
        emit(f"  {name.ljust(width)}  {text.replace(_NEW_LINE, _NEW_LINE + ' ' * (width + 4))}")
    if page.latest is not None:
        _show_latest(page.latest)
    if page.checks:
        emit("")
        _show_checks(page.checks, environ)
    if page.history:
        emit("")
        events = [
            [
                local_time(one.timestamp),
                one.kind,
                one.partition or "",
                "" if one.rows is None else f"{one.rows:,}",
                one.run_id[:8],
            ]
            for one in page.history
        ]
        show_table(
            Table(["at", "event", "partition", "rows", "run"], events, right=frozenset({"rows"})), environ
        )


def _show_checks(checks: Sequence[CheckFound], environ: Environment) -> None:
    rows = [
        [
            one.name,
            _SIGNS[one.passed],
            _severity(one),
            local(one.at),
            (one.run_id or "")[:8],
            reason(one.description, one.metadata),
        ]
        for one in checks
    ]
    show_table(Table(["check", "latest", "severity", "at", "run", "description"], rows), environ)


def _facts(page: AssetPage, *, with_definitions: bool) -> Iterator[tuple[str, str]]:
    yield "description", page.description or ""
    yield "group", page.group or ""
    yield "kinds", ", ".join(page.kinds or ())
    yield "owners", ", ".join(page.owners or ())
    yield "tags", ", ".join(f"{key}={value}" if value else key for key, value in (page.tags or {}).items())
    yield "upstream", ", ".join(page.upstream or ())
    yield "downstream", ", ".join(page.downstream or ())
    yield "status", "\n".join(["" if page.status is None else page.status.lower(), *page.reasons])
    yield "code version", page.code_version or ""
    if page.code_version and page.latest and page.materialized_code_version != page.code_version:
        yield "made with code version", page.materialized_code_version or ""
    nowhere = "nowhere in the definitions that were found" if with_definitions and not page.declared else ""
    yield "declared at", page.declared_at or nowhere
    yield "partitions made", f"{page.materialized_partitions:,}" if page.materialized_partitions else ""
    yield "materialized", "" if page.latest else "never"


def _show_latest(latest: Happened) -> None:
    where = f", partition {latest.partition}" if latest.partition else ""
    emit(
        f"\nlatest materialization  {local_time(latest.timestamp)}{where}, run {latest.run_id[:8] or 'none'}"
    )
    values = {**{name: shown(value) for name, value in latest.metadata.items()}}
    if latest.data_version:
        values["data version"] = latest.data_version
    width = max((len(name) for name in values), default=0)
    for name, text in values.items():
        emit(f"  {name.ljust(width)}  {text}")


def _severity(check: CheckFound) -> str:
    return (check.severity or "").lower() if check.passed is False else ""
