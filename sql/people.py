"""Nominals as people look for them: by name, owner and band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sql import queries
from sql.db import Connection

Q = queries.read("people")


@dataclass(frozen=True, slots=True)
class Listed:
    """A nominal with the owner, or the queue, of a day, and the band they were last in.

    `joint` are the areas that share, as JSON has them.
    """

    nominal_id: str
    family_name: str
    given_names: str
    date_of_birth: str | None
    flags: Sequence[str]
    force: str | None
    lpu: str | None
    queue: str | None
    managing_unit: str | None
    joint: Sequence[Mapping[str, object]]
    band: str | None


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom is asked for; None = any. `word`: an id, or how a name begins."""

    word: str | None = None
    lpu: str | None = None
    band: str | None = None
    force: str | None = None


async def find(
    conn: Connection, day: date, asked: PeopleFilter, page: tuple[int, int] = (50, 0)
) -> tuple[int, list[Listed]]:
    """How many nominals there are, and a page of them, the highest band first."""
    words = (asked.word, asked.lpu, asked.band, asked.force)
    rows = await conn.fetch(Q["find_people"], day, *words, *page)
    names = [field.name for field in fields(Listed)]
    listed = [row for row in rows if row["nominal_id"] is not None]
    return rows[0]["total"], [Listed(**{n: row[n] for n in names}) for row in listed]
