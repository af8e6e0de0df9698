"""Cohorts: who is in them, who is proposed, one nominal's file, and decisions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api import clock
from api.cohorts import cohort_decisions
from api.cohorts.cohort_decisions import Capacity, File, Said, Step
from api.login.asking import Asking
from api.rest.once import Answer, Key, once
from api.rest.parameters import AskedPage, Day, Page, Text, Word
from api.rest.saying import By, as_supervisor, spoken
from api.rest.services import Parts, Reading
from geocorr.cohorts.facts import Cohort
from geocorr.cohorts.review import Action
from loaders import profile
from loaders.profile import Profiles
from sql import cohorts as stored
from sql.cohorts import ListedStand, StandFilter
from sql.db import Connection, Role

router = APIRouter(prefix="/v1/cohorts", tags=["cohorts"])

Nominal = Annotated[Text, Path(min_length=1, max_length=200)]
Words = Annotated[Text, Field(min_length=1, max_length=10_000)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]


class Search(AskedPage):
    """Which lines; what is left out is not asked. `due`: somebody is waited for."""

    cohort: Cohort | None = None
    action: Action | None = None
    member: bool | None = None
    force: Word = None
    lpu: Word = None
    due: bool | None = None

    def filter(self) -> StandFilter:
        """As the database takes it."""
        cohort, action = self.cohort and self.cohort.value, self.action
        shown = action and action.value
        return StandFilter(cohort, shown, self.member, self.force, self.lpu, self.due)


class Deciding(BaseModel):
    """What a person decides of a nominal and a cohort, with who and why."""

    model_config = ConfigDict(extra="forbid")

    decision: Step
    by: By = ""
    reason: Words
    cohort: Cohort | None = None
    capacity: Capacity | None = None
    discussed_with: Annotated[Text, Field(max_length=200)] = ""
    plan: Annotated[Text, Field(max_length=10_000)] = ""
    shared_with: Annotated[Text, Field(max_length=200)] = ""
    review_on: Day | None = None

    def said(self) -> Said:
        """As it is decided."""
        return Said(
            self.decision,
            self.reason,
            self.by,
            self.cohort,
            self.capacity,
            self.discussed_with,
            self.plan,
            self.shared_with,
            self.review_on,
        )


class Decided(BaseModel):
    """The decision's number, and how the nominal stands now."""

    id: int
    nominal_id: str
    cohort: str
    decision: Step
    review_on: Day | None


@router.get("", summary="List cohorts and what is proposed, with the total")
async def listed(conn: Reading, asked: Annotated[Search, Query()]) -> Page[ListedStand]:
    """Members and proposals as of the last review: what waits for a person first."""
    page = (asked.limit, asked.offset)
    total, found = await stored.find(conn, asked.filter(), clock.today(), page)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.get("/nominals/{nominal}", summary="One nominal's facts and cohorts")
async def one(parts: Parts, nominal: Nominal) -> File:
    """Facts, standing to each cohort and why, proposals, decisions; it is audited."""
    chosen = (_profiles(parts), parts.door.policy)
    async with parts.connection(Role.WEB) as conn:
        return await cohort_decisions.show(
            conn, nominal, clock.today(), chosen, parts.door.who
        )


@router.post(
    "/nominals/{nominal}/decisions", summary="Decide on a cohort", status_code=201
)
async def decide(
    parts: Parts,
    nominal: Nominal,
    who: Asking,
    asked: Annotated[Deciding, spoken(Deciding)],
    idempotency_key: Key = None,
) -> Decided:
    """Enter, stay or leave; the proposal stays beside it. 409 where it cannot be."""
    if asked.capacity is Capacity.SUPERVISOR:
        as_supervisor(who)
    async with parts.connection(Role.WEB) as conn:
        said = ("cohort decision", nominal, asked.model_dump_json())
        act = lambda: _decided(conn, nominal, asked, parts)  # noqa: E731
        answer = await once(conn, idempotency_key, said, act)
    return Decided.model_validate(answer.document)


async def _decided(
    conn: Connection, nominal: str, asked: Deciding, parts: Parts
) -> Answer:
    made = await cohort_decisions.decide(
        conn, nominal, asked.said(), clock.today(), _profiles(parts)
    )
    told = Decided(
        id=made.id,
        nominal_id=made.nominal_id,
        cohort=made.cohort,
        decision=Step(made.decision),
        review_on=made.review_on,
    )
    return Answer(201, told.model_dump(mode="json"))


def _profiles(parts: Parts) -> Profiles:
    return profile.read(parts.settings.profiles)
