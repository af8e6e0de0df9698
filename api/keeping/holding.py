"""Holds: put on a crime or a nominal, ended with a reason; each audited."""

from dataclasses import dataclass
from datetime import date

from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from sql import audit, crimes, holds, nominals
from sql.db import Connection, transaction
from sql.holds import Hold, NewHold


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be held: a crime (force and reference) or a nominal, until when."""

    crime: tuple[str, str] | None
    nominal_id: str | None
    until: date | None = None


async def add(
    conn: Connection, wanted: Wanted, reason: str, who: str, today: date
) -> Hold:
    """Hold a crime or a nominal that is known; it may be held more than once.

    UsageError for both or none, or a day that is over; NotFound for who or what is not
    stored; InputError without a reason.
    """
    if (wanted.crime is None) == (wanted.nominal_id is None):
        raise UsageError("Hold a crime or a nominal: give one of them.")
    if wanted.until is not None and wanted.until < today:
        raise UsageError(f"{wanted.until} is over: give a day to come, or none.")
    said = _said(reason, who)
    async with transaction(conn):
        force, reference = await _known(conn, wanted)
        new = NewHold(force, reference, wanted.nominal_id, said, wanted.until, who)
        (made,) = await holds.listed(conn, await holds.add(conn, new))
        told = {"hold": made.id, "until": wanted.until and str(wanted.until)}
        await audit.note(conn, who, "add hold", made.subject, told, said)
    return made


async def end(conn: Connection, number: int, reason: str, who: str) -> Hold:
    """End a hold that lives; NotFound, ConflictError where it was ended before."""
    said = _said(reason, who)
    async with transaction(conn):
        found = await holds.listed(conn, number)
        if not found:
            raise NotFound(f"There is no hold {number}: see `geocorr hold list`.")
        if found[0].ended_by is not None:
            raise ConflictError(f"Hold {number} was ended by {found[0].ended_by}.")
        await holds.end(conn, number, said, who)
        told = {"hold": number}
        await audit.note(conn, who, "end hold", found[0].subject, told, said)
        (ended,) = await holds.listed(conn, number)
    return ended


async def _known(conn: Connection, wanted: Wanted) -> tuple[str | None, str | None]:
    """Force and reference of a crime that is stored, none for a stored nominal."""
    if wanted.crime is not None:
        await crimes.versions(conn, *wanted.crime)
        return wanted.crime
    name = wanted.nominal_id or ""
    if not await nominals.nominals(conn, [name]) and not await holds.worn(conn, name):
        raise NotFound(f"No nominal {name} is on record, and no order names one.")
    return None, None


def _said(reason: str, who: str) -> str:
    if not reason.strip() or not who.strip():
        raise InputError("A hold takes a name and a reason: give both.")
    return reason.strip()
