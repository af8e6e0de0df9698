"""What people say of hits: appended, never edited, each word with who, when and why.

A word is said of a finding: a tag on a person at one version of a crime with one
verdict. A run that finds the same again inherits it; a corrected crime does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geocorr.performance.review import Stage, Word
from sql import queries
from sql.db import Connection, Record

Q = queries.read("hit_decisions")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last word on the same tag and person at an earlier version of the crime."""

    word: Word
    crime_version: int
    said_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Staged:
    """How far people are with a hit.

    `said_of`: the hit that the last word was said of; another where a later run found
    the same again. `state_reason`: why the hit is no longer live.
    """

    hit: int
    force: str
    stage: Stage
    said_by: str | None
    said_at: datetime | None
    said_of: int | None
    live: bool
    state_reason: str | None
    earlier: Earlier | None


@dataclass(frozen=True, slots=True)
class Said:
    """One word on a hit; `of_this_finding`: it holds for the hit that was asked for."""

    id: int
    hit: int
    crime_version: int
    verdict: str
    word: Word
    said_by: str
    reason: str
    note: str
    said_at: datetime
    of_this_finding: bool


async def lock(conn: Connection) -> None:
    """Let one word after the other in, until the transaction ends."""
    await conn.execute(Q["lock_decisions"])


async def stages(conn: Connection, hits: Sequence[int]) -> dict[int, Staged]:
    """How far people are with these hits; those that are not there are left out."""
    rows = await conn.fetch(Q["stages"], hits)
    return {row["hit"]: _staged(row) for row in rows}


async def say(
    conn: Connection, hits: Sequence[int], word: Word, said: tuple[str, str, str]
) -> None:
    """Append a word on these hits; `said` = who, the reason, a note."""
    await conn.execute(Q["say"], hits, word.value, *said)


async def to_send(conn: Connection, force: str | None = None) -> list[int]:
    """Hits that are qualified and wait to be sent, of a force or of all."""
    return [row["hit"] for row in await conn.fetch(Q["to_send"], force)]


async def words(conn: Connection, hit: int) -> list[Said]:
    """All that was ever said of this tag and person at this crime, oldest first."""
    rows = await conn.fetch(Q["words_on"], hit)
    return [Said(**{**row, "word": Word(row["word"])}) for row in rows]


async def counts(conn: Connection, force: str | None = None) -> dict[Stage, int]:
    """How many hits stand at each stage, none where there are none."""
    rows = await conn.fetch(Q["count_stages"], force)
    found = {Stage(row["stage"]): row["hits"] for row in rows}
    return {stage: found.get(stage, 0) for stage in Stage}


def _staged(row: Record) -> Staged:
    earlier = None
    if row["earlier_word"] is not None:
        version, by, at = row["earlier_version"], row["earlier_by"], row["earlier_at"]
        earlier = Earlier(Word(row["earlier_word"]), version, by, at)
    return Staged(
        row["hit"],
        row["force"],
        Stage(row["stage"]),
        row["said_by"],
        row["said_at"],
        row["said_of"],
        row["state"] == "live",
        row["state_reason"],
        earlier,
    )
