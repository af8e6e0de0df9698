"""WMP-5.10. What partners think of a nominal's risk; appended, never edited."""

from dataclasses import astuple, dataclass
from datetime import date, datetime

from sql import queries
from sql.db import Connection

Q = queries.read("partner_assessments")


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a partner's assessment says, and who recorded it."""

    nominal_id: str
    agency: str
    assessed_on: date
    level: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class StoredAssessed:
    """The same as it is kept."""

    id: int
    nominal_id: str
    agency: str
    assessed_on: date
    level: str
    reason: str
    by: str
    recorded_at: datetime


async def record(conn: Connection, assessed: Assessed) -> int:
    """Append an assessment; its number."""
    number: int = await conn.fetchval(Q["record_assessment"], *astuple(assessed))
    return number


async def of_nominal(conn: Connection, nominal_id: str) -> list[StoredAssessed]:
    """All that partners said of a nominal, the latest first."""
    rows = await conn.fetch(Q["assessments_of"], nominal_id)
    return [StoredAssessed(**row) for row in rows]
