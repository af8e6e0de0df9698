"""Breaches: the queue, one with its history and evidence, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.rest.evidence import EvidenceFix, fixes_of
from api.rest.once import Answer, Key, once
from api.rest.parameters import AskedPage, Number, Page, Text, Word
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from api.zones import breaches as cases
from api.zones.breaches import BreachOutcome
from geocorr.zone_facts import BreachKind
from sql import breaches
from sql.breaches import BreachFilter, StoredBreach, StoredFinding, StoredOutcome
from sql.db import Connection, Role

router = APIRouter(prefix="/v1/breaches", tags=["breaches"])


class BreachDetail(BaseModel):
    """A breach, all that was found and said of it, and the fixes it rests on."""

    breach: StoredBreach
    findings: list[StoredFinding]
    outcomes: list[StoredOutcome]
    evidence: list[EvidenceFix]


class Said(BaseModel):
    """What a person says became of a breach."""

    model_config = ConfigDict(extra="forbid")

    outcome: BreachOutcome
    by: By = ""
    reason: Annotated[Text, Field(min_length=1, max_length=10_000)]


class Recorded(BaseModel):
    """The breach and the outcome that holds now."""

    breach: int
    outcome: BreachOutcome
    by: str


class Search(AskedPage):
    """Which breaches; what is left out is not asked."""

    zone: Word = None
    nominal: Word = None
    device: Word = None
    kind: BreachKind | None = None
    owner: Word = None
    open: bool | None = None
    overdue: bool | None = None

    def filter(self) -> BreachFilter:
        """As the database takes it."""
        whose = (self.zone, self.nominal, self.device, self.kind and self.kind.value)
        return BreachFilter(None, *whose, self.owner, self.open, self.overdue)


@router.get("", summary="List breaches, with the total")
async def listed(
    conn: Reading, asked: Annotated[Search, Query()]
) -> Page[StoredBreach]:
    """The queue: what is open first, and of that what is due first.

    `unknown` is no breach: a silence in a curfew that someone has to look at.
    """
    total, found = await breaches.find(conn, asked.filter(), asked.limit, asked.offset)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.get("/{breach}", summary="One breach with its history and evidence")
async def one(conn: Reading, parts: Parts, breach: Number) -> BreachDetail:
    """A breach as every run found it and every person decided on it."""
    case = await cases.case(conn, breach)
    row = await breaches.evidence(conn, breach)
    return BreachDetail(
        breach=case.breach,
        findings=case.findings,
        outcomes=case.outcomes,
        evidence=[] if row is None else fixes_of(row, parts.door.crs),
    )


@router.post(
    "/{breach}/outcome", summary="Say what became of a breach", status_code=201
)
async def outcome(
    parts: Parts,
    breach: Number,
    said: Annotated[Said, spoken(Said)],
    idempotency_key: Key = None,
) -> Recorded:
    """Append an outcome with who and why; what was said before stays beside it."""
    async with parts.connection(Role.WEB) as conn:
        asked = ("breach outcome", breach, said.outcome.value, said.by, said.reason)
        act = lambda: _recorded(conn, breach, said)  # noqa: E731
        answer = await once(conn, idempotency_key, asked, act)
    return Recorded.model_validate(answer.document)


async def _recorded(conn: Connection, breach: int, said: Said) -> Answer:
    await cases.record(conn, breach, said.outcome, (said.by, said.reason))
    told: dict[str, object] = {"breach": breach, "outcome": said.outcome.value}
    return Answer(201, {**told, "by": said.by})
