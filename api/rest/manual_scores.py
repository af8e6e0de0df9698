"""Manual scores: who was given one, until when it stands, and what was said of it."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.rest.once import Key, said_once
from api.rest.parameters import AskedPage, Day, Number, Page, Text, Word
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from api.scores import manual_scores
from api.scores.manual_scores import Asked, Shown
from geocorr.scoring.manual import Ground
from loaders import profile as profiles
from loaders.profile import Profiles
from sql.db import Connection, Role
from sql.manual_scores import ManualFilter, StoredManual

router = APIRouter(prefix="/v1/manual-scores", tags=["manual scores"])

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Words = Annotated[Text, Field(min_length=1, max_length=10_000)]


class Giving(BaseModel):
    """A score to be given: 250, 500 or 1000, unless the force's profile says others."""

    model_config = ConfigDict(extra="forbid")

    nominal: Name
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    ground: Ground
    review_due: Day
    reason: Words
    by: By = ""

    def asked(self) -> Asked:
        """As the rule takes it."""
        said = (self.reason, self.by)
        return Asked(self.nominal, self.points, self.ground, self.review_due, *said)


class Ended(BaseModel):
    """Why a manual score ends."""

    model_config = ConfigDict(extra="forbid")

    by: By = ""
    reason: Words


class Reviewed(Ended):
    """Why a manual score goes on, and until which review."""

    review_due: Day


class Given(BaseModel):
    """The number of a manual score."""

    manual_score: int


class Search(AskedPage):
    """Which manual scores; `standing` = those that do, or do not, stand today."""

    nominal: Word = None
    standing: bool | None = None


@router.get("", summary="List manual scores, with the total")
async def listed(
    conn: Reading, asked: Annotated[Search, Query()]
) -> Page[StoredManual]:
    """Manual scores, newest first."""
    where = ManualFilter(None, asked.nominal, asked.standing)
    page = (asked.limit, asked.offset)
    total, found = await manual_scores.listed(conn, where, page)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.get("/{manual_score}", summary="One manual score, and whether it holds")
async def one(parts: Parts, manual_score: Number) -> Shown:
    """Whether it holds today and why, and all that was said; the look is audited."""
    async with parts.connection(Role.WEB) as conn:
        who = parts.door.who
        return await manual_scores.show(conn, manual_score, _profiles(parts), who)


@router.post("", summary="Give a manual score", status_code=201)
async def give(
    parts: Parts, asked: Annotated[Giving, spoken(Giving)], idempotency_key: Key = None
) -> Given:
    """Give a score to somebody who does not score. 409 where entries give one."""
    said = ("manual score", asked)
    return await said_once(
        parts,
        idempotency_key,
        said,
        Given,
        lambda conn: _given(conn, asked, _profiles(parts)),
    )


@router.post("/{manual_score}/review", summary="Let it go on", status_code=201)
async def review(
    parts: Parts,
    manual_score: Number,
    asked: Annotated[Reviewed, spoken(Reviewed)],
    idempotency_key: Key = None,
) -> Given:
    """Set the next review of one that stands. 409 where it stands no longer."""
    said = ("review manual score", manual_score, asked)
    return await said_once(
        parts,
        idempotency_key,
        said,
        Given,
        lambda conn: _reviewed(conn, manual_score, asked, _profiles(parts)),
    )


@router.post("/{manual_score}/end", summary="End a manual score", status_code=201)
async def end(
    parts: Parts,
    manual_score: Number,
    asked: Annotated[Ended, spoken(Ended)],
    idempotency_key: Key = None,
) -> Given:
    """End one that stands, from today on. 409 where it stands no longer."""
    said = ("end manual score", manual_score, asked)
    return await said_once(
        parts,
        idempotency_key,
        said,
        Given,
        lambda conn: _ended(conn, manual_score, asked),
    )


async def _given(conn: Connection, asked: Giving, adopted: Profiles) -> Given:
    number = await manual_scores.give(conn, asked.asked(), adopted)
    return Given(manual_score=number)


async def _reviewed(
    conn: Connection, number: int, asked: Reviewed, adopted: Profiles
) -> Given:
    said = (asked.by, asked.reason)
    await manual_scores.review(conn, number, asked.review_due, said, adopted)
    return Given(manual_score=number)


async def _ended(conn: Connection, number: int, asked: Ended) -> Given:
    await manual_scores.end(conn, number, (asked.by, asked.reason))
    return Given(manual_score=number)


def _profiles(parts: Parts) -> Profiles:
    return profiles.read(parts.settings.profiles)
