"""Some nominals at once: read what was known of them at a time, and score them.

The same for a run that stores what it finds, for a day that is computed again, and for
weights that are tried out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from geocorr.arrays import Bools
from geocorr.profile import Profile
from geocorr.scoring.decay import first_event_day
from geocorr.scoring.manual import final_scores
from geocorr.scoring.score import Scores
from geocorr.scoring.score import scores as scores_of
from geocorr.scoring.weights import POINT, Kind, WeightSet
from loaders.forces import forces
from loaders.profile import Profiles
from sql import entries, manual_scores, scores, weights
from sql.db import Connection
from sql.entries import StoredColumns
from sql.manual_scores import StoredManual
from sql.scores import Numbered, ScoreList
from sql.weights import SetsInForce, StoredSet

# Where no set is in force nothing has a weight, and that is told of every entry.
NO_SET = WeightSet("no set in force", "", "", date.min, date.max, ())


@dataclass(frozen=True, slots=True)
class Known:
    """What a day's scores rest on beside the entries, as known at a time."""

    day: date
    at: datetime
    kinds: Sequence[Kind]
    sets: SetsInForce
    profiles: Profiles

    def profile(self, force: str | None) -> Profile:
        """The profile of a force, by whichever of its names adopted one."""
        return self.profiles.of(force)

    def weight_set(self, force: str | None) -> StoredSet | None:
        """The set in force for a force; None where none is."""
        found = forces().find(force) if force else None
        return self.sets.of(found.identifier if found else force)

    @property
    def days(self) -> tuple[date, date]:
        """The days of events that can count."""
        chosen = [self.profiles.of(None), *self.profiles.adopted.values()]
        first = min(first_event_day(self.day, one.scoring) for one in chosen)
        return first, self.day


@dataclass(frozen=True, slots=True)
class Portion:
    """Some nominals by number, their entries, and the manual scores that stand."""

    people: Sequence[Numbered]
    columns: StoredColumns
    manual: Mapping[str, StoredManual]


async def known(conn: Connection, day: date, at: datetime, profiles: Profiles) -> Known:
    """What scoring a day rests on, by what was known at a time."""
    kinds = await entries.kinds(conn)
    return Known(day, at, kinds, await weights.in_force(conn, day, at), profiles)


async def of_range(conn: Connection, numbers: tuple[int, int], known: Known) -> Portion:
    """The nominals numbered in [first, end)."""
    people = await scores.numbered(conn, *numbers)
    async with entries.reckoning(conn):
        columns = await entries.of_range(conn, numbers, known.days, known.at)
    return await _portion(conn, people, columns, known)


async def of_some(
    conn: Connection, nominal_ids: Sequence[str], known: Known
) -> Portion:
    """Those of these nominals that scores speak of."""
    people = await scores.numbered_by_id(conn, nominal_ids)
    numbers = [one.number for one in people]
    async with entries.reckoning(conn):
        columns = await entries.of_numbers(conn, numbers, known.days, known.at)
    return await _portion(conn, people, columns, known)


async def _portion(
    conn: Connection,
    people: Sequence[Numbered],
    columns: StoredColumns,
    known: Known,
) -> Portion:
    ids = [one.nominal_id for one in people]
    manual = await manual_scores.standing_on(conn, known.day, known.at, ids)
    return Portion(people, columns, manual)


def scored(portion: Portion, known: Known) -> Iterator[ScoreList]:
    """WMP-5.2, WMP-6.4. The scores of a portion, a list for each force in it."""
    by_force: dict[str | None, list[Numbered]] = {}
    for one in portion.people:
        by_force.setdefault(one.force, []).append(one)
    for force, people in by_force.items():
        yield _of_force(force, people, portion, known)


def _of_force(
    force: str | None, people: Sequence[Numbered], portion: Portion, known: Known
) -> ScoreList:
    profile, stored = known.profile(force), known.weight_set(force)
    numbers = np.array([one.number for one in people], np.int32)
    own = _among(portion.columns, numbers, whole=len(people) == len(portion.people))
    ending = profile.scoring.ending_outcomes
    told = scores_of(
        portion.columns.of(own, ending, known.kinds),
        known.day,
        stored.weights if stored else NO_SET,
        profile.scoring,
    )
    computed, unknown = _laid_out(told, numbers)
    given = [portion.manual.get(one.nominal_id) for one in people]
    manual = np.array([g.points * POINT if g else 0 for g in given], np.int64)
    final, _ = final_scores(computed, manual)
    whose = (force, known.at, profile.hash, stored.id if stored else None)
    return ScoreList(*whose, numbers, computed, unknown, final)


def _among(columns: StoredColumns, numbers: np.ndarray, *, whole: bool) -> Bools:
    """Which entries are of these nominals."""
    if whole:
        return np.ones(len(columns), np.bool_)
    found: Bools = np.isin(columns.nominal, numbers)
    return found


def _laid_out(told: Scores, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores and entries without weight of all these nominals, 0 where none count."""
    computed = np.zeros(len(numbers), np.int64)
    unknown = np.zeros(len(numbers), np.int32)
    at = np.searchsorted(numbers, told.nominal)
    computed[at], unknown[at] = told.micropoints, told.without_weight
    return computed, unknown
