"""Decisions on ownership: appended, never edited; who stands as owner on a day."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from geocorr.errors import NotFound
from sql import queries
from sql.db import Connection

Q = queries.read("owners")

# Rows of one statement: enough to be quick, few enough for memory.
_AT_ONCE = 20_000
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """What the software finds: an owner, or the queue to wait in; never both.

    `joint` are the areas that share, as JSON has them; `id` is None before it is
    stored.
    """

    nominal_id: str
    force: str | None
    lpu: str | None
    queue: str | None
    managing_unit: str
    joint: Sequence[Json]
    rules: Sequence[str]
    evidence: Json
    because: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An LPU that a person decided for, and by which decision."""

    nominal_id: str
    decision: int
    force: str
    lpu: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person decides: an owner or a queue, or (`released`) neither any more."""

    nominal_id: str
    day: date
    act: str
    force: str | None
    lpu: str | None
    queue: str | None
    rules: Sequence[str]
    evidence: Json
    because: str
    by: str


@dataclass(frozen=True, slots=True)
class Owned:
    """How a nominal stands on a day: one owner, or one queue.

    `found` is the software's finding beside a person's decision; `found_since` says
    that it is newer than what the person decided.
    """

    nominal_id: str
    decision: int | None
    found: int | None
    day: date | None
    act: str | None
    force: str | None
    lpu: str | None
    queue: str | None
    managing_unit: str | None
    joint: Sequence[Json]
    rules: Sequence[str] | None
    because: str | None
    decided_by: str | None
    decided_at: datetime | None
    found_since: bool


@dataclass(frozen=True, slots=True)
class OwnedFilter:
    """Which nominals are asked for; None = any. `joint`: those that the LPU shares."""

    nominal_id: str | None = None
    force: str | None = None
    lpu: str | None = None
    queue: str | None = None
    waiting: bool | None = None
    found_since: bool | None = None
    joint: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of a nominal's history; `decided_by` None = the software's."""

    id: int
    day: date
    act: str
    force: str | None
    lpu: str | None
    queue: str | None
    managing_unit: str | None
    joint: Sequence[Json]
    rules: Sequence[str]
    evidence: Json
    because: str
    profile: str | None
    profile_hash: str | None
    run: int | None
    decided_by: str | None
    decided_at: datetime
    supersedes: int | None


async def lock(conn: Connection) -> None:
    """Let one decide at a time, until the transaction ends."""
    await conn.execute(Q["lock_owners"])


async def found_by(
    conn: Connection, day: date, ids: Sequence[str] | None = None
) -> dict[str, Found]:
    """What the software found last of each nominal by a day."""
    rows = await conn.fetch(Q["found_by"], ids, day)
    return {row["nominal_id"]: Found(**row) for row in rows}


async def held_by_people(
    conn: Connection, day: date, ids: Sequence[str] | None = None
) -> list[Held]:
    """The LPUs that people decided for and that hold on a day."""
    return [Held(*row) for row in await conn.fetch(Q["held_by_people"], ids, day)]


async def append_found(
    conn: Connection,
    found: Iterable[tuple[Found, int | None]],
    lapsed: Iterable[Held],
    day: date,
    by: tuple[int, str, str],
) -> None:
    """Append findings, each with the one it supersedes, and what people decided that
    has lapsed; `by` = run, profile and its hash."""
    rows = [_row(f, old) for f, old in found] + [_lapse(held) for held in lapsed]
    for first in range(0, len(rows), _AT_ONCE):
        part = rows[first : first + _AT_ONCE]
        columns = [list(column) for column in zip(*part, strict=True)]
        await conn.execute(Q["append_found"], day, *by, *columns)


def _row(f: Found, old: int | None) -> tuple[object, ...]:
    joint, evidence = json.dumps(list(f.joint)), json.dumps(f.evidence)
    value = (f.force, f.lpu, f.queue, f.managing_unit)
    words = (joint, ";".join(f.rules), evidence, f.because)
    return (f.nominal_id, "found", *value, *words, old)


def _lapse(held: Held) -> tuple[object, ...]:
    because = (
        f"LPU {held.lpu}, for which {held.decided_by} decided, is no more: "
        "what the software finds holds until a person decides again."
    )
    evidence = json.dumps({"lpu": held.lpu, "decision": held.decision})
    words = ("[]", "WMP-6.5", evidence, because)
    return (held.nominal_id, "lapsed", *[None] * 4, *words, held.decision)


async def append(conn: Connection, said: Said) -> int:
    """Append a person's decision; its number."""
    whose = (said.nominal_id, said.day, said.act, said.force, said.lpu, said.queue)
    words = (list(said.rules), said.evidence, said.because, said.by)
    return int(await conn.fetchval(Q["append_decision"], *whose, *words))


async def find(
    conn: Connection, day: date, asked: OwnedFilter, page: tuple[int, int] = (50, 0)
) -> tuple[int, list[Owned]]:
    """How many nominals stand so on a day, and a `page` (limit, offset), by id."""
    words = (asked.nominal_id, asked.force, asked.lpu, asked.queue)
    marks = (asked.waiting, asked.found_since, asked.joint)
    rows = await conn.fetch(Q["owned"], day, *words, *marks, *page)
    names = [field.name for field in fields(Owned)]
    listed = [row for row in rows if row["nominal_id"] is not None]
    return rows[0]["total"], [Owned(**{n: row[n] for n in names}) for row in listed]


async def standing(conn: Connection, nominal_id: str, day: date) -> Owned:
    """How one nominal stands on a day; NotFound where none is on record."""
    _, found = await find(conn, day, OwnedFilter(nominal_id))
    if not found:
        raise NotFound(f"There is no nominal {nominal_id}.")
    return found[0]


async def history(conn: Connection, nominal_id: str) -> list[Step]:
    """Every decision on a nominal's ownership, in the order of their days."""
    return [Step(**row) for row in await conn.fetch(Q["history"], nominal_id)]


async def queued(conn: Connection, day: date) -> dict[str, int]:
    """How many nominals wait in each queue on a day."""
    return {row["queue"]: row["n"] for row in await conn.fetch(Q["queued"], day)}
