"""Why people ask for more than their work shows: recorded first, then it is shown.

A reason opens what it was given for, to who gave it, for the length of a shift.
"""

from datetime import UTC, datetime, timedelta

from geocorr.errors import InputError, NotFound
from sql import audit, reasons
from sql.db import Connection, transaction
from sql.reasons import Asked, Given, Purpose


async def give(conn: Connection, who: str, asked: Asked) -> int:
    """Record a reason, and that it was given; its number. InputError without one."""
    if not asked.reason.strip():
        raise InputError("Say why you need to see this: the reason is recorded.")
    async with transaction(conn):
        number = await reasons.give(conn, who, asked)
        detail = {"reason": number}
        await audit.note(
            conn, who, f"ask {asked.purpose.value}", asked.subject, detail, asked.reason
        )
    return number


async def opened(
    conn: Connection,
    number: int,
    who: str,
    asked: tuple[Purpose, str],
    lasts: timedelta,
) -> Given:
    """The reason of this number for a purpose and a subject.

    NotFound where this account gave no such reason, or longer ago than it `lasts`.
    """
    found = await reasons.given(conn, number, who, *asked)
    if found is None or datetime.now(UTC) - found.given_at > lasts:
        raise NotFound(
            "No reason of yours that still holds was recorded for this: give it again."
        )
    return found
