"""Whose a class is that settings name: known under a name of ours or of old, or the user's own."""

from __future__ import annotations

from typing import Final

_OURS: Final = frozenset({"mainspring"})
_LIBRARIES: Final = """aws azure celery celery_docker celery_k8s cloud cloud_cli dask databricks docker gcp graphql k8s
mysql pipes postgres shared webserver""".split()
_FOREIGN: Final = frozenset({"dagster", *(f"dagster_{name}" for name in _LIBRARIES)})
"""Packages whose classes are known or refused, never imported. Any other package is the user's own."""


def plain_name(class_name: str) -> str:
    """The name of a class as it stands in ``KNOWN``.

    >>> plain_name("DagsterPostgresStorage")
    'PostgresStorage'
    """
    return class_name.removeprefix("Dagster")


def is_ours_or_foreign(module: str) -> bool:
    """Whether the classes of a module are either known or refused."""
    root = module.partition(".")[0]
    return root in _OURS or root in _FOREIGN
