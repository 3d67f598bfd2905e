"""Settings as they may be shown."""

from __future__ import annotations

import pytest

from mainspring.core.instance.settings.hiding import hidden


def postgres(url: object) -> dict[str, object]:
    return {
        "run_storage": {
            "module": "dagster_postgres",
            "class": "PostgresRunStorage",
            "config": {"postgres_url": url},
        }
    }


def vault(**config: object) -> dict[str, object]:
    return {"secrets": {"custom": {"module": "mine", "class": "Vault", "config": config}}}


HIDDEN = "(hidden)"
OPEN = {"keys": ["a"], "monkey": "y", "db_password": {"env": "P"}, "credential": None}


@pytest.mark.parametrize(
    "written,shown",
    [
        (postgres("postgresql://me:x@db/y"), postgres(HIDDEN)),
        (postgres({"env": "URL"}), postgres({"env": "URL"})),
        (vault(token="x", api_key=3), vault(token=HIDDEN, api_key=HIDDEN)),
        (vault(AWS_SECRET_ACCESS_KEY="x"), vault(AWS_SECRET_ACCESS_KEY=HIDDEN)),
        (vault(address="https://me:pass@vault/x"), vault(address="https://me:(hidden)@vault/x")),
        (vault(deep=[{"passwd": "x", "to": "y"}]), vault(deep=[{"passwd": HIDDEN, "to": "y"}])),
        (vault(**OPEN), vault(**OPEN)),
    ],
)  # fmt: skip
def test_secrets_are_hidden(written, shown) -> None:
    assert hidden(written) == shown


def test_the_password_of_a_database_is_hidden_and_the_rest_is_not() -> None:
    parts = {"username": "me", "password": "x", "hostname": "db"}
    shown = hidden({"storage": {"postgres": {"postgres_db": parts}}, "ui": {"name": "me"}})
    assert shown == {
        "storage": {"postgres": {"postgres_db": {**parts, "password": HIDDEN}}},
        "ui": {"name": "me"},
    }


@pytest.mark.parametrize(
    "written",
    [
        {"concurrency": {"runs": {"tag_concurrency_limits": [{"key": "a", "limit": 1}]}}},
        {"retention": {"sensor": {"purge_after_days": {"skipped": 3}}}},
    ],
)
def test_what_is_no_secret_is_shown(written) -> None:
    assert hidden(written) == written
