"""Seed `seasons` has the right days, by the sky and by the calendar.

The lunar new year is computed from the moon and the sun as Vietnam does since 1968, in
its own time zone (UTC+7): a month begins on the day of a new moon, the winter solstice
lies in month 11, and of thirteen months between two of these the first one without a
principal term of the sun is the leap month. Positions after J. Meeus, Astronomical
Algorithms, 2nd edition, chapters 25 and 49, to about a minute.
"""

from __future__ import annotations

import csv
import math
from datetime import date, timedelta
from pathlib import Path

import pytest

SEED = Path(__file__).parents[1] / "seeds" / "reference" / "seasons.csv"
YEARS = range(2009, 2031)
SECONDS_AHEAD = 70
"""Dynamical time runs ahead of the clocks by so much in these years."""

DAY_ZERO = 1721424.5
"""Julian day of the midnight before 1 January of year 1, less one."""


def seeded(season: str) -> dict[int, tuple[date, date]]:
    """First and last day of a season by year."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return {
            int(row["year"]): (
                date.fromisoformat(row["starts_on"]),
                date.fromisoformat(row["ends_on"]),
            )
            for row in csv.DictReader(file)
            if row["season"] == season
        }


def new_moon(number: int) -> float:
    """Julian day (UTC) of a new moon; number 0 is that of 6 January 2000."""
    t = number / 1236.85
    sun = math.radians(2.5534 + 29.10535670 * number - 0.0000014 * t**2)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * t**2)
    node = math.radians(160.7108 + 390.67050284 * number - 0.0016118 * t**2)
    ascent = math.radians(124.7746 - 1.56375588 * number + 0.0020672 * t**2)
    e = 1 - 0.002516 * t
    terms = (
        -0.40720 * math.sin(moon)
        + 0.17241 * e * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * node)
        + 0.00739 * e * math.sin(moon - sun)
        - 0.00514 * e * math.sin(moon + sun)
        + 0.00208 * e**2 * math.sin(2 * sun)
        - 0.00111 * math.sin(moon - 2 * node)
        - 0.00057 * math.sin(moon + 2 * node)
        + 0.00056 * e * math.sin(2 * moon + sun)
        - 0.00042 * math.sin(3 * moon)
        + 0.00042 * e * math.sin(sun + 2 * node)
        + 0.00038 * e * math.sin(sun - 2 * node)
        - 0.00024 * e * math.sin(2 * moon - sun)
        - 0.00017 * math.sin(ascent)
        + 0.000325 * math.sin(math.radians(299.77 + 0.107408 * number))
    )
    mean = 2451550.09766 + 29.530588861 * number + 0.00015437 * t**2
    return mean + terms - SECONDS_AHEAD / 86400


def sun_longitude(julian_day: float) -> float:
    """Apparent longitude of the sun in degrees, 0 to 360, at a Julian day (UTC)."""
    t = (julian_day + SECONDS_AHEAD / 86400 - 2451545.0) / 36525
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    centre = (
        (1.914602 - 0.004817 * t) * math.sin(anomaly)
        + (0.019993 - 0.000101 * t) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    true = 280.46646 + 36000.76983 * t + centre
    return (
        true - 0.00569 - 0.00478 * math.sin(math.radians(125.04 - 1934.136 * t))
    ) % (360)


def midnight(day: date, hours_ahead: int) -> float:
    """Julian day (UTC) at which a day begins in a time zone."""
    return DAY_ZERO + day.toordinal() - hours_ahead / 24


def month_starts(year: int, hours_ahead: int) -> list[date]:
    """Days of the new moons from autumn of the year before to the end of a year."""
    first = round((year - 2000.25) * 12.3685)
    return [
        date.fromordinal(math.floor(new_moon(number) + hours_ahead / 24 - DAY_ZERO))
        for number in range(first, first + 18)
    ]


def month_eleven(starts: list[date], year: int, hours_ahead: int) -> int:
    """Place of the month that holds the winter solstice of a year."""
    solstice = next(
        day
        for day in (date(year, 12, 19) + timedelta(days) for days in range(6))
        if sun_longitude(midnight(day + timedelta(1), hours_ahead)) >= 270
    )
    return max(place for place, start in enumerate(starts) if start <= solstice)


def lunar_new_year(year: int, hours_ahead: int = 7) -> date:
    """First day of the lunar year that begins in a year, seen from a time zone."""
    starts = month_starts(year, hours_ahead)
    before = month_eleven(starts, year - 1, hours_ahead)
    after = month_eleven(starts, year, hours_ahead)
    terms = [
        math.floor(sun_longitude(midnight(start, hours_ahead)) / 30) for start in starts
    ]
    leap = None
    if after - before == 13:
        leap = next(
            place
            for place in range(before + 1, after)
            if terms[place] == terms[place + 1]
        )
    return starts[before + (3 if leap in (before + 1, before + 2) else 2)]


def test_every_year_has_every_season() -> None:
    with SEED.open(encoding="utf-8", newline="") as file:
        seasons = {row["season"] for row in csv.DictReader(file)}
    assert seasons == {
        "tet",
        "womens_day",
        "summer",
        "vietnamese_womens_day",
        "singles_day",
        "black_friday",
    }
    for season in seasons:
        assert list(seeded(season)) == list(YEARS), season


@pytest.mark.parametrize("year", YEARS)
def test_tet_is_the_new_moon_that_vietnam_sees(year: int) -> None:
    first = lunar_new_year(year)
    assert seeded("tet")[year] == (first - timedelta(21), first + timedelta(6))


def test_astronomy_agrees_with_known_new_years() -> None:
    """Vietnam and China part where the new moon falls between their midnights."""
    assert lunar_new_year(2030) == date(2030, 2, 2)
    assert lunar_new_year(2030, hours_ahead=8) == date(2030, 2, 3)
    assert lunar_new_year(2007) == date(2007, 2, 17)
    assert lunar_new_year(2007, hours_ahead=8) == date(2007, 2, 18)
    assert lunar_new_year(1985) == date(1985, 1, 21)
    assert lunar_new_year(1985, hours_ahead=8) == date(1985, 2, 20)
    assert lunar_new_year(2024) == date(2024, 2, 10)


@pytest.mark.parametrize("year", YEARS)
def test_other_seasons_fall_on_their_days(year: int) -> None:
    days = {
        "womens_day": date(year, 3, 8),
        "vietnamese_womens_day": date(year, 10, 20),
        "singles_day": date(year, 11, 11),
    }
    for season, day in days.items():
        assert seeded(season)[year] == (day - timedelta(6), day)
    assert seeded("summer")[year] == (date(year, 6, 1), date(year, 8, 31))
    thursdays = [
        date(year, 11, day)
        for day in range(1, 31)
        if date(year, 11, day).weekday() == 3
    ]
    friday = thursdays[3] + timedelta(1)
    assert seeded("black_friday")[year] == (friday, friday + timedelta(2))
