"""From a paged HTTP API to tables of DuckDB, day by day; with retries, checks and resources set by the environment."""

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "weather"
DAY, HOT_DAY = "2026-03-02", "2026-03-03"
STATIONS = [{"id": 1, "name": "Oslo"}, {"id": 2, "name": "Rome"}, {"id": 3, "name": "Cairo"}]


def readings(day):
    hot = 900.0 if day == HOT_DAY else 20.0
    return [
        {"station": 1, "taken_at": f"{day}T06:00:00", "celsius": -4.0},
        {"station": 1, "taken_at": f"{day}T12:00:00", "celsius": 2.0},
        {"station": 2, "taken_at": f"{day}T12:00:00", "celsius": 12.5},
        {"station": 3, "taken_at": f"{day}T12:00:00", "celsius": hot},
    ]


class Agency(BaseHTTPRequestHandler):
    """Pages of stations and readings; the second page of anything is refused the first time."""

    asked: ClassVar[Counter] = Counter()

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if self.headers["Authorization"] != "Bearer secret-token":
            return self._answer(401, {})
        page, size = int(query["page"]), int(query["size"])
        self.asked[url.path, page] += 1
        if page == 2 and self.asked[url.path, page] == 1:
            return self._answer(503, {})
        rows = STATIONS if url.path == "/stations" else readings(query["day"])
        more = page + 1 if page * size < len(rows) else None
        return self._answer(200, {"items": rows[(page - 1) * size : page * size], "next": more})

    def _answer(self, status, body) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_) -> None:
        """Quiet."""


@pytest.fixture
def weather(project, monkeypatch):
    """The project beside a running agency."""
    Agency.asked = Counter()
    with ThreadingHTTPServer(("127.0.0.1", 0), Agency) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("WEATHER_API_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("WEATHER_API_TOKEN", "secret-token")
        monkeypatch.setenv("WEATHER_DB", str(project.folder / "weather.duckdb"))
        yield project
        server.shutdown()
        thread.join()


def table(project, query):
    with duckdb.connect(str(project.folder / "weather.duckdb")) as connection:
        return connection.execute(query).fetchall()


def test_a_day_becomes_rows(weather, here) -> None:
    module = ("-m", "weather.definitions")
    assert weather.launch(*module, "--job", "refresh_stations")["status"] == "SUCCESS"
    assert table(weather, "select id, name from public.stations order by id") == [
        (1, "Oslo"),
        (2, "Rome"),
        (3, "Cairo"),
    ]
    [again] = weather.events(dg.DagsterEventType.STEP_RESTARTED)
    assert (again.step_key, Agency.asked["/stations", 1], Agency.asked["/stations", 2]) == ("stations", 2, 2)

    for _ in range(2):  # a second time replaces the rows of the day
        assert here("launch", *module, "--job", "daily_refresh", "--partition", DAY).status == 0
    assert table(weather, "select count(*) from public.readings") == [(4,)]
    assert table(
        weather, "select name, celsius, day::date::varchar from public.daily_averages order by 1"
    ) == [
        ("Cairo", 20.0, DAY),
        ("Oslo", -1.0, DAY),
        ("Rome", 12.5, DAY),
    ]
    run = weather.latest_run()
    assert (run.job_name, run.tags["dagster/partition"], run.tags["dagster/priority"]) == (
        "daily_refresh",
        DAY,
        "1",
    )
    with weather.instance() as instance:
        assert instance.get_materialized_partitions(dg.AssetKey("readings")) == {DAY}
    made = [event.materialization for event in weather.events(dg.DagsterEventType.ASSET_MATERIALIZATION)]
    assert [(one.asset_key.to_user_string(), one.partition) for one in made] == [
        ("readings", DAY),
        ("daily_averages", DAY),
    ]
    assert made[0].metadata["dagster/partition_row_count"].value == 4
    assert made[1].metadata["warmest"].value == 20.0

    assert here("launch", *module, "--assets", "warmest_days").status == 0
    assert table(weather, "select name, day::varchar, celsius from public.warmest_days") == [
        ("Cairo", DAY, 20.0),
        ("Oslo", DAY, -1.0),
        ("Rome", DAY, 12.5),
    ]
    found = [
        event.asset_check_evaluation_data
        for event in weather.events(dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    ]
    assert {one.check_name: one.passed for one in found} == {
        "every_station_is_there": True,
        "no_future_day": True,
    }


def test_an_impossible_reading_stops_what_follows(weather, here) -> None:
    assert here("launch", "--job", "refresh_stations").status == 0
    done = here("launch", "--job", "daily_refresh", "--partition", HOT_DAY)
    assert done.status == 1
    assert "readings_are_plausible" in done.err
    [event] = weather.events(dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = event.asset_check_evaluation_data
    assert (found.passed, found.blocking, found.metadata["rows"].value) == (False, True, 4)
    assert "900.0" in found.metadata["wrong"].value
    steps = {event.step_key for event in weather.events(dg.DagsterEventType.STEP_START)}
    assert steps == {"readings", "readings_readings_are_plausible"}
    assert table(weather, "select count(*) from public.readings") == [(4,)]


@pytest.mark.parametrize(
    "words, name, value, status, told",
    [
        (["--job", "refresh_stations"], "WEATHER_API_URL", None, 2, "WEATHER_API_URL"),
        (["--job", "refresh_stations"], "WEATHER_API_TOKEN", "wrong", 1, "401 Client Error"),
        (["--job", "daily_refresh", "--partition", "2026-04-01"], "X", "", 2, "2026-04-01"),
        (["--job", "daily_refresh"], "X", "", 2, "--partition"),
    ],
)
def test_what_is_wrong_is_named(words, name, value, status, told, weather, here, monkeypatch) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    done = here("launch", *words)
    assert done.status == status
    assert told in done.err
    assert "secret-token" not in done.err


def test_its_own_tests(weather) -> None:
    weather.own_tests()
