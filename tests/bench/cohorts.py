"""Everybody reviewed against the model: the whole run beside merely reading the facts.

`python -m tests.bench.cohorts [small|national]`. The floor is the database's: the same
nominals and the last version of the same facts, counted and not sent. `first` keeps a
proposal for everybody who has one; `again` keeps nothing, as on most nights.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date
from statistics import median

import numpy as np

from api.cohorts import cohorts
from fixtures.case_facts import FactRow, Person, of
from fixtures.wearers import FLAGS
from loaders.profile import Profiles, shipped
from sql.db import Connection
from tests.bench import ground

ConnFactory = Callable[[], Awaitable[Connection]]
SIZES = {"tiny": 500, "small": 10_000, "national": 100_000}
PROFILES = Profiles({"West Midlands": shipped("wmp")})
DAY = date(2026, 3, 28)
_TURNS = 3
_READ = """
select count(*), sum(length(value)) from (
    select distinct on (fact_id) * from case_fact order by fact_id, version desc
) as held join nominal using (nominal_id) where not withdrawn
"""


def people(number: int) -> list[Person]:
    """Invented nominals; a third has a flag."""
    return [
        Person(f"N{i:06}", FLAGS[i % len(FLAGS)] if i % 3 == 0 else "")
        for i in range(number)
    ]


async def fill(conn: Connection, number: int) -> int:
    """Nominals of two forces and their facts; how many facts."""
    cast = people(number)
    rows = of(cast, np.random.default_rng(1), DAY)
    forces = ("Demoshire", "West Midlands")
    await conn.copy_records_to_table(
        "nominal",
        columns=("nominal_id", "family_name", "given_names", "date_of_birth", "sex",
                 "force", "flags"),
        records=[
            (p.nominal_id, "X", "Y", f"{1960 + i % 48}-05-0{1 + i % 9}",
             "F" if i % 9 == 0 else "M", forces[i % 2], p.flags.split(";"))
            for i, p in enumerate(cast)
        ],
    )  # fmt: skip
    await conn.copy_records_to_table(
        "case_fact",
        columns=("fact_id", "version", "nominal_id", "kind", "value", "subject",
                 "on_day", "until_day", "victim", "household", "relationship", "source",
                 "withdrawn", "recorded_by"),
        records=[_record(row) for row in rows],
    )  # fmt: skip
    return len(rows)


def _record(row: FactRow) -> tuple[object, ...]:
    since = date.fromisoformat(row.since)
    until = max(date.fromisoformat(row.until), since) if row.until else None
    about = (row.victim, row.household, row.relationship, row.source)
    words = (row.fact_id, 1, row.nominal_id, row.kind, row.value, row.subject)
    return (*words, since, until, *about, False, "bench")


async def measure(conn_factory: ConnFactory, size: str) -> dict[str, float]:
    """Fill an empty database; then the first review, and turns of read and review."""
    conn = await conn_factory()
    facts = await fill(conn, SIZES[size])
    first = await cohorts.review_all(conn, DAY, PROFILES)
    read_s, again_s = [], []
    for _ in range(_TURNS):
        begun = time.monotonic()
        await conn.fetchrow(_READ)
        read_s.append(time.monotonic() - begun)
        again = await cohorts.review_all(conn, DAY, PROFILES)
        again_s.append(again.seconds)
        assert again.changed == 0
        assert again.lines == first.lines or len(again.lines) == len(first.lines)
    return {
        "nominals": first.nominals,
        "facts": facts,
        "proposals": first.changed,
        "first_s": first.seconds,
        "again_s": median(again_s),
        "read_s": median(read_s),
        "first / read": first.seconds / median(read_s),
        "again / read": median(again_s) / median(read_s),
    }


async def main(size: str) -> None:
    """Measure one size and print it."""
    async with ground.database() as conn_factory:
        for name, value in (await measure(conn_factory, size)).items():
            print(f"{name:14} {value:,.2f}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "small"))
