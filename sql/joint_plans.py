"""Joint case plans: made, kept, and when one is due to be looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sql import queries
from sql.db import Connection

Q = queries.read("joint_plans")

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Plan:
    """A joint case plan: who leads in which area, and when it is looked at again."""

    id: int
    leads: Sequence[Json]
    review_on: date
    made_by: str
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PlanDue:
    """A jointly managed nominal without a plan, or with one to be looked at again."""

    nominal_id: str
    force: str
    lpu: str | None
    joint: Sequence[Json]
    plan: int | None
    review_on: date | None


async def keep_plan(
    conn: Connection,
    nominal_id: str,
    leads: Sequence[Json],
    review_on: date,
    by: tuple[str, str],
) -> int:
    """Append a joint case plan; `by` = who and why. Its number."""
    row = (nominal_id, list(leads), review_on, *by)
    return int(await conn.fetchval(Q["keep_plan"], *row))


async def plans(conn: Connection, nominal_id: str) -> list[Plan]:
    """The joint case plans of a nominal, oldest first."""
    return [Plan(**row) for row in await conn.fetch(Q["plans"], nominal_id)]


async def plans_due(
    conn: Connection, day: date, lpu: str | None = None
) -> list[PlanDue]:
    """Who needs a joint plan, or a look at it, by a day; those without one first."""
    return [PlanDue(**row) for row in await conn.fetch(Q["plans_due"], day, lpu)]
