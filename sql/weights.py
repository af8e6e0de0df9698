"""Weight sets in the database: drafts, what they would change, and who decided."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date, datetime

from geocorr.errors import NotFound
from geocorr.model import Fault
from geocorr.scoring.draft import InForce
from geocorr.scoring.weights import Purpose, Weight, WeightSet
from sql import queries
from sql.db import Connection, Record

Q = queries.read("weights")


@dataclass(frozen=True, slots=True)
class SetLine:
    """A weight set without its rows; `state` draft, approved, rejected or withdrawn."""

    id: int
    name: str
    version: str
    force: str | None
    purpose: str
    owner: str
    effective_from: date
    review_due: date
    state: str
    n_rows: int
    faults: tuple[Fault, ...]
    simulation: int | None
    author: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A weight set with its rows."""

    id: int
    line: SetLine
    weights: WeightSet


@dataclass(frozen=True, slots=True)
class SetsInForce:
    """The sets of one purpose that are in force on a day, by force."""

    sets: Mapping[str | None, StoredSet]

    def of(self, force: str | None) -> StoredSet | None:
        """The force's own set, else that of all without one; None where none is."""
        return self.sets.get(force) or self.sets.get(None)


@dataclass(frozen=True, slots=True)
class SetFilter:
    """Which sets are asked for; None = any."""

    id: int | None = None
    force: str | None = None
    purpose: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a draft would change on a day, against the set in force then."""

    id: int
    weight_set: int
    against: int | None
    day: date
    software_version: str
    result: Mapping[str, object]
    by: str
    simulated_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What a person decided on a set, having seen which simulation."""

    step: str
    simulation: int | None
    by: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Grouped:
    """By what a simulation groups a nominal; `number` is that of its scores."""

    number: int
    nominal_id: str
    force: str | None
    lpu: str | None
    sex: str | None
    date_of_birth: str | None
    cohorts: tuple[str, ...]


async def lock(conn: Connection) -> None:
    """Let one at a time import or decide on sets, until the transaction ends."""
    await conn.execute(Q["lock_weights"])


async def keep(
    conn: Connection,
    weights: WeightSet,
    faults: Sequence[Fault],
    file: tuple[bytes, str],
) -> int:
    """Store a draft with its faults; `file` = the SHA-256 it came in, its author."""
    number: int = await conn.fetchval(
        Q["keep_set"],
        weights.name,
        weights.version,
        weights.force,
        weights.purpose.value,
        weights.owner,
        weights.effective_from,
        weights.review_due,
        dict(weights.data_set_caps or {}),
        weights.event_cap,
        [asdict(fault) for fault in faults],
        *file,
    )
    await _keep_rows(conn, number, weights.rows)
    return number


async def _keep_rows(conn: Connection, number: int, rows: Sequence[Weight]) -> None:
    await conn.executemany(Q["keep_weights"], [(number, *astuple(r)) for r in rows])


async def named(conn: Connection, name: str, version: str) -> tuple[int, bytes] | None:
    """Number and file's hash of the set of this name and version; None = none."""
    row = await conn.fetchrow(Q["set_named"], name, version)
    return None if row is None else (row["id"], row["sha256"])


async def find(
    conn: Connection, asked: SetFilter, limit: int = 50, offset: int = 0
) -> tuple[int, list[SetLine]]:
    """How many sets there are, and a page of them, newest first."""
    total, rows = await _found(conn, asked, limit, offset)
    return total, [_line(row) for row in rows]


async def read(conn: Connection, numbers: Sequence[int]) -> list[StoredSet]:
    """These sets with their rows; NotFound for one that is not there."""
    found = []
    rows = await _rows(conn, numbers)
    for number in numbers:
        _, told = await _found(conn, SetFilter(number), 1, 0)
        if not told:
            raise NotFound(f"There is no weight set {number}: see `weights list`.")
        line, weights = _line(told[0]), _weights(told[0], rows.get(number, ()))
        found.append(StoredSet(number, line, weights))
    return found


async def _found(
    conn: Connection, asked: SetFilter, limit: int, offset: int
) -> tuple[int, list[Record]]:
    rows = await conn.fetch(Q["find_sets"], *astuple(asked), limit, offset)
    return rows[0]["total"], [row for row in rows if row["id"] is not None]


async def _rows(
    conn: Connection, numbers: Sequence[int]
) -> dict[int, tuple[Weight, ...]]:
    found: dict[int, list[Weight]] = {}
    for number, *rest in await conn.fetch(Q["weights_of_sets"], numbers):
        found.setdefault(number, []).append(Weight(*rest))
    return {number: tuple(rows) for number, rows in found.items()}


async def in_force(
    conn: Connection,
    day: date,
    known_at: datetime,
    purpose: Purpose = Purpose.SCORE,
) -> SetsInForce:
    """WMP-5.3. The sets in force on a day, by what was decided until `known_at`."""
    rows = await conn.fetch(Q["sets_in_force"], purpose.value, day, known_at)
    found = await read(conn, [row["id"] for row in rows])
    return SetsInForce({one.weights.force: one for one in found})


async def approved(
    conn: Connection, force: str | None, purpose: Purpose
) -> list[InForce]:
    """What is approved for a force and a purpose, now and to come, by its day."""
    rows = await conn.fetch(Q["approved_sets"], force, purpose.value)
    return [InForce(*row) for row in rows]


async def keep_simulation(
    conn: Connection,
    sets: tuple[int, int | None],
    day: date,
    told: tuple[str, Mapping[str, object]],
    by: str,
) -> int:
    """Store what a draft would change; `sets` = the draft, the set it was compared
    with; `told` = software version, result. Its number."""
    number: int = await conn.fetchval(Q["keep_simulation"], *sets, day, *told, by)
    return number


async def simulations(conn: Connection, number: int) -> list[Simulation]:
    """The simulations of a set, newest first."""
    return [Simulation(**row) for row in await conn.fetch(Q["simulations"], number)]


async def keep_step(
    conn: Connection,
    number: int,
    step: str,
    simulation: int | None,
    said: tuple[str, str],
) -> None:
    """Append what a person decided; `said` = who, why."""
    await conn.execute(Q["keep_step"], number, step, simulation, *said)


async def steps(conn: Connection, number: int) -> list[Step]:
    """What people decided on a set, in order."""
    return [Step(**row) for row in await conn.fetch(Q["steps"], number)]


async def grouped(
    conn: Connection, day: date, numbers: tuple[int, int]
) -> list[Grouped]:
    """The groups of those who score, in a half-open range of their numbers."""
    rows = await conn.fetch(Q["nominal_groups"], day, *numbers)
    return [Grouped(**{**row, "cohorts": tuple(row["cohorts"] or ())}) for row in rows]


def _line(row: Record) -> SetLine:
    faults = tuple(Fault(**fault) for fault in row["faults"])
    return SetLine(
        **{
            name: row[name] for name in SetLine.__dataclass_fields__ if name != "faults"
        },
        faults=faults,
    )


def _weights(row: Record, rows: tuple[Weight, ...]) -> WeightSet:
    return WeightSet(
        row["name"],
        row["version"],
        row["owner"],
        row["effective_from"],
        row["review_due"],
        rows,
        row["force"],
        Purpose(row["purpose"]),
        row["data_set_caps"],
        row["event_cap"],
    )
