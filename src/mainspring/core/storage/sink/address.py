"""Where a host listens, and a connection to it."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import urlsplit

import msgspec

from mainspring.core.base.errors import SettingsError

_LONGEST_PATH = 107
"""What the system takes as the name of a socket."""


class Address(msgspec.Struct, frozen=True):
    """``http://host:port``, ``https://host:port`` (either with a path to put before others) or ``unix:///path``."""

    scheme: str
    host: str = ""
    port: int | None = None
    path: str = ""
    """Of the socket, or what stands before the routes."""

    def __str__(self) -> str:
        place = f"{self.host}:{self.port}" if self.port is not None else self.host
        return f"{self.scheme}://{place}{self.path}"

    def connect(self, *, timeout: float) -> http.client.HTTPConnection:
        """A connection, which is opened with the first request."""
        if self.scheme == "unix":
            return _UnixConnection(self.path, timeout=timeout)
        kind = http.client.HTTPSConnection if self.scheme == "https" else http.client.HTTPConnection
        return kind(self.host, self.port, timeout=timeout)

    @property
    def prefix(self) -> str:
        """What stands before the routes of the host."""
        return "" if self.scheme == "unix" else self.path


def parse_address(text: str) -> Address:
    """The address in a text. Raises ``SettingsError``, which does not repeat a text that holds a password."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _wrong(f"The address of a host is wrong: {error}.") from None
    if parts.username is not None or parts.password is not None:
        raise _wrong("The address of a host has a user or a password in it; tokens are given by themselves.")
    if parts.query or parts.fragment:
        raise _wrong(f"The address of a host ends with its path; got {text!r}.")
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
        if len(parts.path.encode()) > _LONGEST_PATH:
            raise _wrong(f"The path of a socket has at most {_LONGEST_PATH} bytes; got {parts.path!r}.")
        return Address("unix", path=parts.path)
    if parts.scheme in ("http", "https") and parts.hostname:
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return Address(parts.scheme, host, port, parts.path.rstrip("/"))
    raise _wrong(f"{text!r} is no address of a host.")


def _wrong(message: str) -> SettingsError:
    return SettingsError(message, hint="Write http://host:port, https://host:port or unix:///path/of/socket.")


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, *, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            opened.settimeout(self.timeout)
            opened.connect(self._path)
        except BaseException:
            opened.close()
            raise
        self.sock = opened
