"""Verdicts, whom they drop from several crimes, and coverage statements."""

from dataclasses import replace
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.login.asking import Asking
from api.login.who import Who
from api.rest.once import Answer, Key, once
from api.rest.parameters import (
    AskedPage,
    Moment,
    Number,
    Page,
    Text,
    Word,
    crime_named,
    force_named,
)
from api.rest.seen import must_see_crimes
from api.rest.services import Parts, Reading, Services
from api.verdicts import coverage, dropping, looking, verdicts
from api.verdicts.verdict_document import document
from api.verdicts.verdicts import Place
from geocorr.errors import UsageError
from sql import audit, crimes
from sql import coverage as statements
from sql import verdicts as stored
from sql.db import Connection, Role, transaction
from sql.verdicts import Answered, AnsweredRun

router = APIRouter(prefix="/v1", tags=["verdicts"])

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Named = Annotated[Text, Path(min_length=1, max_length=200)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
Metres = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Why = Annotated[Text, Field(max_length=10_000)]
Document = dict[str, object]


class AskedPlace(BaseModel):
    """A place with a closed window of up to seven days; it needs no crime."""

    model_config = ConfigDict(extra="forbid")

    longitude: Degrees
    latitude: Degrees
    from_: Annotated[Moment, Field(alias="from")]
    to: Moment
    radius_m: Metres | None = None


class Question(BaseModel):
    """Where (a crime as FORCE/REF, or a place), and of whom (null = everyone).

    `reason`: why the names of everyone are needed; without one counts come back.
    """

    model_config = ConfigDict(extra="forbid")

    crime: Name | None = None
    place: AskedPlace | None = None
    nominal: Name | None = None
    reason: Why = ""


class Crimes(BaseModel):
    """The crimes of one investigation, each as FORCE/REF; `reason` as in a question."""

    model_config = ConfigDict(extra="forbid")

    crimes: Annotated[list[Name], Field(min_length=1, max_length=50)]
    reason: Why = ""


class Search(AskedPage):
    """Of which crime (FORCE/REF), or with an answer for which nominal."""

    crime: Word = None
    nominal: Word = None


class Part(AskedPage):
    """Which part of the answers; `reason` as in a question."""

    reason: Why = ""

    limit: Annotated[int, Field(ge=1, le=50_000)] = 1_000


@router.post("/verdicts", summary="Ask for verdicts", status_code=201)
async def asked(
    who: Asking, parts: Parts, question: Question, idempotency_key: Key = None
) -> Document:
    """Hit, passed, possible, no data or ruled out, of one nominal or of everyone.

    Everyone comes as counts, and by name for a `reason`, which is noted.

    The answers are kept as a run with the fixes that they rest on; a page of a thousand
    comes back, the rest by its number. The same key gives the same answer again.
    """
    if question.crime is not None:
        await must_see_crimes(parts, [_crime(question.crime)])
    async with parts.connection(Role.WORKER) as conn:
        key = ("verdicts", question.model_dump_json(by_alias=True))

        async def act() -> Answer:
            answered = await _answered(conn, question, parts)
            await _note_names(conn, answered, who, question.reason)
            most = 1_000 if _named(answered, question.reason) else 0
            return Answer(201, document(answered, limit=most))

        return (await once(conn, idempotency_key, key, act)).document


@router.get("/verdicts", summary="List runs of verdicts, with the total")
async def listed(conn: Reading, asked: Annotated[Search, Query()]) -> Page[AnsweredRun]:
    """What was asked and answered, newest first."""
    crime = crime_named(asked.crime, None)
    total, found = await stored.find(
        conn, crime, asked.nominal, asked.limit, asked.offset
    )
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.get("/verdicts/{run}", summary="The answers of one run")
async def one(
    who: Asking, parts: Parts, run: Number, asked: Annotated[Part, Query()]
) -> Document:
    """As they were given: hit, passed, possible by speed, no data, ruled out.

    Everyone comes as counts, and by name for a `reason`, which is noted.
    """
    async with parts.reading() as conn:
        answered = await verdicts.kept(conn, run)
    async with parts.connection(Role.WEB) as conn:
        await _note_names(conn, answered, who, asked.reason)
    most = asked.limit if _named(answered, asked.reason) else 0
    return document(answered, asked.offset, most)


@router.post("/drop", summary="Who can be dropped from several crimes")
async def drop(who: Asking, parts: Parts, question: Crimes) -> Document:
    """Whose tag is ruled out of at least one, and who remains, with reasons.

    Only on the premise that one person did all. Each crime's answers are kept. Counts
    come back, and everyone by name for a `reason`, which is noted.
    """
    named = [_crime(name) for name in question.crimes]
    await must_see_crimes(parts, named)
    async with parts.connection(Role.WORKER) as conn:
        found = await dropping.drop(conn, named, parts.door.policy)
        for answered in found.runs.values():
            await _note_names(conn, answered, who, question.reason)
    counts = {"dropped": len(found.dropped), "remaining": len(found.remaining)}
    if not question.reason.strip():
        found = replace(found, dropped=(), remaining=())
    return {**dropping.document(found), "counts": counts}


@router.get("/batches/{batch}/coverage", summary="Coverage statements of a batch")
async def of_batch(
    conn: Reading, batch: Number, asked: Annotated[AskedPage, Query()]
) -> Page[Document]:
    """Of each crime the newest: wearers monitored, covered, in reach, excluded."""
    return _page(await statements.of_batches(conn, [batch]), asked)


@router.get(
    "/crimes/{force}/{reference:path}/coverage",
    summary="Coverage statements of a crime",
)
async def of_crime(
    conn: Reading, force: Named, reference: Named, asked: Annotated[AskedPage, Query()]
) -> Page[Document]:
    """All that was ever stated, newest first; made anew when trails change."""
    crime = (force_named(force) or force, reference)
    await crimes.versions(conn, *crime)
    return _page(await statements.of_crime(conn, *crime), asked)


def _page(found: list[statements.Statement], asked: AskedPage) -> Page[Document]:
    page = found[asked.offset : asked.offset + asked.limit]
    items = [coverage.as_document(statement) for statement in page]
    return Page(total=len(found), limit=asked.limit, offset=asked.offset, items=items)


def _named(answered: Answered, reason: str) -> bool:
    """Are the answers given by name: of one nominal, or of everyone for a reason?"""
    return answered.nominal_id is not None or bool(reason.strip())


async def _note_names(
    conn: Connection, answered: Answered, who: Who, reason: str
) -> None:
    if answered.nominal_id is None and reason.strip():
        run = looking.subject(answered.run)
        async with transaction(conn):
            await audit.note(conn, who.name, "ask names", run, why=reason)


async def _answered(conn: Connection, question: Question, parts: Services) -> Answered:
    policy, nominal = parts.door.policy, question.nominal
    if (question.crime is None) == (question.place is None):
        raise UsageError("Ask of a crime (FORCE/REF) or of a place, not of both.")
    if question.crime is not None:
        crime = _crime(question.crime)
        return await verdicts.of_crime(conn, crime, nominal, policy)
    place = _place(question.place, parts)
    return await verdicts.of_place(conn, place, nominal, parts.door.crs, policy)


def _place(asked: AskedPlace | None, parts: Services) -> Place:
    assert asked is not None
    latitude, longitude = np.array([asked.latitude]), np.array([asked.longitude])
    x_m, y_m = parts.door.crs.to_metres(latitude, longitude)
    return Place(float(x_m[0]), float(y_m[0]), asked.from_, asked.to, asked.radius_m)


def _crime(name: str) -> tuple[str, str]:
    force, reference = crime_named(name, None)
    if force is None or reference is None:
        raise UsageError("Give the crime as FORCE/REF.")
    return force, reference
