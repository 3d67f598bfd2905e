"""Addresses of PostgreSQL databases in the words of its client library."""

from __future__ import annotations

import pytest

from mainspring.core.instance.postgres_address import parameters_of


@pytest.mark.parametrize(
    "url,found",
    [
        ("postgresql://", {}),
        ("postgresql:///records", {"dbname": "records"}),
        ("postgres://db", {"host": "db"}),
        ("postgresql+psycopg2://me@db/", {"host": "db", "user": "me"}),
        (
            "postgresql://me:a%40b%2F%3A%25@db:5433/my%20records",
            {"host": "db", "port": "5433", "user": "me", "password": "a@b/:%", "dbname": "my records"},
        ),
        ("postgresql://me:p@ss@db/x", {"host": "db", "user": "me", "password": "p@ss", "dbname": "x"}),
        ("postgresql://me:p:q@db/x", {"host": "db", "user": "me", "password": "p:q", "dbname": "x"}),
        ("postgresql://[::1]:5433/x", {"host": "::1", "port": "5433", "dbname": "x"}),
        ("postgresql://[::1]/x", {"host": "::1", "dbname": "x"}),
        ("postgresql://a:1,b:2/x", {"host": "a,b", "port": "1,2", "dbname": "x"}),
        ("postgresql://a,b/x", {"host": "a,b", "dbname": "x"}),
        ("postgresql://%2Fvar%2Frun/x", {"host": "/var/run", "dbname": "x"}),
        (
            "postgresql:///x?host=/var/run&sslmode=require&options=-c%20a%3Db",
            {"dbname": "x", "host": "/var/run", "sslmode": "require", "options": "-c a=b"},
        ),
        ("postgresql://db/x#part", {"host": "db", "dbname": "x"}),
    ],
)
def test_urls(url, found) -> None:
    assert parameters_of({"postgres_url": url}) == found


def test_the_client_library_reads_urls_alike() -> None:
    conninfo = pytest.importorskip("psycopg.conninfo")
    for url in (
        "postgresql://me:a%40b@db:5433/records?sslmode=require",
        "postgresql://[::1]:5433/x",
        "postgresql://a:1,b:2/x",
        "postgresql://%2Fvar%2Frun/x",
    ):
        assert parameters_of({"postgres_url": url}) == conninfo.conninfo_to_dict(url)


def test_parts() -> None:
    parts = {"username": "me", "hostname": "db", "db_name": "x"}
    assert parameters_of({"postgres_db": parts}) == {
        "host": "db", "port": 5432, "user": "me", "dbname": "x",
    }  # fmt: skip
    more = {**parts, "password": "p", "port": 1, "params": {"sslmode": "require"}, "scheme": "postgres"}
    assert parameters_of({"postgres_db": more}) == {
        "host": "db", "port": 1, "user": "me", "password": "p", "dbname": "x", "sslmode": "require",
    }  # fmt: skip
