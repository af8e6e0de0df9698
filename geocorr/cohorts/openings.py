"""Whose case ought to be opened: youths coming of age, and men due for ARMS.

The software names them with the day and the reason; a person opens the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geocorr.cohorts import arms, youth
from geocorr.cohorts.arms import Registered
from geocorr.cohorts.case import CaseKind
from geocorr.cohorts.case_choices import Casework
from geocorr.cohorts.facts import CaseFacts, FactKind, Sentence
from geocorr.cohorts.youth import Youth
from geocorr.dates import months_later, years_later
from geocorr.model import Decision


@dataclass(frozen=True, slots=True)
class Opening:
    """A case that ought to be opened: what kind, by which day (None: no day is set),
    why, and the facts to open it with."""

    kind: CaseKind
    due_on: date | None
    told: Decision[bool]
    facts: tuple[tuple[str, str], ...]


def openings(
    person: CaseFacts, day: date, had: Sequence[CaseKind], choices: Casework
) -> tuple[Opening, ...]:
    """HANTS-YOUTH, WMP2-43. What ought to be opened of a nominal on a day.

    `had` are the kinds of cases that are open, or were closed: those are not asked for.
    """
    found = []
    if CaseKind.YOUTH not in had and (coming := _youth(person, day, choices)):
        found.append(coming)
    if CaseKind.ARMS not in had and (registered := _arms(person, day, choices)):
        found.append(registered)
    return tuple(found)


def order_ends(person: CaseFacts, day: date) -> date | None:
    """HANTS-END. The last day of what puts a nominal under probation, if it has one."""
    held = person.holding(FactKind.STATUTORY, day)
    if not held or any(fact.until is None for fact in held):
        return None
    return max(fact.until for fact in held if fact.until is not None)


def _youth(person: CaseFacts, day: date, choices: Casework) -> Opening | None:
    """One who is under a youth order and within the months before the birthday."""
    if person.born is None:
        return None
    begins = months_later(person.born, choices.youth_from_months)
    if not begins <= day < years_later(person.born, choices.adult_years):
        return None
    held = person.holding(FactKind.STATUTORY, day)
    orders = [fact for fact in held if fact.value == Sentence.YOUTH_ORDER]
    if not orders:
        return None
    ends = orders[-1].until
    whom = Youth(person.born, True, ends, bool(person.statutory))
    facts = [("born", person.born.isoformat()), ("order_or_above", "yes")]
    facts += [("order_ends", ends.isoformat())] if ends else []
    facts += [("with_probation", "yes")] if person.statutory else []
    starts = youth.milestones(whom, choices).starts_on
    return Opening(CaseKind.YOUTH, starts, youth.transfers(whom, choices), tuple(facts))


def _arms(person: CaseFacts, day: date, choices: Casework) -> Opening | None:
    """An adult man on the register of sex offenders."""
    if "RSO" not in person.flags:
        return None
    released = [
        fact.until
        for fact in person.of(FactKind.CUSTODY, day)
        if fact.until is not None and fact.until <= day
    ]
    risk = person.latest(FactKind.RISK, day, "sexual")
    whom = Registered(
        person.born,
        person.sex,
        max(released, default=None),
        None,
        risk.value if risk else "",
    )
    told = arms.applies(whom, day, choices)
    if not told.value:
        return None
    facts = [("sex", "male")]
    facts += [("born", person.born.isoformat())] if person.born else []
    facts += [("released_on", whom.released_on.isoformat())] if whom.released_on else []
    facts += [("risk", whom.risk)] if whom.risk else []
    first = arms.priority(whom)
    both = Decision(True, told.rules, first.evidence, f"{told.because} {first.because}")
    return Opening(CaseKind.ARMS, arms.due(whom, choices), both, tuple(facts))
