"""WMP2-43. Whose risk is to be assessed with ARMS, by when, and who comes first."""

from dataclasses import dataclass
from datetime import date, timedelta

from geocorr.cohorts.case_choices import Casework
from geocorr.dates import age_on
from geocorr.model import Decision

RULES = ("WMP2-43",)
_FIRST, _HIGH, _REST = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered sex offender: released or newly registered, and how high the risk.

    `risk` is the level of the tool used before: very_high, high, medium, low or "".
    """

    born: date | None
    sex: str
    released_on: date | None = None
    registered_on: date | None = None
    risk: str = ""


def applies(person: Registered, day: date, choices: Casework) -> Decision[bool]:
    """WMP2-43. ARMS is for adult men who are registered sex offenders."""
    adult = person.born is not None and age_on(person.born, day) >= choices.adult_years
    male = person.sex.casefold() in ("m", "male")
    lacks = [
        told
        for holds, told in (
            (adult, "not known to be an adult"),
            (male, "not recorded as male"),
        )
        if not holds
    ]
    because = (
        f"ARMS does not apply: {' and '.join(lacks)}."
        if lacks
        else "ARMS applies: an adult man on the register of sex offenders."
    )
    return Decision(not lacks, RULES, {"lacks": lacks}, because)


def due(person: Registered, choices: Casework) -> date | None:
    """WMP2-43. Within six weeks of release, or of coming on the register; else none."""
    last = max(
        (d for d in (person.released_on, person.registered_on) if d), default=None
    )
    return last and last + timedelta(weeks=choices.arms_weeks)


def priority(person: Registered) -> Decision[int]:
    """WMP2-43. 1 releases and new, 2 very high and high, 3 the rest."""
    if person.released_on or person.registered_on:
        return _told(_FIRST, "released from custody or new on the register")
    if person.risk in ("very_high", "high"):
        return _told(_HIGH, f"risk is {person.risk.replace('_', ' ')}")
    return _told(_REST, "neither newly released or registered nor of high risk")


def _told(value: int, why: str) -> Decision[int]:
    return Decision(value, RULES, {"why": why}, f"Priority {value}: {why}.")
