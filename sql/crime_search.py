"""Crimes in their latest words: searched, counted, in the order asked for.

As with hits (`sql.hit_search`): few are gathered and sorted, of very many a page is
read in the order of an index.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sql import queries
from sql.asked import BEGAN, MEETS, STARTS, WITHIN, Asked
from sql.crimes import CrimeVersion, version_of
from sql.db import Connection

Q = queries.read("crime_search")

# So many are gathered and sorted; ten times as many whose references begin alike: they
# are of one time, which may be far from the newest window.
MANY = 2_000

Found = tuple[CrimeVersion, dict[str, int]]


class Sort(StrEnum):
    """In which order crimes are read: by their windows, or as they were received."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RECEIVED = "received"


_ORDERED = {
    Sort.NEWEST: "v.window_from desc, v.id",
    Sort.OLDEST: "v.window_from, v.id",
    Sort.RECEIVED: "v.id desc",
}


@dataclass(frozen=True, slots=True)
class CrimeFilter:
    """Which crimes are asked for, and in which order; None = any.

    `reference` may be a part of it, `starts` is how it begins, both in any case; the
    window must meet [from_at, to_at); `box` = west, south, east, north in degrees;
    `around` is x, y and a distance in metres; `nominals`: with a hit of one of them.
    """

    force: str | None = None
    reference: str | None = None
    crime_type: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    state: str | None = None
    box: tuple[float, float, float, float] | None = None
    starts: str | None = None
    around: tuple[float, float, float] | None = None
    nominals: tuple[str, ...] | None = None
    batch: int | None = None
    sort: Sort = Sort.NEWEST


async def find(
    conn: Connection,
    asked: CrimeFilter,
    limit: int = 50,
    offset: int = 0,
    *,
    exact: bool = True,
) -> tuple[int, list[Found]]:
    """How many crimes there are, and a page of their latest versions.

    Beside each its live hits, by verdict. Not `exact`: where there are more than MANY,
    that number and one.
    """
    total, ids = await _few(conn, asked, limit, offset)
    if total is None:
        ids = await _many(conn, asked, limit, offset)
        total = await _count(conn, asked) if exact else MANY + 1
    return total, await _page(conn, ids)


async def _few(
    conn: Connection, asked: CrimeFilter, limit: int, offset: int
) -> tuple[int | None, list[int]]:
    most = MANY if asked.starts is None else 10 * MANY
    made = _asked([limit, offset, most + 1], asked)
    query = Q["few_by_reference"] if _by_reference(asked) else Q["few"]
    total, ids = (await made.fetched(conn, query, order=_ORDERED[asked.sort]))[0]
    return (None, []) if ids is None else (total, ids)


def _by_reference(asked: CrimeFilter) -> bool:
    """Whether nothing leads to fewer crimes than how their references begin."""
    leading = (asked.from_at, asked.to_at, asked.box, asked.around)
    others = (*leading, asked.nominals, asked.batch)
    return asked.starts is not None and all(one is None for one in others)


async def _many(
    conn: Connection, asked: CrimeFilter, limit: int, offset: int
) -> list[int]:
    made, order = _asked([limit, offset], asked), _ORDERED[asked.sort]
    rows = await made.fetched(conn, Q["many"], order=order)
    return [row[0] for row in rows]


async def _count(conn: Connection, asked: CrimeFilter) -> int:
    return int((await _asked([], asked).fetched(conn, Q["count_many"]))[0][0])


async def _page(conn: Connection, ids: list[int]) -> list[Found]:
    rows = await conn.fetch(Q["page"], ids) if ids else []
    found = {row["id"]: (version_of(row), row["hits"]) for row in rows}
    return [found[i] for i in ids]


_ASKS = {
    "force": "crime.force = {0}::text and v.force = {0}::text",
    "reference": "position(upper({}::text) in crime.reference_key) > 0",
    "starts": STARTS,
    "crime_type": "v.crime_type = {}::text",
    "state": "crime.state = {}::text",
    "nominals": "v.id in (select crime_version from hit"
    " where nominal_id = any({}::text[]) and hit.state = 'live')",
    "batch": "v.id in (select crime_version from batch_crime where batch = {}::bigint)",
}
_BOX = (
    "v.longitude between {0}::float8 and {2}::float8"
    " and v.latitude between {1}::float8 and {3}::float8"
)


def _asked(own: list[object], asked: CrimeFilter) -> Asked:
    made = Asked(own)
    made.put_each(asked, _ASKS)
    if asked.box is not None:
        made.put(_BOX, *asked.box)
    if asked.around is not None:
        made.put(WITHIN, *asked.around)
    if asked.from_at is not None or asked.to_at is not None:
        made.put(MEETS + BEGAN, asked.from_at, asked.to_at)
    return made
