"""Facts of cases in versions, and the nominals with what is recorded of them."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import date

from geocorr.cohorts.facts import CaseFacts, Fact, FactKind
from sql import queries
from sql.db import Connection, Record

Q = queries.read("case_facts")


async def lock_facts(conn: Connection) -> None:
    """Let one load of facts in at a time, until the transaction ends."""
    await conn.execute(Q["lock_facts"])


async def facts_by_id(conn: Connection, fact_ids: Sequence[str]) -> dict[str, Fact]:
    """These facts as they were last said, withdrawn ones too."""
    rows = await conn.fetch(Q["facts_by_id"], fact_ids)
    return {row["fact_id"]: _fact(row) for row in rows}


async def keep_facts(conn: Connection, new: Iterable[Fact], who: str) -> None:
    """Append a version of each of these facts."""
    rows = [(*_columns(fact), who) for fact in new]
    await conn.executemany(Q["keep_fact"], rows)


async def ids_after(conn: Connection, last: str, limit: int) -> list[str]:
    """The next nominals of whom anything is known, by id."""
    return [row[0] for row in await conn.fetch(Q["ids_after"], last, limit)]


async def people(conn: Connection, ids: Sequence[str]) -> list[CaseFacts]:
    """These nominals with their facts; of whom nothing is known is left out."""
    rows = await conn.fetch(Q["people"], ids)
    return _with_facts(rows, await _facts(conn, rows))


async def _facts(conn: Connection, asked: Sequence[Record]) -> list[Record]:
    ids = [row["nominal_id"] for row in asked]
    found: list[Record] = await conn.fetch(Q["facts_of_nominals"], ids)
    return found


def _with_facts(people: Sequence[Record], rows: Sequence[Record]) -> list[CaseFacts]:
    by_nominal: dict[str, list[Fact]] = {}
    for row in rows:
        by_nominal.setdefault(row["nominal_id"], []).append(_fact(row))
    return [
        CaseFacts(
            person["nominal_id"],
            _day(person["date_of_birth"]),
            person["sex"] or "",
            person["force"],
            person["statutory"],
            frozenset(person["flags"] or ()),
            tuple(by_nominal.get(person["nominal_id"], ())),
        )
        for person in people
    ]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _fact(row: Record) -> Fact:
    fact_id, nominal_id, kind, *rest = row
    return Fact(fact_id, nominal_id, FactKind(kind), *rest)


def _columns(fact: Fact) -> tuple[object, ...]:
    return tuple(
        value.value if isinstance(value, FactKind) else value for value in astuple(fact)
    )
