"""WMP-5.2. How a nominal's score went, by what is known now: many days, one reading.

The same scores as `scores.of_nominal` computes a day at a time as known now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from api.scores import scoring_portions as portions
from api.scores.scoring_portions import Portion
from geocorr.scoring.bands import Band, band_of
from loaders.profile import Profiles
from sql import entries, manual_scores, scores, weights
from sql.db import Connection
from sql.manual_scores import ManualFilter, StoredManual
from sql.weights import SetsInForce


@dataclass(frozen=True, slots=True)
class CourseDay:
    """A day of the course: micro-points that hold, and their band."""

    day: date
    given: int
    band: Band


async def course(
    conn: Connection, nominal_id: str, days: Sequence[date], profiles: Profiles
) -> list[CourseDay]:
    """A nominal's score of these days, which stand in order; none without entries."""
    people = await scores.numbered_by_id(conn, [nominal_id])
    if not people:
        return []
    at = await entries.known_at(conn)
    known = await portions.known(conn, days[-1], at, profiles)
    first = replace(known, day=days[0]).days[0]
    async with entries.reckoning(conn):
        span = (first, days[-1])
        columns = await entries.of_numbers(conn, [people[0].number], span, at)
    sets = await _sets(conn, days, at, known.sets)
    given_by_people, _ = await manual_scores.find(
        conn, ManualFilter(None, nominal_id), days[-1]
    )
    found = []
    for day, in_force in zip(days, sets, strict=True):
        manual: Mapping[str, StoredManual] = {}
        if given_by_people:
            manual = await manual_scores.standing_on(conn, day, at, [nominal_id])
        of_day = replace(known, day=day, sets=in_force)
        (told,) = portions.scored(Portion(people, columns, manual), of_day)
        given = int(told.given[0])
        scoring = known.profile(told.force).scoring
        found.append(CourseDay(day, given, band_of(given, scoring)))
    return found


async def _sets(
    conn: Connection, days: Sequence[date], at: datetime, last: SetsInForce
) -> list[SetsInForce]:
    """The sets in force on each day; a later one takes the place of an earlier one."""
    first = await weights.in_force(conn, days[0], at)
    if _numbers(first) == _numbers(last):
        return [last] * len(days)
    return [await weights.in_force(conn, day, at) for day in days]


def _numbers(sets: SetsInForce) -> dict[str | None, int]:
    return {force: stored.id for force, stored in sets.sets.items()}
