"""How surprising hits are, as later runs found: appended; the last one holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from geocorr.assessment import Assessment
from geocorr.choices import Surprise
from geocorr.findings import Offence
from geocorr.model import Basis, TagOrder
from sql import queries
from sql.db import Connection, Record
from sql.guarded import copy_into

Q = queries.read("assessments")

_COLUMNS = (
    "run", "hit", "as_at", "n", "k", "footfall", "base_rate", "likelihood_ratio",
    "lambda", "rules", "because", "weeks", "windows_from", "windows_to", "coverages",
    "verdicts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HitToAssess:
    """A live hit, as far as an assessment asks about it."""

    id: int
    crime_version: int
    nominal_id: str
    verdict: str
    probability: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class Control:
    """A comparable window of a hit's wearer; `verdict` "" = neither hit nor passed."""

    week: int
    window_from: datetime
    window_to: datetime
    coverage: float
    verdict: str


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """An assessment to store: of which hit, resting on which controls."""

    hit: int
    assessment: Assessment
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class StoredAssessment:
    """An assessment out of the database, with what made it."""

    id: int
    run: int
    hit: int
    as_at: datetime
    policy_hash: str
    version: str
    assessment: Assessment
    controls: tuple[Control, ...]


async def offences(
    conn: Connection, version_ids: Sequence[int]
) -> tuple[tuple[int, ...], tuple[Offence, ...]]:
    """Ids and contents of those versions that are the latest of a current crime."""
    found = await conn.fetch(Q["read_offences"], version_ids)
    return tuple(row[0] for row in found), tuple(Offence(*row[1:]) for row in found)


async def live_hits(
    conn: Connection, version_ids: Sequence[int]
) -> tuple[HitToAssess, ...]:
    """The live hits of these crime versions."""
    found = await conn.fetch(Q["read_hits"], version_ids)
    return tuple(HitToAssess(**row) for row in found)


async def orders_during(
    conn: Connection, spans: Sequence[tuple[datetime, datetime]]
) -> tuple[TagOrder, ...]:
    """Every order in force in one of these half-open times."""
    edges = ([low for low, _ in spans], [high for _, high in spans])
    found = await conn.fetch(Q["orders_during"], *edges)
    return tuple(_order(row) for row in found)


def _order(row: Record) -> TagOrder:
    order_id, device, nominal, basis, *rest = row
    return TagOrder(order_id, device, nominal, Basis(basis), *rest)


async def store(
    conn: Connection, run: int, as_at: datetime, found: Sequence[NewAssessment]
) -> None:
    """Append what a run found of some hits."""
    records = [(run, new.hit, as_at, *_cells(new)) for new in found]
    async with copy_into(conn, "assessment", _COLUMNS) as table:
        await conn.copy_records_to_table(table, columns=_COLUMNS, records=records)


def _cells(new: NewAssessment) -> tuple[object, ...]:
    told, controls = new.assessment, new.controls
    return (
        told.n,
        told.k,
        told.footfall,
        told.base_rate,
        told.likelihood_ratio,
        told.expected,
        list(told.rules),
        told.because,
        [c.week for c in controls],
        [c.window_from for c in controls],
        [c.window_to for c in controls],
        [c.coverage for c in controls],
        [c.verdict for c in controls],
    )


async def of_hit(
    conn: Connection, hit: int, limit: int = 50, offset: int = 0
) -> tuple[int, list[StoredAssessment]]:
    """How many assessments a hit has, and a page of them, newest first."""
    rows = await conn.fetch(Q["list_assessments"], hit, limit, offset)
    return rows[0]["total"], [_stored(row) for row in rows if row["id"] is not None]


async def latest(conn: Connection, hits: Sequence[int]) -> dict[int, str]:
    """The sentence of the last assessment of each of these hits that has one."""
    found = await conn.fetch(Q["latest_assessments"], hits)
    return {row["hit"]: row["because"] for row in found}


async def due(conn: Connection, choice: Surprise, as_at: datetime) -> tuple[int, ...]:
    """Crime versions whose hits are to be assessed (again) at this time."""
    settle = timedelta(days=choice.settle_days)
    weeks = (choice.weeks_after, choice.renew_weeks)
    found = await conn.fetch(Q["due_versions"], *weeks, settle, as_at)
    return tuple(row[0] for row in found)


def _stored(row: Record) -> StoredAssessment:
    told = Assessment(
        row["n"],
        row["k"],
        row["footfall"],
        row["base_rate"],
        row["likelihood_ratio"],
        row["lambda"],
        tuple(row["rules"]),
        row["because"],
    )
    columns = ("weeks", "windows_from", "windows_to", "coverages", "verdicts")
    each = zip(*(row[name] for name in columns), strict=True)
    made_by = (row["policy_hash"], row["software_version"])
    numbers = (row["id"], row["run"], row["hit"], row["as_at"])
    return StoredAssessment(*numbers, *made_by, told, tuple(Control(*c) for c in each))
