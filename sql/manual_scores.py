"""WMP-6.4. Scores that people gave, with every review and end; nothing is edited."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime

from geocorr.errors import NotFound
from geocorr.scoring.manual import ManualScore
from sql import queries
from sql.db import Connection, Record

Q = queries.read("manual_scores")


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says who gives a score; `computed` that day, in micro-points."""

    nominal_id: str
    points: int
    ground: str
    reason: str
    given_on: date
    review_due: date
    computed: int
    by: str


@dataclass(frozen=True, slots=True)
class StoredManual:
    """A manual score with the review date that holds, and the day it was ended."""

    id: int
    nominal_id: str
    points: int
    ground: str
    reason: str
    given_on: date
    review_due: date
    ended_on: date | None
    computed: int
    by: str
    given_at: datetime

    @property
    def score(self) -> ManualScore:
        """As the rule sees it."""
        return ManualScore(
            self.nominal_id,
            self.points,
            self.given_on,
            self.review_due,
            self.ended_on,
        )


@dataclass(frozen=True, slots=True)
class ManualFilter:
    """Which manual scores are asked for; None = any. `stands`: on the day asked."""

    id: int | None = None
    nominal_id: str | None = None
    stands: bool | None = None


@dataclass(frozen=True, slots=True)
class ManualStep:
    """A review, an end, or that the computed score has overtaken it."""

    step: str
    on_day: date
    review_due: date | None
    by: str
    reason: str
    at: datetime


async def lock(conn: Connection) -> None:
    """Let one at a time give or end scores, until the transaction ends."""
    await conn.execute(Q["lock_manual_scores"])


async def give(conn: Connection, given: Given) -> int:
    """Append a manual score; its number."""
    number: int = await conn.fetchval(Q["give_manual_score"], *astuple(given))
    return number


async def standing_on(
    conn: Connection,
    day: date,
    known_at: datetime,
    nominal_ids: Sequence[str] | None = None,
) -> dict[str, StoredManual]:
    """Those that stand on a day, by nominal; by what was said until `known_at`."""
    rows = await conn.fetch(Q["manual_scores_on"], day, known_at, nominal_ids)
    return {row["nominal_id"]: StoredManual(**row) for row in rows}


async def find(
    conn: Connection,
    asked: ManualFilter,
    day: date,
    page: tuple[int, int] = (50, 0),
) -> tuple[int, list[StoredManual]]:
    """How many there are, and a page (limit, offset) of them, newest first."""
    rows = await conn.fetch(Q["find_manual_scores"], *astuple(asked), day, *page)
    return rows[0]["total"], [_stored(row) for row in rows if row["id"] is not None]


async def one(conn: Connection, number: int, day: date) -> StoredManual:
    """One manual score; NotFound where there is none."""
    _, found = await find(conn, ManualFilter(number), day)
    if not found:
        raise NotFound(f"There is no manual score {number}: see `manual-score list`.")
    return found[0]


async def keep_step(
    conn: Connection,
    number: int,
    step: str,
    days: tuple[date, date | None],
    said: tuple[str, str],
) -> None:
    """Append a review or an end; `days` = when, next review; `said` = who, why."""
    await conn.execute(Q["keep_manual_step"], number, step, *days, *said)


async def end_overtaken(
    conn: Connection, numbers: Sequence[int], day: date, by: str
) -> None:
    """Say that the computed score has overtaken these; what had ended stays so."""
    await conn.execute(Q["end_overtaken"], numbers, day, by)


async def steps(conn: Connection, number: int) -> list[ManualStep]:
    """What was said of a manual score, in order."""
    return [ManualStep(**row) for row in await conn.fetch(Q["manual_steps"], number)]


def _stored(row: Record) -> StoredManual:
    names = StoredManual.__dataclass_fields__
    return StoredManual(**{name: row[name] for name in names})
