import pandas as pd
import pytest
from weather import assets, checks
from weather.definitions import defs
from weather.resources import ApiCredentials, WeatherApi

import mainspring as dg

PLACES = pd.DataFrame({"id": [1, 2], "name": ["Oslo", "Rome"]})


def readings(*celsius):
    return pd.DataFrame({"station": [1, 1, 2], "taken_at": pd.Timestamp("2026-03-01"), "celsius": celsius})


def test_daily_averages():
    context = dg.build_asset_context(partition_key="2026-03-01")
    output = assets.daily_averages(context, readings=readings(1.0, 3.0, 9.0), places=PLACES)
    assert output.value.to_dict("list") == {
        "name": ["Oslo", "Rome"],
        "celsius": [2.0, 9.0],
        "day": [pd.Timestamp("2026-03-01")] * 2,
    }
    assert output.metadata["warmest"].value == 9.0


@pytest.mark.parametrize(("celsius", "passed"), [((1.0, 3.0, 9.0), True), ((1.0, 3.0, 99.0), False)])
def test_plausible(celsius, passed):
    result = checks.readings_are_plausible(dg.build_asset_check_context(), readings(*celsius))
    assert result.passed is passed


def test_a_busy_api_asks_for_a_retry(monkeypatch):
    class Busy:
        status_code = 503

    api = WeatherApi(base_url="http://nowhere", credentials=ApiCredentials(token="t"))
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: Busy())
    with api.process_config_and_initialize_cm() as ready, pytest.raises(dg.RetryRequested):
        assets.stations(dg.build_asset_context(), api=ready)


def test_definitions_hang_together():
    dg.Definitions.validate_loadable(defs)
    job = defs.resolve_job_def("daily_refresh")
    assert job.partitions_def == assets.daily
    assert {schedule.name for schedule in defs.schedules} == {"daily_refresh_schedule", "publish_schedule"}
    assert defs.resolve_asset_graph().get(dg.AssetKey("readings")).group_name == "raw"
