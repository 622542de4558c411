"""Business days of the demo: its season, its clock, and dates as text."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

UTC_OFFSET = timedelta(hours=7)
TET_DAYS = (date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29))
SALE_DAYS = {(3, 8): 1.8, (9, 9): 1.8, (10, 10): 2.0, (11, 11): 6.0, (12, 12): 5.0}
HOUR_WEIGHTS = [2, 1, 1, 0, 0, 1, 3, 6, 8, 9, 9, 10, 9, 7, 6, 6, 6, 7, 8, 11, 13, 12, 8]


def season_weight(day: date) -> float:
    """Return how busy a day is: weekends, the weeks before Tết, and sale days."""
    weight = 1.25 if day.weekday() >= 5 else 1.0
    for tet in TET_DAYS:
        days_to_tet = (tet - day).days
        if 3 <= days_to_tet <= 21:
            weight *= 2.2
        elif -5 <= days_to_tet <= 1:
            weight *= 0.25
    return weight * SALE_DAYS.get((day.month, day.day), 1.0)


@dataclass(frozen=True)
class Config:
    """What a demo is made from: a seed, a size and its first and last business day."""

    seed: int = 20230122
    persons: int = 3000
    first_day: date = date(2023, 1, 1)
    last_day: date = date(2024, 12, 31)


class Calendar:
    """Draws business days and local times by the season."""

    def __init__(self, config: Config, rng: Random) -> None:
        self.first, self.last, self.rng = config.first_day, config.last_day, rng
        self.length = (self.last - self.first).days + 1
        # A year beyond the end, so that days drawn past it can be dropped unbiased.
        days = (self.first + timedelta(n) for n in range(self.length + 366))
        self.cumulative = [0.0, *accumulate(map(season_weight, days))]

    def pick(self, earliest: date, latest: date) -> date:
        """Draw a day from earliest to latest, both included, by its season."""
        low = (earliest - self.first).days
        high = min((latest - self.first).days + 1, len(self.cumulative) - 1)
        target = self.rng.uniform(self.cumulative[low], self.cumulative[high])
        offset = bisect_right(self.cumulative, target, low, high) - 1
        return self.first + timedelta(min(max(offset, low), high - 1))

    def at(self, day: date) -> datetime:
        """Draw a local time of that day, before 23:00 so that a visit ends on it."""
        hour = self.rng.choices(range(23), HOUR_WEIGHTS)[0]
        clock = time(hour, self.rng.randrange(60), self.rng.randrange(60))
        return datetime.combine(day, clock)

    def clamp(self, day: date) -> date:
        """Return the day, or the nearest one inside the demo."""
        return min(max(day, self.first), self.last)


def utc(local: datetime | None) -> str:
    """Write a local time as a UTC instant, or nothing for None."""
    return f"{local - UTC_OFFSET:%Y-%m-%dT%H:%M:%SZ}" if local else ""
