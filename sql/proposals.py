"""Proposals in the database: appended where they say something new."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sql import queries
from sql.db import Connection

Q = queries.read("proposals")

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Proposed:
    """To whom the software proposes to allocate a nominal, and on what grounds.

    `candidates` are all areas that sources name, the heaviest first; `nights` where the
    tag spent them, by area, or why one is left out. No coordinates.
    """

    nominal_id: str
    force: str | None
    lpu: str | None
    conflict: bool
    candidates: Sequence[Json]
    nights: Sequence[Json]
    rules: Sequence[str]
    because: str
    profile: str
    profile_hash: str


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A proposal with its number, day and policy."""

    id: int
    nominal_id: str
    day: date
    force: str | None
    lpu: str | None
    conflict: bool
    candidates: Sequence[Json]
    nights: Sequence[Json]
    rules: Sequence[str]
    because: str
    profile: str
    profile_hash: str
    policy_hash: str
    made_at: datetime


async def last(
    conn: Connection, ids: Sequence[str] | None = None, day: date | None = None
) -> dict[str, StoredProposal]:
    """What was proposed last by a day for each of these nominals, or for all."""
    rows = await conn.fetch(Q["last_proposals"], ids, day)
    return {row["nominal_id"]: StoredProposal(**row) for row in rows}


async def append(
    conn: Connection, made: Sequence[Proposed], day: date, policy_hash: str
) -> None:
    """Append proposals of one day."""
    columns: tuple[list[object], ...] = (
        [p.nominal_id for p in made],
        [p.force for p in made],
        [p.lpu for p in made],
        [p.conflict for p in made],
        [json.dumps(list(p.candidates)) for p in made],
        [json.dumps(list(p.nights)) for p in made],
        [";".join(p.rules) for p in made],
        [p.because for p in made],
        [p.profile for p in made],
        [p.profile_hash for p in made],
    )
    await conn.execute(Q["append_proposals"], day, policy_hash, *columns)
