"""WMP-6.3-DAILY. The inbox of each LPU: accept, dispute or claim; silence escalates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays

from api.owners import owning_acts
from api.owners.owning_acts import Words
from geocorr.errors import ConflictError, NotFound
from geocorr.ownership.owner import Queue
from geocorr.ownership.working_days import answer_by
from loaders.profile import Profiles
from sql import audit, inbox, owners
from sql.db import Connection, transaction
from sql.inbox import Given
from sql.owners import Said

RULE = "WMP-6.3-DAILY"


@dataclass(frozen=True, slots=True)
class Item:
    """What an LPU has to answer, by when, and whether that has passed."""

    given: Given
    answer_by: datetime
    age_days: int
    escalated: bool


async def items(
    conn: Connection, now: datetime, day: date, profiles: Profiles, lpu: str | None
) -> list[Item]:
    """What waits for an answer of an LPU, or of all, oldest first."""
    found = await inbox.inbox(conn, day, lpu)
    return list(_items(found, now, profiles))


async def read(
    conn: Connection,
    at: tuple[datetime, date],
    profiles: Profiles,
    lpu: str | None,
    who: str,
) -> list[Item]:
    """The same for a person who looks, which is audited; `at` = now and the day."""
    async with transaction(conn):
        await audit.note(conn, who, "read inbox", f"LPU {lpu or 'all'}")
        return await items(conn, *at, profiles, lpu)


async def accept(
    conn: Connection, nominal_id: str, lpu: str, words: Words, day: date
) -> None:
    """WMP-6.3-DAILY. The LPU takes the nominal; ConflictError where it is not its."""
    async with transaction(conn):
        given = await _given(conn, nominal_id, lpu, day)
        await _answer(conn, given, "accepted", words)


async def dispute(
    conn: Connection, nominal_id: str, lpu: str, words: Words, day: date
) -> int:
    """WMP-6.3-DAILY. Back to the central team, with the reason; the new decision."""
    async with transaction(conn):
        await owners.lock(conn)
        given = await _given(conn, nominal_id, lpu, day)
        await _answer(conn, given, "disputed", words)
        because = f"{words.by} of {lpu} disputes: {words.reason}"
        queue = Queue.DISPUTED.value
        what = (None, None, queue, (RULE,), {"decision": given.decision}, because)
        return await owners.append(
            conn, Said(nominal_id, day, "disputed", *what, words.by)
        )


async def claim(
    conn: Connection, nominal_id: str, lpu: str, words: Words, day: date
) -> int:
    """WMP-6.3-DAILY. An LPU claims a nominal of another, or whom nobody owns.

    ConflictError where it owns the nominal already.
    """
    async with transaction(conn):
        standing = await owners.standing(conn, nominal_id, day)
        if standing.lpu == lpu:
            raise ConflictError(f"{lpu} owns {nominal_id} already: accept it.")
        to = ("claimed", lpu)
        number = await owning_acts.decide_for(conn, nominal_id, to, words, day, (RULE,))
        said = (words.by, words.reason)
        await inbox.answer(conn, (nominal_id, number, lpu), "claimed", said)
    return number


async def escalate(
    conn: Connection, now: datetime, day: date, profiles: Profiles
) -> list[Item]:
    """Note who was silent for a whole working day; returns what is newly so."""
    async with transaction(conn):
        late = [i for i in await items(conn, now, day, profiles, None) if i.escalated]
        new = set(await inbox.escalate(conn, [item.given for item in late]))
        for item in late:
            if item.given.decision in new:
                subject = f"nominal {item.given.nominal_id}"
                detail = {"lpu": item.given.lpu, "decision": item.given.decision}
                await audit.note(conn, "geocorr", "escalate", subject, detail)
    return [item for item in late if item.given.decision in new]


def bank_holidays(first: int, last: int) -> frozenset[date]:
    """The bank holidays of England and Wales in these years."""
    return frozenset(
        holidays.country_holidays("GB", subdiv="ENG", years=range(first, last + 1))
    )


def _items(found: list[Given], now: datetime, profiles: Profiles) -> Iterator[Item]:
    years = [given.since.year for given in found] or [now.year]
    free = bank_holidays(min(years), max(years) + 1)
    for given in found:
        hour = profiles.of(given.force).allocation.day_begins_h
        by = answer_by(given.since, free, hour)
        age = (now - given.since) // timedelta(days=1)
        yield Item(given, by, age, now >= by)


async def _given(conn: Connection, nominal_id: str, lpu: str, day: date) -> Given:
    """What stands in an LPU's inbox; else why there is nothing to answer."""
    standing = await owners.standing(conn, nominal_id, day)
    if standing.lpu != lpu:
        owner = standing.lpu or standing.force or f"nobody ({standing.queue})"
        raise ConflictError(
            f"{lpu} does not own {nominal_id}, {owner} does: claim it if it is yours."
        )
    found = await inbox.inbox(conn, day, lpu, nominal_id, True)
    if not found:
        raise NotFound(f"Nothing of {nominal_id} stands in the inbox of {lpu}.")
    if found[0].answer == "accepted" or found[0].answer == "claimed":
        raise ConflictError(
            f"{found[0].said_by} {found[0].answer} {nominal_id} for {lpu} already."
        )
    return found[0]


async def _answer(conn: Connection, given: Given, answer: str, words: Words) -> None:
    whose = (given.nominal_id, given.decision, given.lpu)
    await inbox.answer(conn, whose, answer, (words.by, words.reason))
    detail = {"lpu": given.lpu, "decision": given.decision}
    subject = f"nominal {given.nominal_id}"
    await audit.note(conn, words.by, f"inbox {answer}", subject, detail)
