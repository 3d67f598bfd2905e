"""Whatever file is given, it is read or refused by a sentence with the line."""

import gzip
import json
from pathlib import Path

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import InvocationError
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.storage.sql.transfer import file as export_file
from mainspring.core.storage.sql.transfer.file import ExportFile, Header, writing
from mainspring.core.storage.sql.transfer.importing import import_file

HEADER = {
    "mainspring": "export",
    "format": 1,
    "schema": "0002",
    "contents": "runs",
    "version": "1",
    "written": "now",
}
RUN = {
    "table": "runs",
    "row": {
        "id": 4, "run_id": "r", "job_name": "j", "status": "SUCCESS", "epoch": 1, "create_time": 1.0,
        "update_time": 1.0, "tags": "{}", "body": {"text": "{}"},
    },
}  # fmt: skip
EVENT = {
    "table": "events",
    "row": {"id": 9, "run_id": "r", "epoch": 0, "scope": 0, "timestamp": 1.0, "body": {"base64": "//8="}},
}


@pytest.fixture
def store(clock: ManualClock):
    made = memory_store(clock=clock)
    yield made
    made.close()


def packed(folder: Path, *lines: object, end: int | None = None) -> Path:
    path = folder / "x.jsonl.gz"
    rows = [*lines, {"end": len(lines) - 1 if end is None else end}]
    texts = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in rows]
    path.write_bytes(gzip.compress(b"\n".join(texts) + b"\n"))
    return path


def taken(store: SqlStore, path: Path) -> None:
    import_file(store.database, ExportFile(path), skip_existing=False, told=lambda *_: None)


def is_empty(store: SqlStore) -> bool:
    return store.runs.count() == 0 and store.events.last_id() == 0


def test_a_good_file_is_taken_in(store: SqlStore, tmp_path: Path) -> None:
    taken(store, packed(tmp_path, HEADER, RUN, EVENT))
    assert store.runs.count() == 1
    (row,) = store.events.of_run("r")
    assert (row.storage_id, row.run_id) == (1, "r")
    with store.database.read() as cursor:
        cursor.execute("SELECT body FROM events")
        assert bytes(cursor.fetchone()[0]) == b"\xff\xff"


HOSTILE = {
    "no object": ([HEADER, b"7"], "line 2: it is no row"),
    "no json": ([HEADER, RUN, b'{"table": "eve'], "line 3: it is no row"),
    "not utf-8": ([HEADER, b'{"table": "\xff", "row": {}}'], "line 2: it is no row"),
    "deep": ([HEADER, b'{"table": "runs", "row": {"tags": ' + b"[" * 100_000], "line 2: it is no row"),
    "unknown table": ([HEADER, {"table": "sqlite_master", "row": {}}], "line 2: it is a row of a table"),
    "a path for a table": (
        [HEADER, {"table": "../../etc/passwd", "row": {}}],
        "line 2: it is a row of a table",
    ),
    "derived": (
        [{**HEADER, "contents": "instance"}, {"table": "assets", "row": {}}],
        "line 2: rows of the table",
    ),
    "strange column": (
        [HEADER, {**RUN, "row": {**RUN["row"], "1; DROP TABLE runs": 1}}],
        "line 2: it has a column that the table runs has not",
    ),
    "strange value": ([HEADER, {**RUN, "row": {**RUN["row"], "tags": [1]}}], "line 2: it cannot be read"),
    "strange wrapping": (
        [HEADER, {**RUN, "row": {**RUN["row"], "body": {"file": "x"}}}],
        "line 2: it cannot",
    ),
    "no base64": (
        [HEADER, {**RUN, "row": {**RUN["row"], "body": {"base64": "%"}}}],
        "line 2: it cannot be read",
    ),
    "huge number": ([HEADER, {**RUN, "row": {**RUN["row"], "epoch": 2**80}}], "line 2: it "),
    "an event of another run": (
        [HEADER, RUN, {**EVENT, "row": {**EVENT["row"], "run_id": "other"}}],
        "line 3: it belongs to no run",
    ),
    "a run without an id": (
        [HEADER, {"table": "runs", "row": {"job_name": "j"}}],
        "line 2: the run has no id",
    ),
    "an event alone": ([HEADER, EVENT], "line 2: it belongs to no run"),
    "another format": ([{**HEADER, "format": 2}], "line 1: it says that the format is 2"),
    "no header": ([RUN], "line 1: it is no export"),
    "another schema": ([{**HEADER, "schema": "0001"}], "was written with the schema 0001"),
    "rows behind the end": ([HEADER, {"end": 0}, RUN], "line 3: it stands behind the end"),
    "the same run twice": ([HEADER, RUN, RUN], "the database does not take it"),
}


@pytest.mark.parametrize("lines, told", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_file_is_refused_whole(store: SqlStore, tmp_path: Path, lines: list[object], told: str) -> None:
    with pytest.raises(InvocationError) as refused:
        taken(store, packed(tmp_path, *lines))
    assert told in refused.value.message
    assert is_empty(store)


def test_a_file_that_was_cut_off(store: SqlStore, tmp_path: Path) -> None:
    whole = packed(tmp_path, HEADER, RUN, EVENT).read_bytes()
    for length in range(0, len(whole)):
        path = tmp_path / "cut.gz"
        path.write_bytes(whole[:length])
        with pytest.raises(InvocationError, match=r"cut\.gz, line \d"):
            taken(store, path)
    plain = packed(tmp_path, HEADER, RUN, EVENT)
    lines = gzip.decompress(plain.read_bytes()).splitlines(keepends=True)
    plain.write_bytes(gzip.compress(b"".join(lines[:-1])))
    with pytest.raises(InvocationError, match="the file was cut off"):
        taken(store, plain)
    with pytest.raises(InvocationError, match="says that there are 7 rows; there are 2"):
        taken(store, packed(tmp_path, HEADER, RUN, EVENT, end=7))
    assert is_empty(store)


def test_what_is_no_gzip(store: SqlStore, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader")
    with pytest.raises(InvocationError, match=r"letter\.txt, line 1"):
        taken(store, path)
    with pytest.raises(InvocationError, match="cannot be read"):
        taken(store, tmp_path / "nothing")


def test_a_line_that_never_ends_is_not_held_in_memory(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_file, "LONGEST_LINE", 100_000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(json.dumps(HEADER).encode() + b"\n" + b" " * 50_000_000))
    with pytest.raises(InvocationError, match="line 2: it is longer than 100,000 bytes"):
        taken(store, path)


def test_a_file_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_text("the former one")
    header = Header(schema="0002", contents="runs", version="1", written="now")

    def write_and_fail() -> None:
        with writing(path, header) as writer:
            writer.add("kv", {"key": "a", "value": "b"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert path.read_text() == "the former one"
    assert [one.name for one in tmp_path.iterdir()] == ["x.gz"]
    with pytest.raises(InvocationError, match="cannot be written"), writing(tmp_path / "no" / "x", header):
        pass
