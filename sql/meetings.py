"""WMP-4.3. Meetings of the agencies that were held; appended, never edited."""

from dataclasses import dataclass
from datetime import date, datetime

from geocorr.scoring.meeting import Meeting
from sql import queries
from sql.db import Connection

Q = queries.read("meetings")


@dataclass(frozen=True, slots=True)
class StoredMeeting:
    """A meeting as it was recorded."""

    id: int
    kind: str
    held_on: date
    agencies: list[str]
    nominal_ids: list[str]
    outcome: str
    by: str
    recorded_at: datetime


async def record(conn: Connection, meeting: Meeting) -> int:
    """Append a meeting; its number."""
    number: int = await conn.fetchval(
        Q["record_meeting"],
        meeting.kind.value,
        meeting.held_on,
        meeting.agencies,
        meeting.nominal_ids,
        meeting.outcome,
        meeting.by,
    )
    return number


async def find(
    conn: Connection,
    kind: str | None,
    nominal_id: str | None,
    page: tuple[int, int] = (50, 0),
) -> tuple[int, list[StoredMeeting]]:
    """How many there are, and a page (limit, offset) of them, the latest first."""
    rows = await conn.fetch(Q["find_meetings"], kind, nominal_id, *page)
    names = StoredMeeting.__dataclass_fields__
    listed = [row for row in rows if row["id"] is not None]
    found = [StoredMeeting(**{name: row[name] for name in names}) for row in listed]
    return rows[0]["total"], found
