"""HANTS-YOUTH. From the youth offending team to IOM: who comes, and by when."""

from dataclasses import dataclass
from datetime import date

from geocorr.cohorts.case_choices import Casework
from geocorr.dates import months_later, years_later
from geocorr.model import Decision

RULES = ("HANTS-YOUTH",)


@dataclass(frozen=True, slots=True)
class Youth:
    """What decides a youth's transfer. `order_ends` is that of the youth's order."""

    born: date
    order_or_above: bool
    order_ends: date | None
    with_probation: bool
    convicted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Milestones:
    """The days of a transfer: it starts, liaison begins, IOM takes over."""

    starts_on: date
    liaison_on: date
    takes_over_on: date


def milestones(youth: Youth, choices: Casework) -> Milestones:
    """HANTS-YOUTH. 17 years 6 months unless convicted older; 17 and 9; 18."""
    begins = months_later(youth.born, choices.youth_from_months)
    convicted = youth.convicted_on or begins
    return Milestones(
        max(begins, convicted),
        max(months_later(youth.born, choices.youth_liaison_months), convicted),
        max(years_later(youth.born, choices.adult_years), convicted),
    )


def transfers(youth: Youth, choices: Casework) -> Decision[bool]:
    """HANTS-YOUTH. Is IOM to be considered? Lists what speaks against it."""
    adult_on = years_later(youth.born, choices.adult_years)
    until = months_later(adult_on, choices.youth_months_left)
    against = []
    if not youth.with_probation:
        against.append("management has not passed to probation")
    if not youth.order_or_above:
        against.append("there is no Youth Rehabilitation Order or above")
    if youth.order_ends is None or youth.order_ends < until:
        against.append(
            f"less than {choices.youth_months_left} months of the order are left on "
            f"the 18th birthday, {adult_on}"
        )
    evidence = {
        "adult_on": adult_on.isoformat(),
        "order_must_last_to": until.isoformat(),
        "order_ends": youth.order_ends and youth.order_ends.isoformat(),
        "against": against,
    }
    because = (
        f"Not to be considered: {'; '.join(against)}."
        if against
        else "To be considered: with probation, on an order that lasts to "
        f"{until} or longer."
    )
    return Decision(not against, RULES, evidence, because)
