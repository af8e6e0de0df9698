"""WMP2-44 from our own data: what managed nominals did in a year, before and since.

An offence is an entry of the data set Crimes. Nothing is known of time in custody, in
which nobody offends outside: a fall is no proof that management brought it about.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    """How often a nominal offended by one code before management, and since."""

    nominal_id: str
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
    days = {m.nominal_id: (day - m.since).days for m in managed}
    long = [m for m in managed if days[m.nominal_id] >= choices.shortest_days]
    counted = [
        o for o in offences if days.get(o.nominal_id, 0) >= choices.shortest_days
    ]
    pre = Fraction(12, choices.pre_months)
    rates = {n: DAYS_A_YEAR / length for n, length in days.items() if length > 0}
    cohorts = [
        _totals(name, part, counted, (pre, rates), choices)
        for name, part in ((EVER, long), (NOW, [m for m in long if m.is_open]))
    ]
    free = sum(o.before + o.since for o in counted if choices.cost(o.code) is None)
    return Projected((cohorts[0], cohorts[1]), len(managed) - len(long), free)


def _totals(
    name: str,
    part: Sequence[Managed],
    offences: Sequence[Offences],
    rates: tuple[Fraction, Mapping[str, Fraction]],
    choices: Framework,
) -> Totals:
    among = {m.nominal_id for m in part}
    own = [o for o in offences if o.nominal_id in among]
    pre, since = rates
    costs = [choices.cost(o.code) or 0 for o in own]
    n_before = sum(o.before for o in own) * pre
    n_since = sum((o.since * since[o.nominal_id] for o in own), Fraction())
    paid = list(zip(own, costs, strict=True))
    cost_before = sum(o.before * pounds for o, pounds in paid) * pre
    cost_since = sum(
        (o.since * pounds * since[o.nominal_id] for o, pounds in paid), Fraction()
    )
    return Totals(
        name,
        len(part),
        sum(is_male(m.sex) for m in part),
        sum(is_female(m.sex) for m in part),
        Measure(int(half_up(n_before, 0)), int(half_up(n_since, 0))),
        Measure(int(half_up(cost_before, 0)), int(half_up(cost_since, 0))),
    )


def is_male(sex: str | None) -> bool:
    """Whether recorded as male; any other word is unknown."""
    return (sex or "").strip().casefold() in ("m", "male")


def is_female(sex: str | None) -> bool:
    """Whether recorded as female; any other word is unknown."""
    return (sex or "").strip().casefold() in ("f", "female")
