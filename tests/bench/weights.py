"""A draft of weights tried on everyone, beside scoring everyone once.

`python -m tests.bench.weights [small|national]`. Two scores of everyone and the groups
that changes are counted by: a ratio of two and a little is what there is to be had.
"""

import asyncio
import sys
import time
from dataclasses import replace
from datetime import timedelta
from statistics import median

from api import clock
from api.scores import scoring, weight_simulation
from geocorr.scoring.weights import Weight
from sql import batches, weights
from sql.db import Connection
from tests.bench import ground
from tests.bench.scoring import DESK, SIZES, ConnFactory, fill
from tests.bench.scoring import weights as weights_in_force

_TURNS = 3
_PEOPLE = (
    "insert into nominal (nominal_id, family_name, given_names, date_of_birth, sex,"
    " flags) select 'N' || n, 'X', 'Y', (date '1960-01-01' + n % 15000)::text,"
    " (array['M', 'F'])[1 + n % 2], '{}' from generate_series(1, $1::integer) as n",
    "insert into ownership (nominal_id, day, act, force, lpu, rules, evidence, because,"
    " decided_by) select 'N' || n, '2020-01-01', 'allocated', 'Kent', 'L' || n % 20,"
    " '{}', '{}', 'x', 'y' from generate_series(1, $1::integer) as n",
)


async def draft(conn: Connection) -> int:
    """The set in force with every second weight half as high again; its number."""
    rows = [
        row if n % 2 else replace(row, micropoints=row.micropoints * 3 // 2)
        for n, row in enumerate[Weight](weights_in_force().rows)
    ]
    begins = clock.today() + timedelta(days=1)
    made = replace(weights_in_force(), rows=tuple(rows), version="2")
    digest = await batches.keep_original(conn, b"draft", "weights", "bench")
    made = replace(made, effective_from=begins)
    return await weights.keep(conn, made, (), (digest, "bench"))


async def measure(conn_factory: ConnFactory, size: str) -> dict[str, float]:
    """Fill an empty database, then take turns: score everyone, try the draft."""
    conn = await conn_factory()
    try:
        day = clock.today()
        await fill(conn, SIZES[size], day)
        for statement in _PEOPLE:
            await conn.execute(statement, SIZES[size].nominals)
        number, runs, tried = await draft(conn), [], []
        for turn in range(_TURNS + 1):
            done = await scoring.score(conn, None, day, DESK)
            begun = time.perf_counter()
            told = await weight_simulation.simulate(
                conn, number, day, DESK.profiles, "bench"
            )
            # The first turn only warms; it also finds every first score.
            if turn:
                runs.append(done.seconds)
                tried.append(time.perf_counter() - begun)
        changed = told.result["moves"]["changed"]  # type: ignore[index]
        return {
            "nominals": SIZES[size].nominals,
            "changed": changed,
            "score_s": median(runs),
            "simulate_s": median(tried),
            "simulate_score_ratio": median(tried) / median(runs),
        }
    finally:
        await conn.close()


async def _main(size: str) -> None:
    async with ground.database() as conn_factory:
        for name, figure in (await measure(conn_factory, size)).items():
            print(f"{name:20} {figure:,.3f}")


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1] if len(sys.argv) > 1 else "small"))
