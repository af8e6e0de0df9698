"""What people say of hits: qualify or dismiss, send, decide; and all that was said.

The software's finding stands beside every word and under none.
"""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.matches import deciding
from api.matches.deciding import MOST_AT_ONCE
from api.rest.once import Key, said_once
from api.rest.parameters import Number, Text, force_named
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from geocorr.performance.review import Word, may_follow
from sql.db import Connection
from sql.hit_decisions import Said, Staged

router = APIRouter(prefix="/v1", tags=["decisions"])

Why = Annotated[Text, Field(min_length=1, max_length=10_000)]
HitNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]
SomeHits = Annotated[list[HitNumber], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Qualification(StrEnum):
    """The central team's word on a hit."""

    QUALIFIED = "qualified"
    DISMISSED = "dismissed"


class OfficersDecision(StrEnum):
    """The force's word on a hit."""

    RULED_IN = "ruled_in"
    RULED_OUT = "ruled_out"
    NEEDS_MORE = "needs_more"


class Qualified(BaseModel):
    """The central team's word, who says it and why."""

    model_config = ConfigDict(extra="forbid")

    qualification: Qualification
    by: By = ""
    reason: Why
    send: Annotated[bool, Field(description="Send it to its force at once.")] = False


class ManyQualified(Qualified):
    """The same word on many hits: all of them or none."""

    hits: SomeHits


class Sending(BaseModel):
    """Which qualified hits go to their forces; without `hits` all that wait."""

    model_config = ConfigDict(extra="forbid")

    by: By = ""
    hits: SomeHits | None = None
    force: Annotated[
        Text | None, Field(max_length=200, description="Of all that wait, one's.")
    ] = None


class Decided(BaseModel):
    """The officer's decision, who made it and why."""

    model_config = ConfigDict(extra="forbid")

    decision: OfficersDecision
    by: By = ""
    reason: Why
    note: Annotated[Text, Field(max_length=10_000)] = ""


class Recorded(BaseModel):
    """The word that holds now, and on which hits."""

    hits: list[int]
    word: Word
    by: str


class History(BaseModel):
    """How far people are with a hit, what may follow, and all that was said."""

    standing: Staged
    may_follow: list[Word]
    said: list[Said]


@router.post(
    "/hits/{hit}/qualification", summary="Qualify or dismiss a hit", status_code=201
)
async def qualification(
    parts: Parts,
    hit: Number,
    said: Annotated[Qualified, spoken(Qualified)],
    idempotency_key: Key = None,
) -> Recorded:
    """HANTS-GPS-3. Append the central team's word, of this version of the crime."""

    async def act(conn: Connection) -> Recorded:
        return await _qualified(conn, [hit], said)

    asked = ("qualify", hit, said)
    return await said_once(parts, idempotency_key, asked, Recorded, act)


@router.post("/qualifications", summary="Qualify or dismiss many hits", status_code=201)
async def qualifications(
    parts: Parts,
    said: Annotated[ManyQualified, spoken(ManyQualified)],
    idempotency_key: Key = None,
) -> Recorded:
    """HANTS-GPS-3. One word and one reason on many hits: all of them or none."""

    async def act(conn: Connection) -> Recorded:
        return await _qualified(conn, said.hits, said)

    asked = ("qualify many", said)
    return await said_once(parts, idempotency_key, asked, Recorded, act)


@router.post("/sendings", summary="Send qualified hits to their forces")
async def sendings(
    parts: Parts, said: Annotated[Sending, spoken(Sending)], idempotency_key: Key = None
) -> Recorded:
    """HANTS-GPS-3. The hits stand on their forces' work lists from now on.

    Without `hits` all that are qualified and wait, a thousand in one go.
    """

    async def act(conn: Connection) -> Recorded:
        force = force_named(said.force)
        sent = await deciding.send(conn, said.hits, force, deciding.By(said.by))
        return Recorded(hits=sent, word=Word.SENT, by=said.by)

    return await said_once(parts, idempotency_key, ("send", said), Recorded, act)


@router.post(
    "/hits/{hit}/decisions", summary="Rule in, rule out, or need more", status_code=201
)
async def decisions(
    parts: Parts,
    hit: Number,
    said: Annotated[Decided, spoken(Decided)],
    idempotency_key: Key = None,
) -> Recorded:
    """HANTS-GPS-4. Append the officer's decision on a hit that the force was sent."""

    async def act(conn: Connection) -> Recorded:
        by = deciding.By(said.by, said.reason, said.note)
        word = Word(said.decision.value)
        return Recorded(
            hits=await deciding.decide(conn, hit, word, by), word=word, by=said.by
        )

    asked = ("decide", hit, said)
    return await said_once(parts, idempotency_key, asked, Recorded, act)


@router.get("/hits/{hit}/decisions", summary="All that people said of a hit")
async def said(conn: Reading, hit: Number) -> History:
    """Every word on this tag and person at this crime, oldest first.

    Each has the version of the crime that it was said of; `of_this_finding` tells
    whether it holds for the hit that was asked for.
    """
    standing, words = await deciding.history(conn, hit)
    may = list(may_follow(standing.stage)) if standing.live else []
    return History(standing=standing, may_follow=may, said=words)


async def _qualified(conn: Connection, hits: list[int], said: Qualified) -> Recorded:
    by = deciding.By(said.by, said.reason)
    if said.qualification is Qualification.DISMISSED:
        done = await deciding.dismiss(conn, hits, by)
        return Recorded(hits=done, word=Word.DISMISSED, by=said.by)
    done = await deciding.qualify(conn, hits, by, send=said.send)
    word = Word.SENT if said.send else Word.QUALIFIED
    return Recorded(hits=done, word=word, by=said.by)
