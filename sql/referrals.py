"""Panels and referrals: the form, and what became of it; nothing is edited."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from geocorr.cohorts.referral import Referral, Ruling
from sql import queries
from sql.db import Connection

Q = queries.read("referrals")
_AROUND = {"total", "nth"}


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that sat, of which agencies, chaired by whom."""

    id: int
    kind: str
    force: str
    held_on: date
    chair: str
    agencies: list[str]
    said_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class StoredReferral:
    """A referral and, once it was decided, what became of it."""

    id: int
    nominal_id: str
    force: str
    lpu: str
    cohort: str
    criteria: list[str]
    reason: str
    agency: str
    urgent: bool
    made_by: str
    made_at: datetime
    step: str | None
    panel: int | None
    agencies: list[str] | None
    said_by: str | None
    ruling_reason: str | None
    said_at: datetime | None


class Sort(StrEnum):
    """In which order referrals are listed."""

    WAITING = "waiting"
    NEWEST = "newest"
    NOMINAL = "nominal"


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """Which referrals; None = any."""

    referral: int | None = None
    nominal_id: str | None = None
    force: str | None = None
    lpu: str | None = None
    waiting: bool | None = None


async def hold(
    conn: Connection,
    panel: tuple[str, str, date],
    chair: str,
    said: tuple[list[str], str],
) -> None:
    """Record a panel: kind, force and day; its chair; agencies and who says so."""
    await conn.execute(Q["hold_panel"], *panel, chair, *said)


async def panels(
    conn: Connection,
    force: str | None = None,
    kind: str | None = None,
    number: int | None = None,
) -> list[Panel]:
    """The panels that sat, the last first."""
    rows = await conn.fetch(Q["panels"], force, kind, number)
    return [Panel(**row) for row in rows]


async def make(conn: Connection, form: Referral, force: str, lpu: str) -> int:
    """Store a form; returns its number."""
    number: int = await conn.fetchval(
        Q["make_referral"],
        form.nominal_id,
        force,
        lpu,
        form.cohort,
        list(form.criteria),
        form.reason,
        form.agency,
        form.urgent,
        form.made_by,
    )
    return number


async def find(
    conn: Connection,
    asked: ReferralFilter,
    limit: int = 50,
    offset: int = 0,
    sort: Sort = Sort.WAITING,
) -> tuple[int, list[StoredReferral]]:
    """A page of referrals with the total; what waits first, urgent before others."""
    rows = await conn.fetch(
        Q["find_referrals"],
        asked.referral,
        asked.nominal_id,
        asked.force,
        asked.lpu,
        asked.waiting,
        limit,
        offset,
        sort.value,
    )
    told = [{k: v for k, v in row.items() if k not in _AROUND} for row in rows]
    found = [StoredReferral(**row) for row in told if row["id"] is not None]
    return rows[0]["total"], found


async def lock(conn: Connection, referral: int) -> bool:
    """Hold a referral to the transaction's end; False where there is none."""
    return await conn.fetchval(Q["lock_referral"], referral) is not None


async def rule(conn: Connection, referral: int, ruling: Ruling) -> None:
    """Store what became of a referral."""
    await conn.execute(
        Q["rule"],
        referral,
        ruling.step.value,
        ruling.panel,
        list(ruling.agencies),
        ruling.by,
        ruling.reason,
    )
