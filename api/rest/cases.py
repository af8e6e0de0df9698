"""Cases: what is due, one with its management report, and what is said of it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.clock import today
from api.cohorts import case_openings, casework
from api.cohorts.case_openings import ToOpen
from api.cohorts.casework import Task
from api.login.asking import Asking
from api.rest.once import Key, said_once
from api.rest.parameters import AskedPage, Day, Number, Page, Text, Word
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from geocorr.cohorts.case import CaseEntry, CaseKind, CaseState, Step, state
from geocorr.cohorts.due import considered
from geocorr.model import Decision
from loaders import profile
from sql.cases import CaseFilter, NewCase, StoredCase
from sql.db import Connection, Role

router = APIRouter(prefix="/v1/cases", tags=["cases"])

Words = Annotated[Text, Field(min_length=1, max_length=10_000)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]
Details = Annotated[dict[Name, Name], Field(max_length=20)]


class Entry(BaseModel):
    """What is said of a case: by whom, why, of which day; what the step needs."""

    model_config = ConfigDict(extra="forbid")

    by: By = ""
    reason: Words
    on: Day | None = None
    detail: Details = {}

    def entry(self, step: Step) -> CaseEntry:
        """As the core takes it; today where no day is given."""
        return CaseEntry(step, self.on or today(), self.by, self.reason, self.detail)


class Opening(Entry):
    """A case to be opened."""

    nominal: Name
    force: Name
    kind: CaseKind = CaseKind.IOM
    lpu: Annotated[Text, Field(max_length=200)] = ""


class Saying(Entry):
    """One more entry of a case."""

    step: Step


class Opened(BaseModel):
    """The number of the case that was opened."""

    case: int


class Stands(BaseModel):
    """A case and how it stands."""

    case: int
    state: CaseState


class Shown(BaseModel):
    """A case with its management report, how it stands, and what is due."""

    case: StoredCase
    state: CaseState
    considered: Decision[bool] | None
    due: list[Task]


class DueSearch(AskedPage):
    """What is due where; what is left out is not asked."""

    force: Word = None
    lpu: Word = None
    nominal: Word = None
    kind: CaseKind | None = None
    lead: Word = None
    until: date | None = None


class OpenSearch(AskedPage):
    """Whose nominals; all if no LPU is named."""

    lpu: Word = None


@router.get("/due", summary="List what is due in open cases, with the total")
async def due(
    conn: Reading, parts: Parts, asked: Annotated[DueSearch, Query()]
) -> Page[Task]:
    """Reviews, plans, ends, youth transfers and ARMS; soonest first."""
    where = CaseFilter(
        None, asked.nominal, asked.force, asked.lpu, asked.kind and asked.kind.value
    )
    found = [
        task
        for task in await casework.tasks(conn, where, today(), _profiles(parts))
        if asked.lead in (None, task.lead)
        and (asked.until is None or task.due.value <= asked.until)
    ]
    page = found[asked.offset : asked.offset + asked.limit]
    return Page(total=len(found), limit=asked.limit, offset=asked.offset, items=page)


@router.get("/to-open", summary="Whose case ought to be opened, with the total")
async def to_open(parts: Parts, asked: Annotated[OpenSearch, Query()]) -> Page[ToOpen]:
    """Youths coming of age and men due for ARMS, by their LPU. The look is audited."""
    async with parts.connection(Role.WEB) as conn:
        who, adopted = parts.door.who, _profiles(parts)
        found = await case_openings.to_open(conn, today(), adopted, who, asked.lpu)
    page = found[asked.offset : asked.offset + asked.limit]
    return Page(total=len(found), limit=asked.limit, offset=asked.offset, items=page)


@router.get("/{case}", summary="One case with its management report")
async def one(parts: Parts, case: Number) -> Shown:
    """All that was said of it, and what is due; the look is audited."""
    async with parts.connection(Role.WEB) as conn:
        found, tasks = await casework.show(
            conn, case, parts.door.who, today(), _profiles(parts)
        )
    stands = state(found.kind, found.entries)
    holds = considered(stands, today(), _profiles(parts).of(found.force).casework)
    return Shown(case=found, state=stands, considered=holds, due=list(tasks))


@router.post("", summary="Open a case", status_code=201)
async def open_case(
    parts: Parts,
    asked: Annotated[Opening, spoken(Opening)],
    idempotency_key: Key = None,
) -> Opened:
    """Open a case; one of IOM names lead officer and grade in `detail`."""
    new = NewCase(asked.nominal, asked.kind, asked.force, asked.lpu)

    async def act(conn: Connection) -> Opened:
        entry, adopted = asked.entry(Step.OPENED), _profiles(parts)
        return Opened(case=await casework.open_case(conn, new, entry, adopted))

    said = ("open case", asked)
    return await said_once(parts, idempotency_key, said, Opened, act)


@router.post("/{case}/entries", summary="Say something of a case", status_code=201)
async def say(
    parts: Parts,
    who: Asking,
    case: Number,
    asked: Annotated[Saying, spoken(Saying)],
    idempotency_key: Key = None,
) -> Stands:
    """Add an entry; what was said before stays. 409 where it cannot be said now."""

    async def act(conn: Connection) -> Stands:
        entry, adopted = asked.entry(asked.step), _profiles(parts)
        stands = await casework.say(conn, case, entry, adopted, who.shown)
        return Stands(case=case, state=stands)

    said = ("say", case, asked)
    return await said_once(parts, idempotency_key, said, Stands, act)


def _profiles(parts: Parts) -> profile.Profiles:
    return profile.read(parts.settings.profiles)
