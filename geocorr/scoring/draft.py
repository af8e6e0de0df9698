"""WMP-5.3, WMP-12.6. What is wrong with a weight set before anybody may approve it.

Rows are judged as they are read; here is what only the whole set shows, and what it
would do to the sets that are approved already. Faults are data.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from geocorr.dates import months_later
from geocorr.model import Fault
from geocorr.scoring.entry import CATEGORIES, THREATS, DataSet, Disposal
from geocorr.scoring.weights import Kind, Purpose, WeightSet, told

# Gradings without their handling code, which decides who may see and not what counts.
FIVES = tuple("".join(pair) for pair in product("ABCDE", "12345"))
THREES = tuple("".join(pair) for pair in product("123", "ABCDE"))
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class InForce:
    """An approved set of the same force and purpose: which, and from when on."""

    name: str
    version: str
    effective_from: date


def faults(draft: WeightSet, review_months: int) -> tuple[Fault, ...]:
    """All that is wrong with the set itself; empty where nothing is."""
    return (*_gaps(draft), *_falling(draft), *_dates(draft, review_months))


def clashes(
    draft: WeightSet, approved: Sequence[InForce], day: date
) -> tuple[Fault, ...]:
    """What keeps it from being approved on a day beside the sets that are.

    It would overlap one, begin before one, or change days that are past. The first set
    of all may begin in the past: no day has a score by another.
    """
    found = [clash for other in approved for clash in _clash(draft, other)]
    in_force = any(other.effective_from <= day for other in approved)
    if draft.effective_from < day and in_force and not found:
        action = f"Days since {draft.effective_from} are scored by another set: give"
        when = f"{action} an effective_from of {day} or later."
        found.append(_fault("effective_from", "EFFECTIVE_IN_THE_PAST", None, when))
    return tuple(found)


def _clash(draft: WeightSet, other: InForce) -> Iterator[Fault]:
    named = f"{other.name} {other.version}, approved from {other.effective_from}"
    if draft.effective_from == other.effective_from:
        action = f"It overlaps {named}: give another effective_from."
        yield _fault("effective_from", "OVERLAPPING_SETS", None, action)
    elif draft.effective_from < other.effective_from:
        action = f"It would begin before {named}: give a later effective_from."
        yield _fault("effective_from", "EFFECTIVE_TOO_EARLY", None, action)


def _dates(draft: WeightSet, review_months: int) -> Iterator[Fault]:
    due = draft.review_due.isoformat()
    last = months_later(draft.effective_from, review_months)
    if draft.review_due <= draft.effective_from:
        action = "The review is due before the set takes effect: mend the dates."
        yield _fault("review_due", "REVIEW_BEFORE_EFFECTIVE", due, action)
    elif draft.review_due > last:
        action = f"Weights are reviewed every {review_months} months: by {last}."
        yield _fault("review_due", "REVIEW_TOO_LATE", due, action)


def _gaps(draft: WeightSet) -> Iterator[Fault]:
    """No weight where others have one: a data set, a code, or a band of gradings."""
    given = {row.data_set for row in draft.rows}
    for data_set in DataSet:
        if data_set.value not in given:
            if draft.purpose is Purpose.SCORE:
                yield _gap("data_set", data_set.value, data_set.value)
            continue
        for code in _codes(draft, data_set):
            grades = _grades(draft, data_set, code)
            kinds = [Kind(data_set.value, code, grade) for grade in grades]
            lacking = [kind for kind in kinds if draft.find(kind) is None]
            if lacking:
                yield _gap("grade" if lacking[0].grade else "code", *_named(lacking))


def _falling(draft: WeightSet) -> Iterator[Fault]:
    """A ladder whose rungs fall: one more entry would then lower a score."""
    for kind in dict.fromkeys(row.kind for row in draft.rows):
        rungs = [draft.find(kind, n) for n in range(1, draft.highest_rung + 1)]
        given = [row.micropoints for row in rungs if row is not None]
        if given != sorted(given):
            action = f"{told(kind)} weighs less when it comes more often: mend it."
            yield _fault("occurrence", "FALLING_WEIGHT", kind.code, action)


def _codes(draft: WeightSet, data_set: DataSet) -> Sequence[str]:
    """Every code that an entry may have where the list is closed, else those given."""
    if data_set is DataSet.WARRANTS:
        return CATEGORIES
    if data_set is DataSet.ICIS:
        return tuple(Disposal)
    codes = {row.code for row in draft.rows if row.data_set == data_set.value}
    return sorted(codes)


def _grades(draft: WeightSet, data_set: DataSet, code: str) -> Sequence[str]:
    """The grades that any code of the data set has a weight for, each of their band."""
    rows = [row for row in draft.rows if row.data_set == data_set.value]
    given = {row.grade for row in rows if row.grade}
    if data_set is DataSet.IMS:
        letters = any(grade[0].isalpha() for grade in given)
        digits = any(grade[0].isdigit() for grade in given)
        return (*FIVES * letters, *THREES * digits) or ("",)
    if data_set is DataSet.WARRANTS and given:
        return THREATS
    if data_set is DataSet.DIP and not code[:1].isdigit():
        return sorted(given) or ("",)
    return ("",)


def _named(lacking: Sequence[Kind]) -> tuple[str, str]:
    """The first kind in words, and all of them as far as a line goes."""
    first = lacking[0]
    grades = [kind.grade for kind in lacking if kind.grade]
    more = f" and {len(grades) - _SHOWN} more" if len(grades) > _SHOWN else ""
    shown = ", ".join(grades[:_SHOWN]) + more
    return (
        first.grade or first.code,
        f"{told(first._replace(grade=''))} {shown}".strip(),
    )


def _gap(field: str, value: str, what: str) -> Fault:
    return _fault(
        field, "MISSING_WEIGHT", value, f"Give a weight for {what}: others have one."
    )


def _fault(field: str, kind: str, value: str | None, action: str) -> Fault:
    return Fault(None, None, None, field, kind, value, action)
