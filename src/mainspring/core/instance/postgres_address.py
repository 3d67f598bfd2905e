"""The address of a PostgreSQL database, as settings write it, in the words of its client library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote


def parameters_of(config: Mapping[str, Any]) -> dict[str, str | int]:
    """The parameters of a connection, from the settings ``postgres_url`` or ``postgres_db``.

    >>> parameters_of({"postgres_url": "postgresql://me:a%40b@db:5433/records?sslmode=require"})
    {'host': 'db', 'port': '5433', 'user': 'me', 'password': 'a@b', 'dbname': 'records', 'sslmode': 'require'}
    """
    url = config.get("postgres_url")
    return _of_url(url) if url is not None else _of_parts(config["postgres_db"])


def _of_parts(parts: Mapping[str, Any]) -> dict[str, str | int]:
    found = {
        "host": parts["hostname"],
        "port": parts.get("port", 5432),
        "user": parts["username"],
        "password": parts.get("password"),
        "dbname": parts["db_name"],
        **parts.get("params", {}),
    }
    return {name: value for name, value in found.items() if value is not None}


def _of_url(url: str) -> dict[str, str | int]:
    """Written out by hand: the scheme may name a driver of old, and several hosts may stand before the path."""
    rest = url.partition("://")[2].partition("#")[0]
    rest, _, query = rest.partition("?")
    authority, _, name = rest.partition("/")
    login, at, hosts = authority.rpartition("@")
    user, colon, password = login.partition(":")
    host, port = _hosts(hosts)
    found = {
        "host": host,
        "port": port,
        "user": unquote(user) if at else "",
        "password": unquote(password) if colon else "",
        "dbname": unquote(name),
    }
    return {**{word: value for word, value in found.items() if value}, **dict(parse_qsl(query))}


def _hosts(text: str) -> tuple[str, str]:
    """Hosts and ports; where there are several, each in a list with commas."""
    pairs = [_host(one) for one in text.split(",")]
    ports = [port for _, port in pairs]
    return ",".join(host for host, _ in pairs), ",".join(ports) if any(ports) else ""


def _host(text: str) -> tuple[str, str]:
    if text.startswith("["):  # an address of the sixth version has colons of its own
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, _, port = text.partition(":")
    return unquote(host), port
