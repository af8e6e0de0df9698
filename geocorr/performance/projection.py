"""WMP2-44 from our own data: what managed nominals did in a year, before and since.

An offence is an entry of the data set Crimes. Nothing is known of time in custody, in
which nobody offends outside: a fall is no proof that management brought it about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from geocorr.performance.choices import Framework
from geocorr.performance.grid import half_up
from geocorr.performance.idiom import Measure, Totals

EVER, NOW = "ever managed", "currently managed"
# Of a Gregorian year, exactly: 97 leap years in 400.
DAYS_A_YEAR = Fraction(146_097, 400)


class Managed(NamedTuple):
    """A nominal in management: since when, and whether still."""

    nominal_id: str
    sex: str | None
    since: date
    is_open: bool


class Offences(NamedTuple):
    """How often those managed since a day offended by one code before it, and since."""

    managed_since: date
    is_open: bool
    code: str
    before: int
    since: int


@dataclass(frozen=True, slots=True)
class Projected:
    """What came of it, and what could not be projected or has no cost."""

    cohorts: tuple[Totals, Totals]
    too_short: int
    without_cost: int


def project(
    managed: Sequence[Managed],
    offences: Iterable[Offences],
    day: date,
    choices: Framework,
) -> Projected:
    """WMP2-44. The totals of all ever managed, and of those managed now.

    Those managed for less than `shortest_days` are left out of both, and counted.
    """

    def long(since: date) -> bool:
        return (day - since).days >= choices.shortest_days

    whose = [m for m in managed if long(m.since)]
    counted = [o for o in offences if long(o.managed_since)]
    ever = _totals(EVER, whose, counted, day, choices)
    whose_now = [m for m in whose if m.is_open]
    now = _totals(NOW, whose_now, [o for o in counted if o.is_open], day, choices)
    free = sum(o.before + o.since for o in counted if choices.cost(o.code) is None)
    return Projected((ever, now), len(managed) - len(whose), free)


def _totals(
    name: str,
    whose: Sequence[Managed],
    offences: Sequence[Offences],
    day: date,
    choices: Framework,
) -> Totals:
    pre = Fraction(12, choices.pre_months)
    rated = [
        (
            o.before * pre,
            o.since * DAYS_A_YEAR / (day - o.managed_since).days,
            choices.cost(o.code) or 0,
        )
        for o in offences
    ]
    offended = _measure((before, since) for before, since, _ in rated)
    cost = _measure((before * each, since * each) for before, since, each in rated)
    male = sum(is_male(m.sex) for m in whose)
    female = sum(is_female(m.sex) for m in whose)
    return Totals(name, len(whose), male, female, offended, cost)


def _measure(amounts: Iterable[tuple[Fraction, Fraction]]) -> Measure:
    """Two sums, rounded once."""
    pairs = list(amounts)
    before, since = (sum((p[i] for p in pairs), Fraction()) for i in (0, 1))
    return Measure(int(half_up(before, 0)), int(half_up(since, 0)))


def is_male(sex: str | None) -> bool:
    """Whether recorded as male; any other word is unknown."""
    return (sex or "").strip().casefold() in ("m", "male")


def is_female(sex: str | None) -> bool:
    """Whether recorded as female; any other word is unknown."""
    return (sex or "").strip().casefold() in ("f", "female")
