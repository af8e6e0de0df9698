"""Everyone scored for a day: the whole run beside merely reading the entries.

`python -m tests.bench.scoring [small|national]`. Two floors. The database's: one binary
COPY of the same columns of the same entries, its bytes thrown away. numpy's: the sums
of the columns in memory, of which a score is the weighted one.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from statistics import median

import numpy as np

from api import clock
from api.scores import scoring
from api.scores import scoring_portions as portions
from api.scores.notifications import Desk
from geocorr.scoring.columns import EntryColumns
from geocorr.scoring.score import scores
from geocorr.scoring.weights import WeightSet
from loaders.profile import Profiles, shipped
from sql import entries
from sql.db import Connection
from tests.bench import ground
from tests.db.scoring_scenes import approve
from tests.unit.scored import weight_set

ConnFactory = Callable[[], Awaitable[Connection]]
DESK = Desk((), Profiles({}))
_TURNS = 3
# Entries a nominal, spread over three years: a third has faded or ended.
_EACH = 50
_FILL = (
    "insert into score_nominal (nominal_id)"
    " select 'N' || n from generate_series(1, $1::integer) as n",
    "insert into entry_kind (data_set, code, grade)"
    " select (array['crimes', 'icis', 'ims', 'dip', 'warrants'])[1 + n % 5],"
    " 'c' || n, '' from generate_series(1, 400) as n",
    "insert into entry_event (event_id)"
    " select 'V' || n from generate_series(1, $1::integer * 5) as n",
)
_ENTRIES = """
insert into entry_version (entry_id, version, nominal, event, kind, event_on, outcome,
    outcome_on, handling, withdrawn, known_from)
select 'E' || n, 1, nominal,
    case when n % 3 = 0 then (nominal - 1) * 5 + 1 + n % 5 end, 1 + (n * 7919) % 400,
    event_on, case when n % 20 = 0 then 'acquitted' else 'none' end,
    case when n % 20 = 0 then event_on + 30 end, '', false, '2020-01-01'
from generate_series(1::bigint, $1::bigint * $3::bigint) as n,
    lateral (select 1 + (n * 48271 % $1)::integer as nominal,
        $2::date - (n * 7919 % 1090)::integer as event_on) as spread
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How many nominals, each with 50 entries."""

    nominals: int


SIZES = {"tiny": Size(500), "small": Size(10_000), "national": Size(100_000)}


def weights() -> WeightSet:
    """400 kinds with a weight each; an event may not give more than 120."""
    rows = [
        (("crimes", "icis", "ims", "dip", "warrants")[n % 5], f"c{n}", "", 5.0 + n % 90)
        for n in range(1, 401)
    ]
    made = weight_set(*rows, event_cap=120)
    ends = {"effective_from": date(2020, 1, 1), "review_due": date(2099, 1, 1)}
    return replace(made, **ends)


async def fill(conn: Connection, size: Size, day: date) -> None:
    """Nominals, kinds, events and entries, as they would have come in long ago."""
    for name in ("event", "kind", "nominal", "replaces"):
        # Nobody waits for a benchmark's fill to look every number up.
        await conn.execute(
            f"alter table entry_version drop constraint entry_version_{name}_fkey"
        )
    for statement in _FILL:
        await conn.execute(statement, *([size.nominals] if "$1" in statement else []))
    await conn.execute(_ENTRIES, size.nominals, day, _EACH, timeout=1_200)
    await conn.execute("vacuum analyze entry_version")
    await approve(conn, weights(), datetime(2020, 1, 1, tzinfo=UTC))


async def measure(conn_factory: ConnFactory, size: str) -> dict[str, float]:
    """Fill an empty database, then take turns: read, score, sum."""
    conn = await conn_factory()
    try:
        day = clock.today()
        await fill(conn, SIZES[size], day)
        reads, runs = [], []
        for turn in range(_TURNS + 1):
            read_s, n = await _read(conn, day, SIZES[size])
            done = await scoring.score(conn, None, day, DESK)
            # The first turn only warms; it also finds every first score.
            if turn:
                reads.append(read_s)
                runs.append(done.seconds)
        found = {"entries": n, "score_s": median(runs), "score_read_s": median(reads)}
        found["score_read_ratio"] = found["score_s"] / found["score_read_s"]
        return found | await _in_memory(conn, day, SIZES[size])
    finally:
        await conn.close()


async def _read(conn: Connection, day: date, size: Size) -> tuple[float, int]:
    """Seconds of the bare COPY of what scoring reads, and how many entries."""
    known = await portions.known(conn, day, await entries.known_at(conn), DESK.profiles)
    begun, n_bytes = time.perf_counter(), 0

    async def count(data: bytes) -> None:
        nonlocal n_bytes
        n_bytes += len(data)

    for first in range(1, size.nominals + 1, scoring.PORTION):
        await conn.copy_from_query(
            entries.Q["entry_columns"],
            first,
            first + scoring.PORTION,
            *known.days,
            known.at,
            list(entries.OUTCOMES),
            output=count,
            format="binary",
        )
    return time.perf_counter() - begun, n_bytes // entries.ROW.itemsize


async def _in_memory(conn: Connection, day: date, size: Size) -> dict[str, float]:
    """The score of columns that are there, beside the sums of those columns."""
    known = await portions.known(conn, day, await entries.known_at(conn), DESK.profiles)
    found = await entries.of_range(conn, (1, size.nominals + 1), known.days, known.at)
    chosen, every = shipped("national").scoring, np.ones(len(found), np.bool_)
    columns = found.of(every, chosen.ending_outcomes, known.kinds)
    given, sums = [], []
    for _ in range(_TURNS):
        begun = time.perf_counter()
        scores(columns, day, weights(), chosen)
        given.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        _summed(columns)
        sums.append(time.perf_counter() - begun)
    return {"core_s": median(given), "sum_s": median(sums),
            "core_sum_ratio": median(given) / median(sums)}  # fmt: skip


def _summed(columns: EntryColumns) -> int:
    parts = (columns.nominal, columns.event, columns.kind, columns.event_day,
             columns.ended_day)  # fmt: skip
    return sum(int(part.sum(dtype=np.int64)) for part in parts)


async def _main(size: str) -> None:
    async with ground.database() as conn_factory:
        for name, figure in (await measure(conn_factory, size)).items():
            print(f"{name:20} {figure:,.3f}")


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1] if len(sys.argv) > 1 else "small"))
