"""Scores as they were given: runs, lists by portion, first scores, changes of band."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import NamedTuple

import numpy as np

from geocorr.arrays import Codes, Ints
from geocorr.profile import Profile
from sql import queries
from sql.db import Connection, Record

Q = queries.read("scores")


class Numbered(NamedTuple):
    """A nominal that scores speak of; `force` as it is recorded now."""

    number: int
    nominal_id: str
    force: str | None


@dataclass(frozen=True, slots=True)
class ScoreList:
    """The scores of some nominals [n] of one force, and all that they were given by.

    Micro-points. `given` differs from `computed` where a person's score stood.
    """

    force: str | None
    known_at: datetime
    profile: str
    weight_set: int | None
    nominals: Codes
    computed: Ints
    unknown: Codes
    given: Ints


@dataclass(frozen=True, slots=True)
class OneScore:
    """What a run gave to one nominal; micro-points."""

    id: int
    run: int
    everyone: bool
    day: date
    force: str | None
    known_at: datetime
    profile: str
    weight_set: int | None
    nominal: int
    computed: int
    unknown: int
    manual: int | None

    @property
    def given(self) -> int:
        """The score that held."""
        return self.computed if self.manual is None else self.manual


class Change(NamedTuple):
    """A first score (`was` None) or a change of band; `given` in micro-points."""

    nominal: int
    was: str | None
    band: str
    given: int


class DatedChange(NamedTuple):
    """A change as it came about."""

    run: int
    day: date
    was: str | None
    band: str
    given: int


async def start(conn: Connection, run: int, day: date, everyone: bool) -> None:
    """Say that a run is one of scoring."""
    await conn.execute(Q["start_score_run"], run, day, everyone)


async def unfinished(
    conn: Connection, day: date, policy_hash: str, reason: str
) -> int | None:
    """A run over everyone that did not come to its end, for the same reason and by
    the same choices."""
    asked = (day, policy_hash, reason)
    run: int | None = await conn.fetchval(Q["unfinished_score_run"], *asked)
    return run


async def portions_done(conn: Connection, run: int) -> set[int]:
    """The portions of a run that need not be done again."""
    return {row[0] for row in await conn.fetch(Q["score_portions_done"], run)}


async def last_number(conn: Connection) -> int:
    """The highest number of a nominal; 0 where there is none."""
    number: int = await conn.fetchval(Q["last_score_number"])
    return number


async def numbered(conn: Connection, first: int, end: int) -> list[Numbered]:
    """The nominals numbered in [first, end)."""
    rows = await conn.fetch(Q["score_nominals"], first, end)
    return [Numbered(*row) for row in rows]


async def numbered_by_id(
    conn: Connection, nominal_ids: Sequence[str]
) -> list[Numbered]:
    """Those of these nominals that scores speak of, by number."""
    rows = await conn.fetch(Q["score_nominals_by_id"], nominal_ids)
    return [Numbered(*row) for row in rows]


async def names(conn: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The identifiers of nominals by number."""
    return dict(map(tuple, await conn.fetch(Q["score_names"], numbers)))


async def keep_profile(
    conn: Connection, profile: Profile, choices: dict[str, object]
) -> None:
    """Keep a profile whole, once."""
    await conn.execute(Q["keep_score_profile"], profile.hash, profile.name, choices)


async def profile(conn: Connection, hash_: str) -> Record | None:
    """A profile that scores were given by."""
    return await conn.fetchrow(Q["score_profile"], hash_)


async def keep(conn: Connection, run: int, portion: int, told: ScoreList) -> None:
    """Keep the scores of a portion's nominals of one force."""
    other = told.given != told.computed
    await conn.execute(
        Q["keep_score_list"],
        run,
        portion,
        told.force,
        told.known_at,
        told.profile,
        told.weight_set,
        told.nominals.tolist(),
        told.computed.tolist(),
        told.unknown.tolist(),
        told.nominals[other].tolist(),
        told.given[other].tolist(),
    )


async def last_bands(conn: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The band that each was last in, of those that ever scored."""
    return dict(map(tuple, await conn.fetch(Q["last_bands"], numbers)))


async def keep_changes(
    conn: Connection, run: int, day: date, changes: Sequence[Change]
) -> None:
    """Keep first scores and changes of band."""
    columns = [list(column) for column in zip(*changes, strict=True)]
    await conn.execute(Q["keep_score_changes"], run, day, *(columns or [[]] * 4))


async def lists(conn: Connection, day: date) -> list[ScoreList]:
    """What finished runs gave on a day, in the order that they gave it."""
    return [_list(row) for row in await conn.fetch(Q["score_lists"], day)]


async def of_nominal(
    conn: Connection, number: int, days: tuple[date, date]
) -> list[OneScore]:
    """What was given to one nominal, in the order that it was given."""
    rows = await conn.fetch(Q["score_lists_of_nominal"], number, *days)
    return [OneScore(**{f.name: row[f.name] for f in fields(OneScore)}) for row in rows]


async def day_is_stored(conn: Connection, day: date) -> bool:
    """Whether everyone's scores of a day are on record."""
    stored: bool = await conn.fetchval(Q["score_day_is_stored"], day)
    return stored


async def changes(conn: Connection, nominal_id: str) -> list[DatedChange]:
    """First score and changes of band of a nominal, newest first."""
    rows = await conn.fetch(Q["score_changes"], nominal_id)
    return [DatedChange(*row) for row in rows]


def _list(row: Record) -> ScoreList:
    nominals = np.array(row["nominals"], np.int32)
    computed = np.array(row["computed"], np.int64)
    given = computed.copy()
    # Sorted, as they were stored.
    given[np.searchsorted(nominals, row["manual_nominals"])] = row["manual_given"]
    return ScoreList(
        row["force"],
        row["known_at"],
        row["profile"],
        row["weight_set"],
        nominals,
        computed,
        np.array(row["unknown"], np.int32),
        given,
    )
