"""From a paged HTTP API to tables of DuckDB, day by day; with retries, checks and resources set by the environment."""

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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

    asked = Counter()

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
def weather(project):
    """The project beside a running agency."""
    Agency.asked = Counter()
    with ThreadingHTTPServer(("127.0.0.1", 0), Agency) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        project.environment |= {
            "WEATHER_API_URL": f"http://127.0.0.1:{server.server_port}",
            "WEATHER_API_TOKEN": "secret-token",
            "WEATHER_DB": str(project.folder / "weather.duckdb"),
        }
        yield project
        server.shutdown()
        thread.join()


def table(project, query):
    with duckdb.connect(str(project.folder / "weather.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def events(project, kind):
    """The events of a kind of the latest run."""
    with project.instance() as instance:
        [run] = instance.get_runs(limit=1)
        return [log.dagster_event for log in instance.all_logs(run.run_id, kind)]


def test_a_day_becomes_rows(weather) -> None:
    module = ("-m", "weather.definitions")
    weather.launch(*module, "--job", "refresh_stations")
    assert table(weather, "select id, name from public.stations order by id") == [(1, "Oslo"), (2, "Rome"), (3, "Cairo")]
    [again] = events(weather, dg.DagsterEventType.STEP_RESTARTED)
    assert (again.step_key, Agency.asked["/stations", 1], Agency.asked["/stations", 2]) == ("stations", 2, 2)

    for _ in range(2):  # a second time replaces the rows of the day
        weather.launch(*module, "--job", "daily_refresh", "--partition", DAY)
    assert table(weather, "select count(*) from public.readings") == [(4,)]
    averages = "select name, celsius, day::varchar from public.daily_averages order by name"
    assert table(weather, averages) == [
        ("Cairo", 20.0, f"{DAY} 00:00:00"),
        ("Oslo", -1.0, f"{DAY} 00:00:00"),
        ("Rome", 12.5, f"{DAY} 00:00:00"),
    ]
    with weather.instance() as instance:
        [run] = instance.get_runs(limit=1)
        assert (run.job_name, run.tags["dagster/partition"]) == ("daily_refresh", DAY)
        assert instance.get_materialized_partitions(dg.AssetKey("readings")) == {DAY}
    made = [event.materialization for event in events(weather, dg.DagsterEventType.ASSET_MATERIALIZATION)]
    assert [(one.asset_key.to_user_string(), one.partition) for one in made] == [
        ("readings", DAY),
        ("daily_averages", DAY),
    ]
    assert made[0].metadata["dagster/partition_row_count"].value == 4
    assert made[1].metadata["warmest"].value == 20.0

    told = weather.launch(*module, "--assets", "warmest_days")
    assert told["status"] == "SUCCESS"
    assert table(weather, "select name, day::varchar, celsius from public.warmest_days") == [
        ("Cairo", DAY, 20.0),
        ("Oslo", DAY, -1.0),
        ("Rome", DAY, 12.5),
    ]
    found = [event.asset_check_evaluation_data for event in events(weather, dg.DagsterEventType.ASSET_CHECK_EVALUATION)]
    assert {one.check_name: one.passed for one in found} == {"every_station_is_there": True, "no_future_day": True}


def test_an_impossible_reading_stops_what_follows(weather) -> None:
    weather.launch("--job", "refresh_stations")
    done = weather.command("launch", "--job", "daily_refresh", "--partition", HOT_DAY)
    assert done.returncode == 1
    assert "readings_are_plausible" in done.stderr
    [found] = [
        event.asset_check_evaluation_data for event in events(weather, dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    ]
    assert (found.passed, found.blocking, found.metadata["rows"].value) == (False, True, 4)
    assert "900.0" in found.metadata["wrong"].value
    assert [e.step_key for e in events(weather, dg.DagsterEventType.STEP_SKIPPED)] == ["daily_averages"]
    assert table(weather, "select count(*) from public.readings") == [(4,)]


@pytest.mark.parametrize(
    "words, changed, code, told",
    [
        (["--job", "refresh_stations"], {"WEATHER_API_URL": ""}, 1, "WEATHER_API_URL"),
        (["--job", "refresh_stations"], {"WEATHER_API_TOKEN": "wrong"}, 1, "401 Client Error"),
        (["--job", "daily_refresh", "--partition", "2026-04-01"], {}, 2, "2026-04-01"),
        (["--job", "daily_refresh"], {}, 2, "partition"),
    ],
)
def test_what_is_wrong_is_named(words, changed, code, told, weather) -> None:
    if changed.get("WEATHER_API_URL") == "":
        del weather.environment["WEATHER_API_URL"]
        changed = {}
    done = weather.command("launch", *words, **changed)
    assert (done.returncode, done.stdout.count("{")) == (code, 0)
    assert told in done.stderr
    assert "secret-token" not in done.stderr


def test_its_own_tests(weather) -> None:
    weather.own_tests()
