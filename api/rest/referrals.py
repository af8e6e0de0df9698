"""Referrals and panels: the form, what was decided, and when the next panel sits."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.clock import today
from api.cohorts import referring
from api.rest.cases import Name, Words
from api.rest.once import Key, said_once
from api.rest.parameters import AskedPage, Day, Number, Page, Text, Word
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from geocorr.cohorts.referral import Referral, ReferralStep, Ruling
from loaders import profile
from sql import referrals
from sql.db import Connection
from sql.referrals import ReferralFilter, StoredReferral

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])

Maybe = Annotated[Text, Field(max_length=200)]
Several = Annotated[list[Name], Field(min_length=1, max_length=50)]


class Form(BaseModel):
    """The standard form: who, for which cohort, by which criteria, and why."""

    model_config = ConfigDict(extra="forbid")

    nominal: Name
    force: Name
    cohort: Name
    criteria: Several
    reason: Words
    agency: Name
    by: By = ""
    lpu: Maybe = ""
    urgent: bool = False

    def form(self) -> Referral:
        """As the core takes it."""
        words = (self.nominal, self.cohort, tuple(self.criteria), self.reason)
        return Referral(*words, self.agency, self.urgent, self.by)


class Decided(BaseModel):
    """What was decided of a referral: jointly, by which panel, and why."""

    model_config = ConfigDict(extra="forbid")

    step: ReferralStep
    by: By = ""
    reason: Words
    panel: Annotated[int | None, Field(ge=1)] = None
    agencies: Annotated[list[Name], Field(max_length=50)] = []
    lead: Maybe = ""
    grade: Maybe = ""
    on: Day | None = None

    def ruling(self) -> Ruling:
        """As the core takes it."""
        agencies = tuple(self.agencies)
        said = (self.step, self.by, self.reason)
        return Ruling(*said, self.panel, agencies, self.lead, self.grade)


class Made(BaseModel):
    """The number of the referral."""

    referral: int


class Result(BaseModel):
    """What was decided; the case that an acceptance opened."""

    referral: int
    step: ReferralStep
    case: int | None


class Panels(BaseModel):
    """By when the next panel sits, and those that sat."""

    next_due: date
    panels: list[referrals.Panel]


class Search(AskedPage):
    """Which referrals; what is left out is not asked."""

    force: Word = None
    lpu: Word = None
    nominal: Word = None
    waiting: bool | None = None


@router.get("", summary="List referrals, with the total")
async def listed(
    conn: Reading, asked: Annotated[Search, Query()]
) -> Page[StoredReferral]:
    """What waits first, urgent before others."""
    where = ReferralFilter(None, asked.nominal, asked.force, asked.lpu, asked.waiting)
    total, found = await referrals.find(conn, where, asked.limit, asked.offset)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.get(
    "/panels/{force}", summary="The panels of a force, and when the next one sits"
)
async def panels(
    conn: Reading,
    parts: Parts,
    force: Annotated[Name, Path()],
    kind: Annotated[Name, Query()] = "selection",
) -> Panels:
    """HANTS-MACC: monthly; the youth-to-adult panel each quarter."""
    chosen = profile.read(parts.settings.profiles)
    due = await referring.next_due(conn, force, kind, today(), chosen)
    return Panels(next_due=due, panels=await referrals.panels(conn, force, kind))


@router.post("", summary="Refer a nominal", status_code=201)
async def make(
    parts: Parts, asked: Annotated[Form, spoken(Form)], idempotency_key: Key = None
) -> Made:
    """Store the standard form as it was filled in."""

    async def act(conn: Connection) -> Made:
        made = await referring.make(conn, asked.form(), asked.force, asked.lpu)
        return Made(referral=made)

    return await said_once(parts, idempotency_key, ("referral", asked), Made, act)


@router.post("/{referral}/decision", summary="Decide a referral", status_code=201)
async def decide(
    parts: Parts,
    referral: Number,
    asked: Annotated[Decided, spoken(Decided)],
    idempotency_key: Key = None,
) -> Result:
    """Record what was decided, once; an acceptance opens the case."""

    chosen, on = profile.read(parts.settings.profiles), asked.on or today()

    async def act(conn: Connection) -> Result:
        case = await referring.decide(conn, referral, asked.ruling(), on, chosen)
        return Result(referral=referral, step=asked.step, case=case)

    said = ("decide", referral, asked)
    return await said_once(parts, idempotency_key, said, Result, act)
