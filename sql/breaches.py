"""Breaches in the database: a queue in which nothing is edited, only appended."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta

from geocorr.breach_history import Finding, Known, Standing
from geocorr.breaches import Breach
from geocorr.model import from_us, to_us
from geocorr.zone_facts import BreachKind
from sql import queries
from sql.db import Connection, Record

Q = queries.read("breaches")


@dataclass(frozen=True, slots=True)
class StoredBreach:
    """A breach as its last finding and its last outcome have it.

    `found_since`: the trail said something new after the outcome was recorded.
    """

    id: int
    zone_id: str
    zone_version: int
    kind: str
    nominal_id: str
    device_id: str
    order_id: str
    owner: str
    detected_at: datetime
    deadline_at: datetime
    is_open: bool
    overdue: bool
    standing: str
    joined_to: int | None
    found_at: datetime
    from_at: datetime
    to_at: datetime
    nearest_edge_m: float | None
    probability: float | None
    fixes: int
    shown_s: float
    why: str
    rules: list[str]
    because: str
    run: int
    policy_hash: str
    software_version: str
    outcome: str | None
    decided_by: str | None
    reason: str | None
    decided_at: datetime | None
    found_since: bool


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """What one run found of a breach."""

    id: int
    run: int
    zone_version: int
    standing: str
    joined_to: int | None
    reason: str
    found_at: datetime
    from_at: datetime
    to_at: datetime
    nearest_edge_m: float | None
    probability: float | None
    fixes: int
    shown_s: float
    why: str
    rules: list[str]
    because: str
    policy_hash: str
    software_version: str


@dataclass(frozen=True, slots=True)
class StoredOutcome:
    """What a person said became of a breach."""

    outcome: str
    decided_by: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class BreachFilter:
    """Which breaches are asked for; None = any."""

    breach: int | None = None
    zone_id: str | None = None
    nominal_id: str | None = None
    device_id: str | None = None
    kind: str | None = None
    owner: str | None = None
    is_open: bool | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Of which zone, wearer and owner a new breach is."""

    zone_id: str
    kind: str
    nominal_id: str
    device_id: str
    order_id: str
    owner: str


async def known(conn: Connection, devices: Sequence[str]) -> list[Known]:
    """The breaches of these devices as they stand, oldest first."""
    rows = await conn.fetch(Q["known_breaches"], devices)
    return [_known(row) for row in rows]


async def begin(conn: Connection, whose: Whose, deadline: timedelta) -> int:
    """A new breach, to be seen to within this time; its number."""
    number: int = await conn.fetchval(Q["open_breach"], *astuple(whose), deadline)
    return number


async def append(
    conn: Connection,
    breach: int,
    by: tuple[int, int, str],
    finding: Breach,
    evidence: bytes,
) -> None:
    """Append what was found of a breach; `by` = run, version of the zone, reason."""
    run, zone_version, reason = by
    await conn.execute(
        Q["append_finding"],
        breach,
        run,
        zone_version,
        reason,
        from_us(finding.from_us),
        from_us(finding.to_us),
        finding.nearest_edge_m,
        finding.probability,
        finding.fixes,
        finding.shown_s,
        finding.why,
        list(finding.rules),
        finding.because,
        evidence,
    )


async def end(
    conn: Connection, breach: int, run: int, standing: Standing, into: int | None
) -> None:
    """Append that a breach was not found again, or is now part of another."""
    reason = (
        "the trail, the order or the zone says otherwise now"
        if into is None
        else f"a later finding joins it to breach {into}"
    )
    await conn.execute(Q["append_end"], breach, run, standing.value, into, reason)


async def find(
    conn: Connection, asked: BreachFilter, limit: int = 50, offset: int = 0
) -> tuple[int, list[StoredBreach]]:
    """How many breaches there are, and a page of them, what is open and due first."""
    rows = await conn.fetch(Q["find_breaches"], *astuple(asked), limit, offset)
    named = [f.name for f in fields(StoredBreach)]
    found = [
        StoredBreach(**{name: row[name] for name in named})
        for row in rows
        if row["id"] is not None
    ]
    return rows[0]["total"], found


async def findings(conn: Connection, breach: int) -> list[StoredFinding]:
    """All that was ever found of a breach, oldest first."""
    rows = await conn.fetch(Q["findings_of_breach"], breach)
    return [StoredFinding(**row) for row in rows]


async def outcomes(conn: Connection, breach: int) -> list[StoredOutcome]:
    """All that people said of a breach, oldest first."""
    rows = await conn.fetch(Q["outcomes_of_breach"], breach)
    return [StoredOutcome(**row) for row in rows]


async def evidence(conn: Connection, breach: int) -> Record | None:
    """The last finding with evidence, and what it takes to make it again."""
    return await conn.fetchrow(Q["read_evidence"], breach)


async def say(
    conn: Connection, breach: int, outcome: str, decided_by: str, reason: str
) -> None:
    """Append what a person says became of a breach."""
    await conn.execute(Q["append_outcome"], breach, outcome, decided_by, reason)


def _known(row: Record) -> Known:
    whose = (row["zone_id"], row["device_id"], row["order_id"])
    times = (to_us(row["from_at"]), to_us(row["to_at"]))
    last = Finding(*whose, BreachKind(row["kind"]), *times, row["because"])
    return Known(row["id"], Standing(row["standing"]), last)
