"""HANTS-ISA. Agreements to share information, and what was told by them."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from api.clock import today
from api.cohorts import disclosing
from api.cohorts.disclosing import Telling
from api.rest.cases import Name
from api.rest.once import Key, said_once
from api.rest.parameters import Day, Page
from api.rest.referrals import Several
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from sql import cases
from sql.cases import Agreement, Disclosure
from sql.db import Connection, Role

router = APIRouter(prefix="/v1", tags=["disclosures"])


class Signed(BaseModel):
    """An information-sharing agreement."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    agencies: Several
    signed_on: Day
    ends_on: Day | None = None
    by: By = ""


class Told(BaseModel):
    """What is told of a nominal, to whom, by which agreement, what for."""

    model_config = ConfigDict(extra="forbid")

    nominal: Name
    agency: Name
    agreement: Name
    what: Name
    purpose: Name
    by: By = ""


class Made(BaseModel):
    """The number of the disclosure."""

    disclosure: int


@router.get("/disclosures/agreements", summary="The agreements, with the total")
async def agreements(conn: Reading) -> Page[Agreement]:
    """All of them, by name."""
    found = await cases.agreements(conn)
    return Page(total=len(found), limit=len(found), offset=0, items=found)


@router.post("/disclosures/agreements", summary="Record an agreement", status_code=201)
async def sign(parts: Parts, asked: Annotated[Signed, spoken(Signed)]) -> Signed:
    """409 where another of this name is there."""
    async with parts.connection(Role.WEB) as conn:
        days = (asked.signed_on, asked.ends_on)
        await disclosing.sign(conn, asked.name, asked.agencies, days, asked.by)
    return asked


@router.get("/nominals/{nominal}/disclosures", summary="What was told of a nominal")
async def listed(parts: Parts, nominal: Annotated[Name, Path()]) -> Page[Disclosure]:
    """Oldest first; the look is audited."""
    async with parts.connection(Role.WEB) as conn:
        found = await disclosing.listed(conn, nominal, parts.door.who)
    return Page(total=len(found), limit=len(found), offset=0, items=found)


@router.post("/disclosures", summary="Record a disclosure", status_code=201)
async def disclose(
    parts: Parts, asked: Annotated[Told, spoken(Told)], idempotency_key: Key = None
) -> Made:
    """404 for nobody that is known, 409 without an agreement that is in force."""
    words = (asked.nominal, asked.agency, asked.agreement, asked.what, asked.purpose)
    telling = Telling(*words, asked.by)

    async def act(conn: Connection) -> Made:
        return Made(disclosure=await disclosing.disclose(conn, telling, today()))

    return await said_once(parts, idempotency_key, ("disclose", asked), Made, act)
