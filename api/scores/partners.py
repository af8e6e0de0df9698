"""WMP-5.10, WMP-4.3. Partners' views beside the score, and the meetings on them."""

from dataclasses import dataclass, replace
from datetime import date

from api import clock
from api.scores import manual_scores
from api.scores.manual_scores import Standing
from geocorr.errors import InputError
from geocorr.model import Decision
from geocorr.scoring import meeting as meetings_of
from geocorr.scoring.meeting import Meeting
from geocorr.scoring.routing import managing
from loaders.profile import Profiles
from sql import audit, meetings, nominals, partner_assessments
from sql.db import Connection, transaction
from sql.meetings import StoredMeeting
from sql.partner_assessments import Assessed, StoredAssessed


@dataclass(frozen=True, slots=True)
class Beside:
    """A nominal's score, partners' views beside it, and who manages therefore."""

    standing: Standing
    assessments: list[StoredAssessed]
    meetings: list[StoredMeeting]
    managing: Decision[str]


async def assess(conn: Connection, assessed: Assessed, profiles: Profiles) -> int:
    """WMP-5.10. Record what a partner thinks of a nominal's risk; its number."""
    words = (assessed.agency, assessed.reason, assessed.by)
    if not all(word.strip() for word in words):
        raise InputError("Give --agency, --reason and --by: whose view, and why.")
    meetings_of.check_past(assessed.assessed_on, clock.today())
    async with transaction(conn):
        # NotFound for somebody who is not on record.
        await manual_scores.standing(conn, assessed.nominal_id, clock.today(), profiles)
        tidy = replace(assessed, agency=" ".join(assessed.agency.split()))
        number = await partner_assessments.record(conn, tidy)
        subject = f"nominal {assessed.nominal_id}"
        detail = {"assessment": number}
        await audit.note(conn, assessed.by, "record assessment", subject, detail)
    return number


async def beside(
    conn: Connection, nominal_id: str, day: date, profiles: Profiles, by: str | None
) -> Beside:
    """WMP-5.10. All that stands beside a score; audited where `by` is given."""
    now = await manual_scores.standing(conn, nominal_id, day, profiles)
    found = await partner_assessments.of_nominal(conn, nominal_id)
    latest: dict[str, str] = {}
    for one in found:
        if one.assessed_on <= day:
            latest.setdefault(one.agency, one.level)
    if by is not None:
        await audit.note(conn, by, "read assessments", f"nominal {nominal_id}")
    choices = profiles.of(now.force).scoring
    told = managing(nominal_id, now.band, dict(sorted(latest.items())), choices)
    _, held = await meetings.find(conn, None, nominal_id)
    return Beside(now, found, held, told)


async def hold(conn: Connection, meeting: Meeting) -> int:
    """WMP-4.3. Record a meeting that was held; its number.

    InputError for nominals that are not on record.
    """
    meetings_of.check(meeting, clock.today())
    async with transaction(conn):
        known = await nominals.nominals(conn, list(meeting.nominal_ids))
        strange = {*meeting.nominal_ids} - {one.nominal_id for one in known}
        if strange:
            raise InputError(f"{sorted(strange)[0]} is not on record: load them first.")
        number = await meetings.record(conn, meeting)
        subject, detail = f"meeting {number}", {"nominals": [*meeting.nominal_ids]}
        await audit.note(conn, meeting.by, "record meeting", subject, detail)
    return number
