"""The one door: the few calls a definition makes upwards, to have itself run.

Each is named here and nowhere else; the module is imported when the call is first made.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

_CALLS = {
    "brought_assets": "mainspring.runtime.definitions.automation.checks:brought_assets",
    "brought_jobs": "mainspring.runtime.definitions.automation.checks:brought_jobs",
    "check_default_config": "mainspring.runtime.definitions.run_config.validated:check_default_config",
    "check_instigators": "mainspring.runtime.definitions.automation.checks:check_instigators",
    "check_kinds": "mainspring.runtime.definitions.automation.checks:check_kinds",
    "repository_of": "mainspring.runtime.definitions.repositories.of_definitions:repository_of",
    "code_versions": "mainspring.runtime.definitions.code_version.versions:CodeVersions",
    "invoke_op": "mainspring.runtime.execution.invoke:invoke_op",
    "job_of_graph": "mainspring.runtime.definitions.jobs.job:JobDefinition",
    "job_of_use": "mainspring.runtime.definitions.graphs.use:job_of_use",
    "execute_use_in_process": "mainspring.runtime.definitions.graphs.use:execute_use_in_process",
    "assets_staleness": "mainspring.runtime.definitions.staleness:assets_staleness",
    "check_plan": "mainspring.runtime.execution.unfed:check_plan",
    "invoke_asset": "mainspring.runtime.execution.invoke:invoke_asset",
    "execute_job_in_process": "mainspring.runtime.execution.in_process:execute_job_in_process",
    "asset_value_loader": "mainspring.runtime.execution.value_loader:asset_value_loader",
    "source_assets_of": "mainspring.runtime.definitions.assets.source_asset:source_assets_of",
    "load_asset_value": "mainspring.runtime.execution.values:load_asset_value",
}


@cache
def call(name: str) -> Any:
    """The function behind a name of the table."""
    module, _, function = _CALLS[name].partition(":")
    return getattr(import_module(module), function)
