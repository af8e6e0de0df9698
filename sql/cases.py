"""Cases, agreements and disclosures: what people said, in order; nothing is edited."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from geocorr.cohorts.case import CaseEntry, CaseKind, Step
from sql import queries
from sql.db import Connection, Record

Q = queries.read("cases")


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with all that was said of it, and when each was said (UTC)."""

    id: int
    nominal_id: str
    kind: CaseKind
    force: str
    lpu: str
    referral: int | None
    entries: tuple[CaseEntry, ...]
    said_at: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be opened; entries follow."""

    nominal_id: str
    kind: CaseKind
    force: str
    lpu: str = ""
    referral: int | None = None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases; None = any."""

    case: int | None = None
    nominal_id: str | None = None
    force: str | None = None
    lpu: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """HANTS-ISA. Between whom information may be shared, and when."""

    name: str
    agencies: list[str]
    signed_on: date
    ends_on: date | None
    said_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Disclosure:
    """HANTS-ISA. What was told of a nominal, to whom, by which agreement."""

    id: int
    nominal_id: str
    agency: str
    agreement: str
    what: str
    purpose: str
    said_by: str
    said_at: datetime


async def open_case(conn: Connection, new: NewCase) -> int:
    """Begin a case; returns its number."""
    number: int = await conn.fetchval(
        Q["open_case"], new.nominal_id, new.kind.value, new.force, new.lpu, new.referral
    )
    return number


async def lock(conn: Connection, case: int) -> bool:
    """Hold a case to the transaction's end; False where there is none."""
    return await conn.fetchval(Q["lock_case"], case) is not None


async def say(conn: Connection, case: int, entry: CaseEntry) -> None:
    """Add an entry to a case."""
    told = (entry.step.value, entry.on, entry.by, entry.words, dict(entry.detail))
    await conn.execute(Q["say"], case, *told)


async def find(conn: Connection, asked: CaseFilter) -> list[StoredCase]:
    """Cases with their entries, by number."""
    rows = await conn.fetch(
        Q["find_cases"],
        asked.case,
        asked.nominal_id,
        asked.force,
        asked.lpu,
        asked.kind,
    )
    return [_case(list(told)) for _, told in groupby(rows, lambda row: row["id"])]


async def kinds(conn: Connection) -> list[tuple[str, CaseKind]]:
    """Which kinds of cases nominals have or had."""
    return [(row[0], CaseKind(row[1])) for row in await conn.fetch(Q["kinds"])]


async def candidates(conn: Connection, day: date) -> list[str]:
    """Who might need a case: registered offenders, and youths in their last year."""
    return [row[0] for row in await conn.fetch(Q["candidates"], day)]


async def sign(
    conn: Connection,
    name: str,
    agencies: list[str],
    days: tuple[date, date | None],
    by: str,
) -> None:
    """Store an agreement; one of this name that is there stays as it is."""
    await conn.execute(Q["sign"], name, agencies, *days, by)


async def agreements(conn: Connection) -> list[Agreement]:
    """All agreements, by name."""
    return [Agreement(**row) for row in await conn.fetch(Q["agreements"])]


async def disclose(
    conn: Connection,
    nominal_id: str,
    to: tuple[str, str],
    told: tuple[str, str],
    by: str,
) -> int:
    """Store a disclosure: `to` = agency and agreement, `told` = what and what for."""
    number: int = await conn.fetchval(Q["disclose"], nominal_id, *to, *told, by)
    return number


async def disclosures(conn: Connection, nominal_id: str) -> list[Disclosure]:
    """Everything that was told of a nominal, oldest first."""
    rows = await conn.fetch(Q["disclosures"], nominal_id)
    return [Disclosure(**row) for row in rows]


def _case(rows: list[Record]) -> StoredCase:
    first = rows[0]
    entries = tuple(
        CaseEntry(
            Step(row["step"]),
            row["held_on"],
            row["said_by"],
            row["words"],
            row["detail"],
        )
        for row in rows
    )
    return StoredCase(
        first["id"],
        first["nominal_id"],
        CaseKind(first["kind"]),
        first["force"],
        first["lpu"],
        first["referral"],
        entries,
        tuple(row["said_at"] for row in rows),
    )
