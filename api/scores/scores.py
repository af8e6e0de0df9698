"""WMP-5.2. What was scored on a day: from what was known that day, or is known now.

What a run stored is read. A day without one is computed from the entries and weights
that were known when it ended; so is every day by what is known now. Both ways come to
the same score: the entries keep every version, and the sum is exact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api import clock
from api.scores import scoring
from api.scores import scoring_portions as portions
from geocorr.dates import LONDON
from geocorr.errors import NotFound, UsageError
from geocorr.profile import Profile
from geocorr.scoring.bands import BANDS, Band, band_numbers, band_of
from geocorr.scoring.explanation import overdue_words
from geocorr.wording import counted
from loaders import profile as profile_files
from loaders.forces import forces
from loaders.profile import Profiles
from sql import entries, scores, weights
from sql.db import Connection, transaction
from sql.scores import DatedChange, OneScore, ScoreList

_MOST_DAYS = 400
_FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Score:
    """A nominal's score of a day, in micro-points; `given` is what held.

    `stored`: a run gave it. `unknown` entries had no weight. `profile` is its hash.
    """

    nominal_id: str
    day: date
    computed: int
    given: int
    band: Band
    unknown: int
    force: str | None
    profile: str
    weight_set: int | None
    known_at: datetime
    stored: bool


@dataclass(frozen=True, slots=True)
class History:
    """A nominal's score of each day, and when its band changed, newest first."""

    nominal_id: str
    days: tuple[Score, ...]
    changes: tuple[DatedChange, ...]


async def of_day(
    conn: Connection, day: date, profiles: Profiles, *, as_known_now: bool = False
) -> list[Score]:
    """Everyone who scored on a day, the highest first.

    UsageError for a day that has not come.
    """
    check_day(day)
    async with transaction(conn):
        stored = not as_known_now and await scores.day_is_stored(conn, day)
        if stored:
            lists = await scores.lists(conn, day)
        else:
            lists = await _computed(conn, day, profiles, as_known_now)
        kept = {one.profile for one in lists}
        chosen = {hash_: await profile(conn, hash_, profiles) for hash_ in kept}
        held = list(_held(lists, chosen))
        names = await scores.names(conn, [number for number, *_ in held])
    # Whose record retention removed has a number here still, and no name.
    found = [
        _score(names[number], day, told, (i, band), stored)
        for number, told, i, band in held
        if number in names
    ]
    return sorted(found, key=lambda one: (-one.given, one.nominal_id))


def only(
    told: Sequence[Score], band: Band | None = None, force: str | None = None
) -> list[Score]:
    """Those of a band and of a force (its identifier); None = any."""
    known = {one.force: forces().find(one.force or "") for one in told}
    named = {f: found.identifier if found else f for f, found in known.items()}
    return [
        one
        for one in told
        if band in (None, one.band) and force in (None, named[one.force])
    ]


async def _computed(
    conn: Connection, day: date, profiles: Profiles, as_known_now: bool
) -> list[ScoreList]:
    at = await known_until(conn, day, as_known_now)
    known = await portions.known(conn, day, at, profiles)
    last = await scores.last_number(conn)
    found: list[ScoreList] = []
    for first in range(1, last + 1, scoring.PORTION):
        read = await portions.of_range(conn, (first, first + scoring.PORTION), known)
        found += portions.scored(read, known)
    return found


def _held(
    lists: Sequence[ScoreList], chosen: Mapping[str, Profile]
) -> Iterator[tuple[int, ScoreList, int, Band]]:
    """The last word on each nominal by number, of those who have a score."""
    last: dict[int, tuple[ScoreList, int, Band]] = {}
    for told in lists:
        bands = band_numbers(told.given, chosen[told.profile].scoring)
        numbered = zip(told.nominals.tolist(), bands.tolist(), strict=True)
        last |= {n: (told, i, BANDS[b]) for i, (n, b) in enumerate(numbered)}
    for number, (told, i, band) in last.items():
        if told.given[i] > 0:
            yield number, told, i, band


def _score(
    nominal_id: str, day: date, told: ScoreList, which: tuple[int, Band], stored: bool
) -> Score:
    i, band = which
    return Score(
        nominal_id,
        day,
        int(told.computed[i]),
        int(told.given[i]),
        band,
        int(told.unknown[i]),
        told.force,
        told.profile,
        told.weight_set,
        told.known_at,
        stored,
    )


