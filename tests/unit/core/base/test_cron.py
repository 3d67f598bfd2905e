"""Reading cron lines."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import islice
from subprocess import run

import pytest
from croniter import croniter

from mainspring.core.base import cron
from mainspring.core.base.errors import InvalidDefinitionError

LINES = [
    "0 0 * * 1-5",
    "0 0 L * *",
    "0 0 * * 5#2",
    "0 0 * * L5",
    "*/15 * * * *",
    "@daily",
    "@hourly",
    "@weekly",
    "@monthly",
    "@yearly",
    "0 0 1 * 1",
    "0 0 * * 7",
    "0 0 */2 * 1",
    "0 0 * jan mon",
    "0 0 * * sun-tue",
    "5,7 */7 31 * *",
    "0 0 29 2 *",
    "0 0 1,L * *",
    "59 23 31 12 *",
    "0 0 1-7 * *",
    "7 4,16 * 3-10/2 *",
]


@pytest.mark.parametrize("text", LINES)
def test_strikes_in_utc_are_those_of_croniter(text: str) -> None:
    after = datetime(2023, 2, 5, 3, 4, tzinfo=UTC)
    ahead, back = croniter(text, after, ret_type=datetime), croniter(text, after, ret_type=datetime)
    assert list(islice(cron.strikes_after(text, "UTC", after), 50)) == [ahead.get_next() for _ in range(50)]
    assert list(islice(cron.strikes_before(text, "UTC", after), 20)) == [back.get_prev() for _ in range(20)]


@pytest.mark.parametrize(
    "text,part",
    [
        ("61 0 * * *", "minute field '61'"),
        ("0 24 * * *", "hour field '24'"),
        ("x 0 * * *", "minute field 'x'"),
        ("0 25-30 * * *", "hour field '25-30'"),
        ("0 0 * * mon-xyz", "day of week field 'mon-xyz'"),
        ("R * * * *", "minute field 'R'"),
        ("0 0 15W * *", "day of month field '15W'"),
        ("0 0 0 * *", "day of month field '0'"),
        ("* * * *", "has 4 fields"),
        ("0 0 * * * *", "has 6 fields"),
        ("", "has 0 fields"),
        ("0 0 31 2 *", "no day 31"),
        ("0 0 30 2 *", "no day 30"),
    ],
)
def test_a_wrong_line_is_refused_with_the_line_and_the_field(text: str, part: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        cron.parse(text)
    assert repr(text) in str(caught.value)
    assert part in str(caught.value)


def test_an_unknown_zone_is_refused_and_near_names_are_offered() -> None:
    with pytest.raises(
        InvalidDefinitionError, match=r"no time zone named 'Europe/Lundon'(.|\n)*Europe/London"
    ):
        next(cron.strikes_after("0 0 * * *", "Europe/Lundon", datetime(2024, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    "text,cadence",
    [
        ("30 * * * *", cron.Cadence("HOURLY", 30, 0, 0)),
        ("15 6 * * *", cron.Cadence("DAILY", 15, 6, 0)),
        ("15 6 * * 7", cron.Cadence("WEEKLY", 15, 6, 0)),
        ("15 6 3 * *", cron.Cadence("MONTHLY", 15, 6, 3)),
        ("@weekly", cron.Cadence("WEEKLY", 0, 0, 0)),
        ("15 6 31 * *", None),
        ("15 6 3 * 1", None),
        ("15 6 * 1 *", None),
        ("*/15 * * * *", None),
        ("15 6 L * *", None),
        ("15 6,7 * * *", None),
    ],
)
def test_cadences_are_recognised(text: str, cadence: cron.Cadence | None) -> None:
    assert cron.cadence(text) == cadence
    assert cron.is_regular(text) is (cadence is not None)


def test_several_lines_strike_together_once() -> None:
    after = datetime(2024, 1, 1, tzinfo=UTC)
    found = list(islice(cron.strikes_of_all(["0 */2 * * *", "0 */3 * * *"], "UTC", after), 5))
    assert [instant.hour for instant in found] == [2, 3, 4, 6, 8]


def test_the_strikes_of_a_rare_line_are_found_far_back() -> None:
    before = datetime(1904, 2, 1, tzinfo=UTC)
    assert next(cron.strikes_before("0 0 29 2 *", "UTC", before)) == datetime(1896, 2, 29, tzinfo=UTC)


def test_plain_lines_load_no_cron_library_and_utc_no_zones() -> None:
    code = (
        "import sys; from mainspring.core.base import cron; from datetime import UTC, datetime;"
        "next(cron.strikes_after('0 6 * * 1', 'UTC', datetime(2024, 1, 1, tzinfo=UTC)));"
        "print({'croniter', 'dateutil', 'zoneinfo', 'pyroaring'} & set(sys.modules))"
    )
    shown = run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == "set()\n"
