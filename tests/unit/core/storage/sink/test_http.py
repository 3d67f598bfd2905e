"""The worker's side of HTTP, against a server that answers as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mainspring.core.base import serial
from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import (
    FencedError,
    SettingsError,
    StorageAwayError,
    StorageBusyError,
    StorageError,
)
from mainspring.core.storage.sink import Pace, http
from mainspring.core.storage.sink.http import HttpEvents, HttpSink
from mainspring.core.storage.store import Sequenced
from mainspring.core.wire.events import CONTENT_TYPE, Answer, Refusal, WireError, decode_batch
from mainspring.testing import events

TOKEN = "a token that is not to be told"


class Server(ThreadingHTTPServer):
    """Takes batches, or gives the answers it was given, one a request: a status and a body, or ``None`` to
    break off.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, bytes] | None] = []
        self.batches: list[list[int | None]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.open: list[Any] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def break_connections(self) -> None:
        while self.open:
            self.open.pop().shutdown(2)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1
        self.server.open.append(self.connection)

    def do_POST(self) -> None:
        lines = decode_batch(self.rfile.read(int(self.headers["content-length"])))
        self.server.paths.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        if self.server.answers:
            answer = self.server.answers.pop(0)
            if answer is None:
                self.close_connection = True
                return
            status, body = answer
        else:
            status, body = 200, serial.encode(Answer([100 + (line.seq or 0) for line in lines]))
            self.server.batches.append([line.seq for line in lines])
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def remote(server: Server) -> Iterator[HttpEvents]:
    made = HttpEvents(server.address, token=TOKEN, timeout=10)
    yield made
    made.close()


def batch(*seqs: int, run_id: str = "r", text: str = "said") -> list[Sequenced]:
    return [Sequenced(1, seq, events.message(run_id, text)) for seq in seqs]


def test_batches_are_posted_over_one_connection(server: Server, remote: HttpEvents) -> None:
    assert remote.append(batch(1, 2)) == [101, 102]
    assert remote.append(batch(3)) == [103]
    assert remote.append([]) == []
    assert server.connections == 1
    assert server.paths == ["/runs/r/events"] * 2
    assert server.headers[0]["content-type"] == CONTENT_TYPE
    assert server.headers[0]["authorization"] == f"Bearer {TOKEN}"


def test_each_run_has_posts_of_its_own(server: Server, remote: HttpEvents) -> None:
    strange = "a/b ?ä"
    remote.append([*batch(1, 2), *batch(1, run_id=strange), *batch(3)])
    assert server.paths == ["/runs/r/events", "/runs/a%2Fb%20%3F%C3%A4/events", "/runs/r/events"]


def test_large_batches_are_sent_in_several_posts(
    server: Server, remote: HttpEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "POST_BYTES", 1000)
    ids = remote.append(batch(*range(1, 11), text="x" * 300))
    assert ids == list(range(101, 111))
    assert server.batches == [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]


def test_a_kept_connection_that_was_closed_is_opened_anew(server: Server, remote: HttpEvents) -> None:
    remote.append(batch(1))
    server.break_connections()
    assert remote.append(batch(2)) == [102]
    server.answers = [None]
    assert remote.append(batch(3)) == [103]
    assert server.connections == 3


def test_a_host_that_is_not_there_is_transient(server: Server, remote: HttpEvents) -> None:
    server.answers = [None, None]
    with pytest.raises(
        StorageAwayError, match=r"The host at http://127\.0\.0\.1:\d+ cannot be reached"
    ) as away:
        remote.append(batch(1))
    assert TOKEN not in str(away.value)
    with pytest.raises(StorageAwayError, match="Connection refused"):
        HttpEvents("http://127.0.0.1:1", token=TOKEN).append(batch(1))
    with pytest.raises(StorageAwayError, match="No such file"):
        HttpEvents("unix:///no/such.sock").append(batch(1))


def refusal(word: str, message: str) -> bytes:
    return serial.encode(Refusal(word, message, "do this"))


@pytest.mark.parametrize(
    "status, kind",
    [
        (409, FencedError),
        (410, FencedError),
        (408, StorageBusyError),
        (429, StorageBusyError),
        (500, StorageBusyError),
        (502, StorageBusyError),
        (503, StorageBusyError),
        (400, StorageError),
        (401, StorageError),
        (404, StorageError),
        (413, StorageError),
        (301, StorageError),
    ],
)
def test_what_an_answer_means(server: Server, remote: HttpEvents, status: int, kind: type[Exception]) -> None:
    server.answers = [(status, refusal("word", "because of this")), (status, b"<html>nothing we know</html>")]
    with pytest.raises(kind) as known:
        remote.append(batch(1))
    with pytest.raises(kind) as unknown:
        remote.append(batch(1))
    assert type(known.value) is type(unknown.value) is kind
    assert str(known.value).endswith("because of this\ndo this")
    assert f"HTTP {status}" in str(unknown.value)
    assert TOKEN not in str(known.value) + str(unknown.value) + repr(remote)


@pytest.mark.parametrize("body", [b"", b"ok", b'{"ids": [1, 2]}', b'{"ids": "no"}', b"\xff"])
def test_an_answer_that_is_none_is_refused(server: Server, remote: HttpEvents, body: bytes) -> None:
    server.answers = [(200, body)]
    with pytest.raises(StorageError, match="answers as no host of events does"):
        remote.append(batch(1))


def test_the_sink_goes_on_when_the_host_is_back(server: Server, clock: ManualClock) -> None:
    heard: list[int] = []
    sink = HttpSink(
        server.address,
        "r",
        1,
        clock=clock,
        token=TOKEN,
        pace=Pace(interval=None, batch=3),
        on_stored=lambda told: heard.extend(storage_id for storage_id, _ in told),
    )
    server.answers = [(503, b""), None, None, (502, b"")]
    for word in "abcde":
        sink.append(events.message("r", word))
    sink.close()
    assert server.batches == [[1, 2, 3], [4, 5]]
    assert heard == [101, 102, 103, 104, 105]
    assert clock.slept == [0.01, 0.02, 0.04]


def test_an_event_that_is_too_large_is_replaced(
    server: Server, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mainspring.core.wire.events.MAX_BATCH_BYTES", 4000)
    with HttpSink(server.address, "r", 1, clock=clock, pace=Pace(interval=None)) as sink:
        for word in ("a", "x" * 9000, "b"):
            sink.append(events.message("r", word))
    assert sorted(seq or 0 for one in server.batches for seq in one) == [1, 2, 3]
    with pytest.raises(WireError):
        HttpEvents(server.address).append(batch(1, text="x" * 9000))


def test_a_refusal_that_stays_ends_the_sending(server: Server, clock: ManualClock) -> None:
    sink = HttpSink(server.address, "r", 1, clock=clock, token="wrong", pace=Pace(interval=None))
    sink.append(events.message("r", "a"))
    server.answers = [(401, refusal("token", "The token is not the one this host expects."))] * 2
    with pytest.raises(StorageError, match="not the one this host expects"):
        sink.flush()
    assert clock.slept == []
    sink.close()


def test_addresses_are_checked_at_once(clock: ManualClock) -> None:
    with pytest.raises(SettingsError):
        HttpSink("nowhere", "r", 1, clock=clock)
