"""WMP-5.9-DECAY. How much of an entry's weight is left, as an exact fraction.

Full on the day of the event, nothing from the same day of the calendar so many years
later on. Linear: the days that remain of all its days. Step: the share of the part of
the period it stands in. Exponential: halved every half-life, cut off at the end.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import cache, lru_cache
from math import lcm

import numpy as np

from geocorr.arrays import Ints
from geocorr.dates import years_later
from geocorr.scoring.choices import Scoring

# Shares that are no ratio of days are counted in millionths.
_MILLION = 1_000_000
_EXACT = Context(prec=40)


@dataclass(frozen=True, slots=True)
class Fading:
    """What is left on one day, by the age of an event in days [ages].

    The fraction left of age a is `left[a] / whole[a]`; from `len(left)` on it is zero.
    `common` is a multiple of every `whole`.
    """

    left: Ints
    whole: Ints
    common: int


@lru_cache(maxsize=1_000)
def fading(day: date, choices: Scoring) -> Fading:
    """What is left on `day` of events of that day and before it."""
    left, whole = [], []
    event_on = day
    while (ends_on := years_later(event_on, choices.years)) > day:
        age, total = (day - event_on).days, (ends_on - event_on).days
        one = _fraction(age, total, choices)
        left.append(one[0])
        whole.append(one[1])
        event_on -= timedelta(days=1)
    common = lcm(*set(whole))
    return Fading(np.array(left, np.int64), np.array(whole, np.int64), common)


def _fraction(age: int, total: int, choices: Scoring) -> tuple[int, int]:
    if choices.decay == "linear":
        return total - age, total
    if choices.decay == "step":
        part = age * len(choices.steps) // total
        return round(choices.steps[part] * _MILLION), _MILLION
    return _halved(age, choices.half_life_days), _MILLION


@cache
def _halved(age: int, half_life_days: int) -> int:
    """A million halved every half-life, rounded down; the same on every machine."""
    halvings = _EXACT.divide(Decimal(-age), Decimal(half_life_days))
    return int(_EXACT.multiply(Decimal(_MILLION), _EXACT.power(Decimal(2), halvings)))


def first_event_day(day: date, choices: Scoring) -> date:
    """The earliest day of an event of which something is left on `day`."""
    return day - timedelta(days=len(fading(day, choices).left) - 1)