async def history(
    conn: Connection,
    nominal_id: str,
    days: tuple[date, date],
    profiles: Profiles,
    *,
    as_known_now: bool = False,
) -> History:
    """WMP-5.2. A nominal's score of every day from one to another, both included.

    NotFound for a nominal that scores do not speak of.
    """
    first, last = days
    check_day(first)
    check_day(last)
    if not first <= last <= first + timedelta(days=_MOST_DAYS - 1):
        raise UsageError(f"Ask for up to {_MOST_DAYS} days, the first one first.")
    asked = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    async with transaction(conn):
        found = await of_nominal(
            conn, nominal_id, asked, profiles, as_known_now=as_known_now
        )
        changes = await scores.changes(conn, nominal_id)
    return History(nominal_id, tuple(found), tuple(changes))


async def of_nominal(
    conn: Connection,
    nominal_id: str,
    days: Sequence[date],
    profiles: Profiles,
    *,
    as_known_now: bool = False,
) -> list[Score]:
    """A nominal's score of these days, which stand in order."""
    people = await scores.numbered_by_id(conn, [nominal_id])
    if not people:
        raise NotFound(f"{nominal_id} has no entries: there is nothing to score.")
    stored: dict[date, OneScore] = {}
    if not as_known_now:
        ends = days[0], days[-1]
        given = await scores.of_nominal(conn, people[0].number, ends)
        stored = {one.day: one for one in given}
    return [
        await _stored(conn, nominal_id, stored[day], profiles)
        if day in stored
        else await _now(conn, nominal_id, day, profiles, as_known_now)
        for day in days
    ]


async def _stored(
    conn: Connection, nominal_id: str, told: OneScore, profiles: Profiles
) -> Score:
    chosen = await profile(conn, told.profile, profiles)
    return Score(
        nominal_id,
        told.day,
        told.computed,
        told.given,
        band_of(told.given, chosen.scoring),
        told.unknown,
        told.force,
        told.profile,
        told.weight_set,
        told.known_at,
        True,
    )


async def _now(
    conn: Connection, nominal_id: str, day: date, profiles: Profiles, as_known_now: bool
) -> Score:
    """The score of a day as it is computed now."""
    at = await known_until(conn, day, as_known_now)
    known = await portions.known(conn, day, at, profiles)
    read = await portions.of_some(conn, [nominal_id], known)
    (told,) = portions.scored(read, known)
    band = band_of(int(told.given[0]), known.profile(told.force).scoring)
    return _score(nominal_id, day, told, (0, band), False)


async def warnings(conn: Connection, day: date, told: Sequence[Score]) -> list[str]:
    """WMP-5.3. What is to be known of these scores: weights overdue, or missing."""
    used = {one.weight_set for one in told if one.weight_set is not None}
    found = await weights.read(conn, sorted(used))
    overdue = [overdue_words(one.weights) for one in found if one.weights.overdue(day)]
    unknown = sum(one.unknown for one in told)
    if unknown:
        n = counted(unknown, "entry of theirs counts", "entries of theirs count")
        overdue.append(f"{n} nothing: no weight set in force weighs it.")
    return overdue


async def known_until(
    conn: Connection, day: date, as_known_now: bool = False
) -> datetime:
    """The time up to which a day's score knows: the day's end, if that is over."""
    now = await entries.known_at(conn)
    end = datetime.combine(day + timedelta(days=1), time(), LONDON)
    return now if as_known_now else min(now, end)


async def profile(conn: Connection, hash_: str, profiles: Profiles) -> Profile:
    """The profile of this hash: one in use, or as it was kept when it was."""
    used = [profiles.of(None), *profiles.adopted.values()]
    for one in used:
        if one.hash == hash_:
            return one
    row = await scores.profile(conn, hash_)
    if row is None:
        raise NotFound(f"There is no profile {hash_} that scores were given by.")
    return profile_files.kept(row["choices"])


def check_day(day: date) -> None:
    """UsageError for a day that has not come, or before any that is recorded."""
    if day < _FIRST_DAY:
        raise UsageError(f"{day} is before any score: ask from {_FIRST_DAY} on.")
    if day > clock.today():
        raise UsageError(f"{day} has not come yet: ask for today or an earlier day.")
