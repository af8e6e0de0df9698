"""A crime against everyone monitored: verdicts answered and stored, beside reading.

The floor is one binary COPY of the hours that a verdict may look at, of the same
devices, parsed into columns: what judging everyone from the trails alone would read.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

from api import warming
from api.verdicts import verdicts
from geocorr.proof import near_us
from loaders.policy import shipped
from sql import trail_reach, trail_rows
from sql.db import Connection
from sql.trail_reach import Window
from tests.bench import ground, scene, stage

ConnFactory = Callable[[], Awaitable[Connection]]

# Crimes of the scene whose windows are asked of, one after the other.
_ASKED = (3, 17, 50, 120, 121)


async def measure(conn_factory: ConnFactory, size: str) -> dict[str, float]:
    """Build the scene in an empty database, then `laps` on it."""
    conn = await conn_factory()
    try:
        await stage.build(conn, scene.SIZES[size])
        return await laps(conn)
    finally:
        await conn.close()


async def laps(conn: Connection) -> dict[str, float]:
    """Medians over some crimes: seconds of both sides, and their ratio."""
    policy, ratios, answers, reads = shipped(), [], [], []
    # As in the service, which does so before anybody asks.
    warming.warm(policy)
    for turn in range(2):
        for i in _ASKED:
            began = time.perf_counter()
            crime = ("Kent", stage.reference(i))
            answered = await verdicts.of_crime(conn, crime, None, policy)
            answer_s = time.perf_counter() - began
            devices = tuple(sorted({line.device_id for line in answered.lines}))
            window = (answered.spot.from_us, answered.spot.to_us)
            began = time.perf_counter()
            async with conn.transaction():
                hours = Window(*window, near_us(policy))
                ids = await trail_rows.numbers(conn, devices)
                (await trail_reach.near(conn, devices, ids, hours)).trails()
            read_s = time.perf_counter() - began
            # The first turn only warms.
            if turn:
                answers.append(answer_s)
                reads.append(read_s)
                ratios.append(answer_s / read_s)
    return {
        "verdict_wearers": len(answered.lines),
        "verdict_all_s": median(answers),
        "verdict_read_s": median(reads),
        "verdict_all_ratio": median(ratios),
    }


async def _main(size: str) -> None:
    async with ground.database() as conn_factory:
        print(await measure(conn_factory, size))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1] if len(sys.argv) > 1 else "small"))
