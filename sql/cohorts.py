"""Cohorts in the database: proposals beside what people decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from geocorr.cohorts.facts import Cohort
from geocorr.cohorts.fixed import Weighted
from geocorr.cohorts.review import Action, Membership, Proposed
from geocorr.cohorts.selection import Weighting
from sql import queries
from sql.db import Connection, Record

Q = queries.read("cohorts")


@dataclass(frozen=True, slots=True)
class Stand:
    """How a nominal stands to a cohort: last proposal, membership, last answer.

    `answered` is the proposal that the last decision had before it.
    """

    nominal_id: str
    cohort: Cohort
    proposal: int | None
    action: Action
    headings: tuple[str, ...]
    priority: int
    profile: str | None
    rules: tuple[str, ...]
    because: str | None
    made_at: datetime | None
    membership: Membership | None
    decided: int | None
    answered: int | None


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """What a person decided; `proposal` is the one they had before them."""

    id: int
    nominal_id: str
    cohort: str
    decision: str
    day: date
    reason: str
    decided_by: str
    decided_as: str
    discussed_with: str
    plan: str
    shared_with: str
    review_on: date | None
    proposal: int | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """What the software proposed, when, by which profile, rules and evidence."""

    id: int
    run: int
    day: date
    nominal_id: str
    cohort: str
    action: str
    headings: Sequence[str]
    priority: int
    profile: str
    rules: Sequence[str]
    evidence: Mapping[str, object]
    because: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ListedStand:
    """A line of the list: what is proposed, whether a member, what is waited for."""

    nominal_id: str
    cohort: str
    action: str
    headings: Sequence[str]
    priority: int
    profile: str | None
    rules: Sequence[str] | None
    because: str | None
    made_at: datetime | None
    member: bool
    review_on: date | None
    waits: bool
    review_due: bool
    force: str | None
    lpu: str | None


class Sort(StrEnum):
    """In which order how nominals stand to cohorts is listed."""

    WAITING = "waiting"
    REVIEW = "review"
    NOMINAL = "nominal"


@dataclass(frozen=True, slots=True)
class StandFilter:
    """Which lines; None = any. `due`: a decision or a review is waited for."""

    cohort: str | None = None
    action: str | None = None
    member: bool | None = None
    force: str | None = None
    lpu: str | None = None
    due: bool | None = None


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What a person decides; the columns of `cohort_decision` in their order."""

    nominal_id: str
    cohort: str
    decision: str
    day: date
    reason: str
    decided_by: str
    decided_as: str = ""
    discussed_with: str = ""
    plan: str = ""
    shared_with: str = ""
    review_on: date | None = None


async def lock_review(conn: Connection) -> None:
    """Let one review write at a time, until the transaction ends."""
    await conn.execute(Q["lock_review"])


async def lpus_on(conn: Connection, day: date) -> dict[str, str]:
    """The LPU that owns each nominal on a day, where one does."""
    return dict(await conn.fetch(Q["lpus_on"], day))


async def lock_nominal(conn: Connection, nominal_id: str) -> None:
    """Let one decision on a nominal in at a time, until the transaction ends."""
    await conn.execute(Q["lock_nominal"], nominal_id)


async def standings_of(
    conn: Connection, ids: Sequence[str]
) -> dict[str, dict[Cohort, Stand]]:
    """How these nominals stand to the cohorts, by nominal and cohort."""
    found: dict[str, dict[Cohort, Stand]] = {}
    for row in await conn.fetch(Q["standings_of"], ids):
        stand = _stand(row)
        found.setdefault(stand.nominal_id, {})[stand.cohort] = stand
    return found


async def propose(
    conn: Connection,
    run: int,
    day: date,
    new: Iterable[tuple[str, str, Proposed]],
) -> None:
    """Append proposals: nominal, profile, and what is proposed."""
    rows = [
        (
            run,
            day,
            nominal_id,
            made.value.cohort.value,
            made.value.action.value,
            list(made.value.headings),
            made.value.priority,
            profile,
            list(made.rules),
            dict(made.evidence),
            made.because,
        )
        for nominal_id, profile, made in new
    ]
    await conn.executemany(Q["propose"], rows)


async def decide(conn: Connection, said: NewDecision) -> int:
    """Append what a person decided; its number."""
    number: int = await conn.fetchval(Q["decide"], *astuple(said))
    return number


async def decisions_of(conn: Connection, nominal_id: str) -> list[StoredDecision]:
    """All that was decided on a nominal, oldest first."""
    rows = await conn.fetch(Q["decisions_of"], nominal_id)
    return [StoredDecision(**row) for row in rows]


async def proposals_of(conn: Connection, nominal_id: str) -> list[StoredProposal]:
    """All that was proposed for a nominal, oldest first."""
    rows = await conn.fetch(Q["proposals_of"], nominal_id)
    return [StoredProposal(**row) for row in rows]


async def find(
    conn: Connection,
    asked: StandFilter,
    day: date,
    page: tuple[int, int] = (50, 0),
    sort: Sort = Sort.WAITING,
) -> tuple[int, list[ListedStand]]:
    """How many lines there are, and a `page` (limit, offset), what waits first.

    LPUs and reviews due are those of the day.
    """
    limit, offset = page
    words = (*astuple(asked), limit, day, offset, sort.value)
    rows = await conn.fetch(Q["find_standings"], *words)
    listed = [row for row in rows if row["nominal_id"] is not None]
    named = ({f.name: row[f.name] for f in fields(ListedStand)} for row in listed)
    return rows[0]["total"], [ListedStand(**values) for values in named]


async def keep_weighting(conn: Connection, new: Weighting, who: str) -> int:
    """GWENT-FLEX-WEIGHT. Append a weighting with its evidence; its number."""
    words = (new.force, new.attribute.value, new.evidence, new.from_day, new.until_day)
    number: int = await conn.fetchval(Q["keep_weighting"], *words, who)
    return number


async def weightings(conn: Connection) -> list[Weighting]:
    """All weightings of all forces, oldest first."""
    return [
        Weighting(row[0], Weighted(row[1]), row[2], row[3], row[4])
        for row in await conn.fetch(Q["weightings"])
    ]


def _stand(row: Record) -> Stand:
    cohort = Cohort(row["cohort"])
    member = Membership(cohort, row["since"], row["review_on"])
    return Stand(
        row["nominal_id"],
        cohort,
        row["proposal"],
        Action(row["action"]),
        tuple(row["headings"]),
        row["priority"],
        row["profile"],
        tuple(row["rules"] or ()),
        row["because"],
        row["made_at"],
        member if row["member"] else None,
        row["decided"],
        row["answered"],
    )
