"""Where a host takes the events of its workers: an ASGI app over an ``EventWriter``.

``POST /runs/{run_id}/events`` takes a batch (``core/wire/events.py``) and answers when it is kept;
``GET /health`` says how things stand. Whether a worker may still write is decided by the store, from its epoch.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from concurrent.futures import Future
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from mainspring.core.base import serial
from mainspring.core.base.errors import FencedError, OrchestratorError, StorageError
from mainspring.core.storage.sink.line import sent_by
from mainspring.core.storage.store import Sequenced
from mainspring.core.wire.events import (
    CONTENT_TYPE,
    MAX_BATCH_BYTES,
    Answer,
    Line,
    Refusal,
    WireError,
    decode_batch,
)

WAIT_SECONDS = 30.0
"""How long a worker is kept waiting for room before it is told to come again."""

_JSON = "application/json"
_log = logging.getLogger("mainspring.host")


class Submits(Protocol):
    """What takes batches without waiting, such as a ``HostWriter``."""

    @property
    def spooled(self) -> int:
        """How many acknowledged events wait for the database."""
        ...

    def submit(self, batch: list[Sequenced]) -> Future[list[tuple[int, Sequenced]]]:
        """Hand in events; the answer holds each with its storage id."""
        ...


class _Refused(Exception):
    """Ends the handling of a request with an answer."""

    def __init__(self, status: int, refusal: Refusal, **headers: str) -> None:
        super().__init__(refusal.message)
        self.response = Response(serial.encode(refusal), status, headers, _JSON)


class Intake:
    """The handlers. ``token`` is what workers must show; ``None`` leaves that to the rights of a Unix socket."""

    def __init__(
        self,
        writer: Submits,
        *,
        token: str | None,
        most_bytes: int = MAX_BATCH_BYTES,
        wait: float = WAIT_SECONDS,
    ) -> None:
        self._writer = writer
        self._expected = None if token is None else f"Bearer {token}".encode()
        self._most = most_bytes
        self._wait = wait

    async def health(self, request: Request) -> Response:  # noqa: ARG002  # what a route is called with
        """Whether the host takes events, and how many it keeps for the database."""
        return Response(serial.encode({"status": "ok", "spooled": self._writer.spooled}), media_type=_JSON)

    async def events(self, request: Request) -> Response:
        """Take a batch of one run."""
        try:
            lines = await self._lines(request)
            placed = await self._stored([sent_by(line) for line in lines])
        except _Refused as refused:
            return refused.response
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        return Response(serial.encode(Answer([one for one, _ in placed])), media_type=_JSON)

    async def _lines(self, request: Request) -> list[Line]:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not self._is_allowed(request):
            await self._body(request)  # read, or the worker would never come to the answer
            refusal = Refusal(
                "token", "The token is not the one this host expects.", "Give the worker the host's token."
            )
            raise _Refused(401, refusal, **{"WWW-Authenticate": "Bearer"})
        body = await self._body(request)
        if kind != CONTENT_TYPE:
            raise _Refused(
                415, Refusal("type", f"Events are sent as {CONTENT_TYPE}; this came as {kind or 'nothing'}.")
            )
        try:
            lines = decode_batch(body, most=self._most)
        except WireError as error:
            raise _refused(400, "form", error) from error
        run_id = request.path_params["run_id"]
        if any(line.run_id != run_id for line in lines):
            raise _Refused(400, Refusal("form", f"The batch holds events of other runs than {run_id}."))
        return lines

    def _is_allowed(self, request: Request) -> bool:
        if self._expected is None:
            return True
        given = request.headers.get("authorization", "").encode("latin-1")
        return hmac.compare_digest(given, self._expected)

    async def _body(self, request: Request) -> bytes:
        """The body, unless it is larger than agreed."""
        told = request.headers.get("content-length", "")
        if told.isdecimal() and int(told) > self._most:
            raise self._too_large()
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > self._most:
                raise self._too_large()
            parts.append(part)
        return b"".join(parts)

    def _too_large(self) -> _Refused:
        refusal = Refusal(
            "size", f"A batch has at most {self._most} bytes.", "Send the events in several batches."
        )
        return _Refused(413, refusal, Connection="close")

    async def _stored(self, batch: list[Sequenced]) -> list[tuple[int, Sequenced]]:
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._writer.submit(batch)), self._wait)
        except FencedError as error:
            raise _refused(409, "fenced", error) from error
        except TimeoutError:
            refusal = Refusal(
                "wait", "Neither the database nor the spool has room for now.", "Send it again."
            )
            raise _Refused(503, refusal, **{"Retry-After": "1"}) from None
        except StorageError as error:
            later = error.transient
            raise _refused(503 if later else 500, "wait" if later else "storage", error) from error
        except Exception as error:
            _log.exception("a batch of events was not stored")
            refusal = Refusal("internal", "The host met an error of its own; its log says which.")
            raise _Refused(500, refusal) from error


def _refused(status: int, word: str, error: OrchestratorError) -> _Refused:
    return _Refused(status, Refusal(word, error.message, error.hint))


def intake_app(writer: Submits, *, token: str | None, **how: Any) -> Starlette:
    """The app; ``how`` are the other arguments of ``Intake``."""
    intake = Intake(writer, token=token, **how)
    return Starlette(
        routes=[
            Route("/runs/{run_id:path}/events", intake.events, methods=["POST"]),
            Route("/health", intake.health, methods=["GET"]),
        ]
    )
