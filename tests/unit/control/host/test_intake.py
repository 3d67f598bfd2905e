"""The host's side of HTTP, behind a real server: who is let in, what is refused and how."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from mainspring.control.host.intake import intake_app
from mainspring.core.base import serial
from mainspring.core.base.clock import ManualClock, SystemClock
from mainspring.core.base.errors import FencedError, StorageBusyError, StorageError
from mainspring.core.records.event import EventLogEntry, EventLogRecord
from mainspring.core.storage.sink.address import parse_address
from mainspring.core.storage.sink.host import HostWriter
from mainspring.core.storage.sink.http import HttpEvents
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.storage.store import Sequenced
from mainspring.core.wire.events import CONTENT_TYPE, Line, Refusal, encode_batch
from mainspring.testing import events
from tests.served import served

TOKEN = "correct horse"


class Writer:
    """Answers as it is told to; ``None`` never."""

    spooled = 3

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.is_silent = False
        self.batches: list[list[Sequenced]] = []
        self.futures: list[Future[Any]] = []

    def submit(self, batch: list[Sequenced]) -> Future[list[tuple[int, Sequenced]]]:
        future: Future[list[tuple[int, Sequenced]]] = Future()
        self.futures.append(future)
        self.batches.append(batch)
        if self.error is not None:
            future.set_exception(self.error)
        elif not self.is_silent:
            future.set_result([(number, one) for number, one in enumerate(batch, 1)])
        return future


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def host(writer: Writer, tmp_path: Path) -> Iterator[http.client.HTTPConnection]:
    app = intake_app(writer, token=TOKEN, most_bytes=2000, wait=0.05)
    with served(app) as address:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
        yield connection
        connection.close()


def body(*texts: str, run_id: str = "r") -> bytes:
    return encode_batch(
        [
            Line(run_id, 1, seq, serial.encode(events.message(run_id, text)))
            for seq, text in enumerate(texts, 1)
        ]
    )


HEADERS = {"Content-Type": CONTENT_TYPE, "Authorization": f"Bearer {TOKEN}"}


def post(
    connection: http.client.HTTPConnection, data: object, path: str = "/runs/r/events", **changed: str | None
) -> tuple[int, Any]:
    names = {name.replace("_", "-").title(): value for name, value in changed.items()}
    headers = {name: value for name, value in {**HEADERS, **names}.items() if value is not None}
    connection.request("POST", path, data, headers)  # type: ignore[arg-type]
    answer = connection.getresponse()
    return answer.status, serial.decode(answer.read(), dict[str, Any])


def test_a_batch_is_taken(host: http.client.HTTPConnection, writer: Writer) -> None:
    assert post(host, body("a", "b")) == (200, {"ids": [1, 2]})
    for run_id, path in (("x/y ä", "/runs/x%2Fy%20%C3%A4/events"), ("", "/runs//events")):
        assert post(host, body("c", run_id=run_id), path) == (200, {"ids": [1]})
    assert writer.batches[0] == [
        Sequenced(1, 1, events.message("r", "a")),
        Sequenced(1, 2, events.message("r", "b")),
    ]


def test_health_needs_no_token(host: http.client.HTTPConnection) -> None:
    host.request("GET", "/health")
    answer = host.getresponse()
    assert (answer.status, answer.read()) == (200, b'{"spooled":3,"status":"ok"}')


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer wrong", TOKEN, f"Bearer {TOKEN} ", "Bearer \xe4\xff"]
)
def test_without_the_token_nothing_is_taken(
    host: http.client.HTTPConnection, writer: Writer, given: str | None
) -> None:
    status, said = post(host, body("a"), authorization=given)
    if given == f"Bearer {TOKEN} ":  # a header has no blanks at its end
        assert status == 200
        return
    assert (status, said["error"]) == (401, "token")
    assert TOKEN not in str(said)
    assert writer.batches == []


REFUSED = [
    (b"", {}, 400, "form", "What came is no batch of events: "),
    (b"\xc1 nonsense", {}, 400, "form", "What came is no batch of events: "),
    (body("a")[:-3], {}, 400, "form", "What came is no batch of events: "),
    (body("a").replace(b"\x01", b"\x09", 1), {}, 400, "form", "came in form 9; this version reads form 1"),
    (body("a", run_id="other"), {}, 400, "form", "The batch holds events of other runs than r."),
    (body("a"), {"content_type": "application/json"}, 415, "type", "this came as application/json"),
    (body("a"), {"content_type": None}, 415, "type", "this came as nothing"),
    (body("x" * 3000), {}, 413, "size", "A batch has at most 2000 bytes."),
]


@pytest.mark.parametrize("data, changed, status, word, says", REFUSED)
def test_what_is_not_as_agreed_is_refused_with_a_sentence(
    host: http.client.HTTPConnection,
    writer: Writer,
    data: bytes,
    changed: dict[str, Any],
    status: int,
    word: str,
    says: str,
) -> None:
    found, said = post(host, data, **changed)
    assert (found, said["error"]) == (status, word)
    assert says in said["message"]
    assert "Traceback" not in str(said)
    assert writer.batches == []
    assert post(host, body("next"))[0] == 200


def test_the_size_is_counted_where_it_is_not_told(host: http.client.HTTPConnection, writer: Writer) -> None:
    chunks = iter([b"x" * 900] * 3)
    assert post(host, chunks)[0] == 413
    assert writer.batches == []


@pytest.mark.parametrize(
    "error, status, word, says",
    [
        (FencedError("taken over", hint="stop"), 409, "fenced", "taken over"),
        (StorageBusyError("busy"), 503, "wait", "busy"),
        (StorageError("read only"), 500, "storage", "read only"),
        (
            RuntimeError("secret detail"),
            500,
            "internal",
            "The host met an error of its own; its log says which.",
        ),
    ],
)
def test_what_the_store_says_is_passed_on(
    host: http.client.HTTPConnection, writer: Writer, error: Exception, status: int, word: str, says: str
) -> None:
    writer.error = error
    found, said = post(host, body("a"))
    assert (found, said["error"], said["message"]) == (status, word, says)


def test_a_host_without_room_says_when_to_come_again(
    host: http.client.HTTPConnection, writer: Writer
) -> None:
    writer.is_silent = True
    status, said = post(host, body("a"))
    assert (status, said["error"]) == (503, "wait")
    assert writer.futures[0].cancelled()


def test_other_routes_and_methods_are_not_there(host: http.client.HTTPConnection) -> None:
    found: list[int] = []
    for method, path in (("GET", "/runs/r/events"), ("POST", "/"), ("POST", "/health")):
        host.request(method, path, headers=HEADERS)
        answer = host.getresponse()
        answer.read()
        found.append(answer.status)
    assert found == [405, 404, 405]


def test_who_breaks_off_harms_nobody(
    host: http.client.HTTPConnection, writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection((host.host, host.port)) as raw:
        raw.sendall(
            f"POST /runs/r/events HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n"
            f"Authorization: Bearer {TOKEN}\r\nContent-Length: 1000\r\n\r\nhalf".encode()
        )
    assert post(host, body("a"))[0] == 200
    assert writer.batches == [[Sequenced(1, 1, events.message("r", "a"))]]
    assert caplog.records == []


@pytest.fixture
def store(clock: ManualClock) -> Iterator[SqlStore]:
    made = memory_store(clock=clock)
    yield made
    made.close()


@pytest.mark.parametrize("transport", ["unix", "tcp"])
def test_from_worker_to_store(store: SqlStore, tmp_path: Path, transport: str) -> None:
    path, token = (tmp_path / "host.sock", None) if transport == "unix" else (None, TOKEN)
    epoch = store.runs.start(events.run("r"), holder="test")
    with (
        HostWriter(store.events, Spool(tmp_path / "spool"), clock=SystemClock()) as writer,
        served(intake_app(writer, token=token), path=path) as address,
    ):
        remote = HttpEvents(address, token=token)
        ids = remote.append([Sequenced(epoch, 1, events.message("r", "a"))])
        assert remote.append([Sequenced(epoch, 1, events.message("r", "a"))]) == ids
        store.runs.claim("r", holder="other")
        with pytest.raises(FencedError, match="Run r has been taken over"):
            remote.append([Sequenced(epoch, 2, events.message("r", "b"))])
        remote.close()
    assert store.events.of_run("r") == [EventLogRecord(ids[0], events.message("r", "a"))]


def test_a_body_only_a_newer_version_knows_is_kept_as_a_line(store: SqlStore, tmp_path: Path) -> None:
    strange = encode_batch([Line("r", 0, 1, b'{"level": "not a number"}'), Line("r", 0, 2, b"\xff")])
    with (
        HostWriter(store.events, Spool(tmp_path / "spool"), clock=SystemClock()) as writer,
        served(intake_app(writer, token=None), path=tmp_path / "s") as address,
    ):
        connection = parse_address(address).connect(timeout=20)
        assert post(connection, strange)[0] == 200
        connection.close()
    first, second = store.events.of_run("r")
    assert isinstance(first, EventLogRecord)
    assert isinstance(second, EventLogRecord)
    entry: EventLogEntry = first.event_log_entry
    assert entry.message.endswith('It said: {"level": "not a number"}')


def test_a_refusal_is_a_record() -> None:
    assert serial.encode(Refusal("wait", "later")) == b'{"error":"wait","message":"later"}'
