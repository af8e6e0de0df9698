"""Ownership: who owns whom on a day, and what people decide of it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.clock import today
from api.owners import owned_spread, owning_acts
from api.owners.owned_spread import Spread
from api.owners.owning_acts import Shown, Words
from api.rest.once import Key, said_once
from api.rest.parameters import AskedPage, Day, Number, Page, Text, Word
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from geocorr.ownership.owner import Queue
from loaders import profile
from sql import joint_plans, owners
from sql.db import Connection, Role
from sql.joint_plans import PlanDue
from sql.owners import Owned, OwnedFilter

router = APIRouter(prefix="/v1/ownership", tags=["ownership"])

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Reason = Annotated[Text, Field(min_length=1, max_length=10_000)]


class Search(AskedPage):
    """Which nominals; what is left out is not asked. `day` is today if not given."""

    nominal: Word = None
    force: Word = None
    lpu: Word = None
    queue: Queue | None = None
    waiting: bool | None = None
    changed: Annotated[
        bool | None, Query(description="Found anew since a person decided.")
    ] = None
    joint: Annotated[bool, Query(description="With those the LPU shares.")] = False
    day: Day | None = None

    def filter(self) -> OwnedFilter:
        """As the database takes it."""
        queue = self.queue and self.queue.value
        whose = (self.nominal, self.force, self.lpu, queue)
        return OwnedFilter(*whose, self.waiting, self.changed, self.joint)


class OnDay(BaseModel):
    """A day; today if not given."""

    model_config = ConfigDict(extra="forbid")

    day: Day | None = None


class OfLpu(OnDay):
    """A day, and one LPU."""

    lpu: Word = None


class OfForce(OnDay):
    """A day, and one force."""

    force: Word = None


class Said(BaseModel):
    """Who decides, and why."""

    model_config = ConfigDict(extra="forbid")

    by: By = ""
    reason: Reason

    def words(self) -> Words:
        """As they are kept."""
        return Words(self.by, self.reason)


class NewOwner(Said):
    """WMP-6.1. The area that suffers most is to own."""

    area: Name


class NewPlace(Said):
    """Where an operator says that an address lies, in metres of the working CRS."""

    easting: float
    northing: float


class NewPlan(Said):
    """WMP-6.5. Who leads in each area, and when it is looked at again."""

    leads: Annotated[dict[Name, Name], Field(max_length=50)]
    review_on: Day


class Kept(BaseModel):
    """The number of what was kept."""

    number: int


@router.get("", summary="List nominals with their owner or queue, with the total")
async def listed(conn: Reading, asked: Annotated[Search, Query()]) -> Page[Owned]:
    """Every nominal stands here once: with one owner, or in one queue."""
    page = (asked.limit, asked.offset)
    day = asked.day or today()
    total, found = await owners.find(conn, day, asked.filter(), page)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.get("/spread", summary="Nominals by owning area, the highest share first")
async def spread(parts: Parts, asked: Annotated[OfForce, Query()]) -> Spread:
    """How many nominals each area owns and shares, beside its crimes, and how many
    wait in each queue."""
    profiles = profile.read(parts.settings.profiles)
    day = asked.day or today()
    # Of all there is, whoever asks: figures without persons.
    async with parts.reading(Role.WORKER) as conn:
        return await owned_spread.spread_on(conn, day, asked.force, profiles)


@router.get("/plans/due", summary="Joint plans to be made or looked at")
async def plans_due(
    conn: Reading, asked: Annotated[OfLpu, Query()]
) -> Sequence[PlanDue]:
    """Jointly managed nominals without a plan, or whose review is due."""
    return await joint_plans.plans_due(conn, asked.day or today(), asked.lpu)


@router.get("/nominals/{nominal}", summary="One nominal: owner, history, plans")
async def one(parts: Parts, nominal: Text, asked: Annotated[OnDay, Query()]) -> Shown:
    """All that led to the owner, without coordinates; the look is audited."""
    profiles, day = profile.read(parts.settings.profiles), asked.day or today()
    async with parts.connection(Role.WEB) as conn:
        return await owning_acts.show(conn, nominal, day, parts.door.who, profiles)


@router.post(
    "/nominals/{nominal}/addresses/{address}/place",
    summary="Say where an address lies",
    status_code=202,
)
async def place(
    parts: Parts,
    nominal: Text,
    address: Number,
    asked: Annotated[NewPlace, spoken(NewPlace)],
) -> None:
    """What was said before stays; the worker decides anew who owns the nominal."""
    at, crs = (asked.easting, asked.northing), parts.door.crs
    async with parts.connection(Role.WEB) as conn:
        await owning_acts.place_address(conn, nominal, address, at, asked.words(), crs)


@router.post(
    "/nominals/{nominal}/owner",
    summary="Let the area that suffers most of HIGH risk own",
    status_code=201,
)
async def make_owner(
    parts: Parts,
    nominal: Text,
    asked: Annotated[NewOwner, spoken(NewOwner)],
    idempotency_key: Key = None,
) -> Kept:
    """WMP-6.1. 409 for an area that does not suffer most of a nominal of HIGH risk."""

    async def act(conn: Connection) -> Kept:
        number = await owning_acts.make_owner(
            conn, nominal, asked.area, asked.words(), today()
        )
        return Kept(number=number)

    said = ("make owner", nominal, asked)
    return await said_once(parts, idempotency_key, said, Kept, act)


@router.post(
    "/nominals/{nominal}/release",
    summary="End what a person decided on the owner",
    status_code=201,
)
async def release(
    parts: Parts,
    nominal: Text,
    asked: Annotated[Said, spoken(Said)],
    idempotency_key: Key = None,
) -> Kept:
    """What the software finds holds again. 409 where no person decided."""

    async def act(conn: Connection) -> Kept:
        number = await owning_acts.release(conn, nominal, asked.words(), today())
        return Kept(number=number)

    said = ("release", nominal, asked)
    return await said_once(parts, idempotency_key, said, Kept, act)


@router.post(
    "/nominals/{nominal}/plans", summary="Keep a joint case plan", status_code=201
)
async def keep_plan(
    parts: Parts,
    nominal: Text,
    asked: Annotated[NewPlan, spoken(NewPlan)],
    idempotency_key: Key = None,
) -> Kept:
    """WMP-6.5. A lead for the owner and each area that shares; the last one holds."""

    async def act(conn: Connection) -> Kept:
        plan = (asked.leads, asked.review_on, asked.words())
        number = await owning_acts.keep_plan(conn, nominal, *plan, today())
        return Kept(number=number)

    said = ("plan", nominal, asked)
    return await said_once(parts, idempotency_key, said, Kept, act)
