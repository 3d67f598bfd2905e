"""Addresses of hosts."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import SettingsError
from mainspring.core.storage.sink.address import Address, parse_address


@pytest.mark.parametrize(
    "text, address",
    [
        ("http://localhost:8080", Address("http", "localhost", 8080)),
        ("https://hosts.example/orders/", Address("https", "hosts.example", None, "/orders")),
        ("http://[::1]:80", Address("http", "[::1]", 80)),
        ("unix:///run/mainspring/host.sock", Address("unix", path="/run/mainspring/host.sock")),
    ],
)
def test_an_address_is_read_and_written(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert str(address) == text.rstrip("/")


@pytest.mark.parametrize(
    "text, says",
    [
        ("localhost:8080", "'localhost:8080' is no address"),
        ("ftp://localhost", "is no address"),
        ("unix://host.sock", "is no address"),
        ("http://", "is no address"),
        ("http://localhost:notaport", "is wrong"),
        ("http://localhost:99999", "is wrong"),
        ("http://localhost?x=1", "ends with its path"),
        (f"unix:///{'x' * 120}", "at most 107 bytes"),
    ],
)
def test_anything_else_is_refused(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as refused:
        parse_address(text)
    assert "unix:///path/of/socket" in str(refused.value)


def test_a_password_is_not_repeated() -> None:
    for text in ("http://user:hunter2@localhost", "http://user:hunter2@localhost:notaport"):
        with pytest.raises(SettingsError) as refused:
            parse_address(text)
        assert "hunter2" not in str(refused.value)
