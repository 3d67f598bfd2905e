"""``HttpSink``: the events of a worker that has no way to the database, sent to its host over HTTP."""

from __future__ import annotations

import http.client
import os
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import FencedError, StorageAwayError, StorageBusyError, StorageError
from mainspring.core.storage.sink.address import parse_address
from mainspring.core.storage.sink.direct import USUAL, DirectSink, Pace, Stored
from mainspring.core.storage.sink.line import line_of
from mainspring.core.storage.store import Sequenced
from mainspring.core.wire.events import CONTENT_TYPE, Answer, Line, Refusal, encode_batch

TIMEOUT_SECONDS = 60.0
"""How long a host may take to answer; then the batch is sent again."""
POST_BYTES = 4 * 1024 * 1024
"""A larger batch is sent in several posts."""
_LARGEST_ANSWER = 8 * 1024 * 1024
_FENCED = (409, 410)
_LATER = (408, 425, 429)


class _Reply(NamedTuple):
    status: int
    body: bytes


class HttpEvents:
    """An ``EventWriter`` at the other end of a connection.

    A batch is one transaction as long as it is of one run and has no more than ``POST_BYTES``. A host that cannot
    be reached, breaks off or answers with 5xx is transient: sending again is harmless. 409 and 410 are
    ``FencedError``; any other refusal is a ``StorageError`` that stays. The token is in no message.

    The connection is kept open. All methods may be called from any thread; a forked child opens its own.
    """

    def __init__(self, address: str, *, token: str | None = None, timeout: float = TIMEOUT_SECONDS) -> None:
        self._address = parse_address(address)
        self._timeout = timeout
        self._headers = {"Content-Type": CONTENT_TYPE, "Accept": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._fresh()

    def _fresh(self) -> None:
        self._pid = os.getpid()
        self._mutex = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None

    def __repr__(self) -> str:
        return f"HttpEvents({str(self._address)!r})"

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        """Store events; see ``EventWriter.append``. An id may be ``SPOOLED``."""
        if self._pid != os.getpid():
            self._inherited = self._connection  # the parent's: neither used nor closed
            self._fresh()
        ids: list[int] = []
        for run_id, lines in _posts(batch):
            ids += self._post(run_id, lines)
        return ids

    def close(self) -> None:
        """Close the connection; the next batch would open one."""
        with self._mutex:
            self._drop()

    def _post(self, run_id: str, lines: Sequence[Line]) -> list[int]:
        body = encode_batch(lines)
        with self._mutex:
            reply = self._exchange(f"{self._address.prefix}/runs/{quote(run_id, safe='')}/events", body)
        if reply.status == 200:
            return self._ids(reply.body, len(lines))
        raise self._refusal(reply)

    def _exchange(self, path: str, body: bytes) -> _Reply:
        """One post. A kept connection that the host has closed meanwhile is opened anew, once."""
        for is_kept in (self._connection is not None, False):
            if self._connection is None:
                self._connection = self._address.connect(timeout=self._timeout)
            try:
                self._connection.request("POST", path, body, self._headers)
                answer = self._connection.getresponse()
                reply = _Reply(answer.status, answer.read(_LARGEST_ANSWER))
                if answer.will_close or not answer.isclosed():
                    self._drop()
            except ssl.SSLCertVerificationError as error:
                self._drop()
                raise StorageError(
                    f"The host at {self._address} shows a certificate that is not trusted: {error.verify_message}.",
                    hint="Let this machine trust who signed it, for instance with SSL_CERT_FILE.",
                ) from error
            except (OSError, http.client.HTTPException) as error:
                self._drop()
                if not is_kept or isinstance(error, TimeoutError):
                    raise self._away(error) from error
            except BaseException:
                self._drop()
                raise
            else:
                return reply
        raise AssertionError("the second try either returns or raises")

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None

    def _away(self, error: BaseException) -> StorageAwayError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return StorageAwayError(
            f"The host at {self._address} cannot be reached: {reason}.",
            hint="The events are kept and sent again; see that the host runs.",
        )

    def _ids(self, body: bytes, count: int) -> list[int]:
        try:
            ids = serial.decode(body, Answer).ids
        except (msgspec.MsgspecError, UnicodeDecodeError):
            ids = None
        if ids is None or len(ids) != count:
            raise StorageError(
                f"{self._address} answers as no host of events does.",
                hint="See that the address is the host's, and what stands between.",
            )
        return ids

    def _refusal(self, reply: _Reply) -> Exception:
        status = reply.status
        try:
            said: Any = serial.decode(reply.body, Refusal)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            said = Refusal("", f"it answers with HTTP {status}")
        if status in _FENCED:
            return FencedError(said.message, hint=said.hint)
        message = f"The host at {self._address} did not take the events: {said.message}"
        if status >= 500 or status in _LATER:
            return StorageBusyError(message, hint=said.hint)
        return StorageError(message, hint=said.hint)


def _posts(batch: Sequence[Sequenced]) -> Iterator[tuple[str, list[Line]]]:
    """The lines of each post: of one run, and not too many bytes."""
    lines = [line_of(sent) for sent in batch]
    for run_id, of_run in groupby(lines, key=lambda line: line.run_id):
        part: list[Line] = []
        size = 0
        for line in of_run:
            if part and size + len(line.body) > POST_BYTES:
                yield run_id, part
                part, size = [], 0
            part.append(line)
            size += len(line.body)
        yield run_id, part


class HttpSink(DirectSink):
    """A sink that sends the events of one run to a host; see ``DirectSink`` for what it does with them.

    >>> sink = HttpSink("unix:///run/mainspring/host.sock", "run-1", 1, clock=SystemClock())  # doctest: +SKIP

    ``token`` is what the host expects of its workers; a host on a Unix socket may expect none.
    """

    def __init__(
        self,
        address: str,
        run_id: str,
        epoch: int,
        *,
        clock: Clock,
        token: str | None = None,
        next_seq: int = 1,
        pace: Pace = USUAL,
        on_stored: Stored | None = None,
    ) -> None:
        self._events = HttpEvents(address, token=token)
        super().__init__(
            self._events, run_id, epoch, clock=clock, next_seq=next_seq, pace=pace, on_stored=on_stored
        )

    def close(self) -> None:
        """Commit what waits, end the thread, close the connection."""
        try:
            super().close()
        finally:
            self._events.close()
