"""Partners' assessments beside the score, and the meetings of the agencies."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api import clock
from api.rest.once import Key, said_once
from api.rest.parameters import AskedPage, Day, Page, Text, Word
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from api.scores import partners
from api.scores.partners import Beside
from geocorr.scoring.meeting import Level, Meeting, MeetingKind
from loaders import profile as profiles
from sql import meetings
from sql.db import Connection, Role
from sql.meetings import StoredMeeting
from sql.partner_assessments import Assessed

router = APIRouter(prefix="/v1", tags=["partners"])

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Words = Annotated[Text, Field(min_length=1, max_length=10_000)]
Nominal = Annotated[Text, Path(max_length=200)]


class View(BaseModel):
    """What a partner thinks of a nominal's risk, and when they assessed it."""

    model_config = ConfigDict(extra="forbid")

    agency: Name
    level: Level
    assessed_on: Day
    reason: Words
    by: By = ""


class Held(BaseModel):
    """A meeting that was held."""

    model_config = ConfigDict(extra="forbid")

    kind: MeetingKind
    held_on: Day
    agencies: Annotated[list[Name], Field(min_length=1, max_length=50)]
    nominals: Annotated[list[Name], Field(max_length=500)] = []
    outcome: Words
    by: By = ""

    def meeting(self) -> Meeting:
        """As the rule takes it."""
        whom = tuple(dict.fromkeys(self.nominals))
        told = (tuple(self.agencies), whom, self.outcome, self.by)
        return Meeting(self.kind, self.held_on, *told)


class Recorded(BaseModel):
    """The number of what was recorded."""

    id: int


class Search(AskedPage):
    """Which meetings; what is left out is not asked."""

    kind: MeetingKind | None = None
    nominal: Word = None


@router.get("/nominals/{nominal}/partners", summary="Partners' views of a nominal")
async def beside(parts: Parts, nominal: Nominal) -> Beside:
    """The score, partners' views and meetings beside it, and who manages therefore.

    The look is audited.
    """
    adopted = profiles.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn:
        today, who = clock.today(), parts.door.who
        return await partners.beside(conn, nominal, today, adopted, who)


@router.post(
    "/nominals/{nominal}/partners", summary="Record a partner's view", status_code=201
)
async def assess(
    parts: Parts,
    nominal: Nominal,
    asked: Annotated[View, spoken(View)],
    idempotency_key: Key = None,
) -> Recorded:
    """Record a partner's assessment beside the score; earlier ones stay."""
    said = ("assessment", nominal, asked)
    return await said_once(
        parts,
        idempotency_key,
        said,
        Recorded,
        lambda conn: _assessed(conn, nominal, asked, parts),
    )


@router.get("/meetings", summary="List meetings of the agencies, with the total")
async def listed(
    conn: Reading, asked: Annotated[Search, Query()]
) -> Page[StoredMeeting]:
    """ODOC, Shared Assessment and tasking meetings, the latest first."""
    kind, page = asked.kind and asked.kind.value, (asked.limit, asked.offset)
    total, found = await meetings.find(conn, kind, asked.nominal, page)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.post("/meetings", summary="Record a meeting that was held", status_code=201)
async def hold(
    parts: Parts, asked: Annotated[Held, spoken(Held)], idempotency_key: Key = None
) -> Recorded:
    """Record date, agencies, nominals and outcome of a meeting."""
    said = ("meeting", asked)
    return await said_once(
        parts, idempotency_key, said, Recorded, lambda conn: _held(conn, asked)
    )


async def _assessed(
    conn: Connection, nominal: str, asked: View, parts: Parts
) -> Recorded:
    said = (asked.level.value, asked.reason, asked.by)
    assessed = Assessed(nominal, asked.agency, asked.assessed_on, *said)
    adopted = profiles.read(parts.settings.profiles)
    return Recorded(id=await partners.assess(conn, assessed, adopted))


async def _held(conn: Connection, asked: Held) -> Recorded:
    return Recorded(id=await partners.hold(conn, asked.meeting()))
