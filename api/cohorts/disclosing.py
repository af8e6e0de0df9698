"""HANTS-ISA. An information-sharing agreement stands behind each exchange."""

from dataclasses import dataclass
from datetime import date

from geocorr.errors import ConflictError, InputError, NotFound
from sql import audit, cases, worn
from sql.cases import Agreement, Disclosure
from sql.db import Connection, transaction


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told of a nominal, to which agency, by which agreement, why."""

    nominal_id: str
    agency: str
    agreement: str
    what: str
    purpose: str
    by: str


async def sign(
    conn: Connection,
    name: str,
    agencies: list[str],
    days: tuple[date, date | None],
    by: str,
) -> None:
    """Record an agreement; ConflictError where another of this name is there."""
    if not name.strip() or not by.strip() or not agencies:
        raise InputError("An agreement has a name, agencies, and who records it.")
    if days[1] is not None and days[1] <= days[0]:
        raise InputError("The agreement ends before it begins.")
    async with transaction(conn):
        if any(a.name == name for a in await cases.agreements(conn)):
            raise ConflictError(f"There is an agreement {name}: take another name.")
        await cases.sign(conn, name, agencies, days, by)
        await audit.note(conn, by, "sign agreement", name)


async def disclose(conn: Connection, telling: Telling, day: date) -> int:
    """HANTS-ISA. Record a disclosure and return its number.

    NotFound for somebody whom neither a record nor an order names: a slip would be told
    of another. ConflictError where no such agreement is in force that day with that
    agency: then nothing may be told. InputError without what, what for and who.
    """
    if not all(text.strip() for text in (telling.what, telling.purpose, telling.by)):
        raise InputError("Say what is told, what for, and who tells it.")
    async with transaction(conn):
        if not await worn.known(conn, telling.nominal_id):
            raise NotFound(
                f"No nominal {telling.nominal_id} is on record, and no order names "
                "one: look at the id, or load the record first. Nothing was recorded."
            )
        if not any(
            holds(agreement, telling, day) for agreement in await cases.agreements(conn)
        ):
            raise ConflictError(
                f"No agreement {telling.agreement or '(none named)'} with "
                f"{telling.agency} is in force on {day}: nothing may be disclosed."
            )
        told = (telling.what, telling.purpose)
        to = (telling.agency, telling.agreement)
        number = await cases.disclose(conn, telling.nominal_id, to, told, telling.by)
        detail = {"agency": telling.agency, "agreement": telling.agreement}
        subject = f"nominal {telling.nominal_id}"
        await audit.note(conn, telling.by, "disclose", subject, detail)
    return number


async def listed(conn: Connection, nominal_id: str, who: str) -> list[Disclosure]:
    """Everything that was told of a nominal; the look is audited."""
    async with transaction(conn):
        await audit.note(conn, who, "read disclosures", f"nominal {nominal_id}")
        return await cases.disclosures(conn, nominal_id)


def holds(agreement: Agreement, telling: Telling, day: date) -> bool:
    """Is this the agreement that is named, with that agency, in force on a day?"""
    return (
        agreement.name == telling.agreement
        and telling.agency in agreement.agencies
        and in_force(agreement, day)
    )


def in_force(agreement: Agreement, day: date) -> bool:
    """Does this agreement hold on a day, its last one included?"""
    ends = agreement.ends_on
    return agreement.signed_on <= day and (ends is None or day <= ends)
