"""The inbox of each LPU, proposals and allocations, consultations and transfers."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.clock import today
from api.login.asking import Asking
from api.owners import consulting, inbox, proposing
from api.owners.inbox import Item
from api.rest.once import Key, said_once
from api.rest.ownership import Name, Said
from api.rest.parameters import AskedPage, Number, Page, Word
from api.rest.saying import for_lpu, spoken
from api.rest.services import Parts
from geocorr.ownership.consultation import Answer as Answered
from loaders import profile
from sql.consultations import Asking as Which
from sql.consultations import Consultation
from sql.db import Connection, Role
from sql.proposals import StoredProposal

T = TypeVar("T")
router = APIRouter(prefix="/v1/ownership", tags=["ownership"])


class InboxAnswer(StrEnum):
    """What an LPU says of a nominal."""

    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    CLAIMED = "claimed"


class OfLpu(Said):
    """... for which LPU."""

    lpu: Name


class LpuAnswer(OfLpu):
    """... and what it answers."""

    answer: InboxAnswer


class ToForce(Said):
    """... to which force."""

    force: Name


class ConsultationAnswer(Said):
    """... what is answered, and which LPU takes over, of a transfer."""

    answer: Answered
    lpu: Name | None = None


class Decided(BaseModel):
    """The nominal and the decision on ownership that was appended, if one was."""

    nominal_id: str
    decision: int | None


class Asked(BaseModel):
    """The number of the question."""

    consultation: int


class InboxSearch(AskedPage):
    """Whose inbox; all if no LPU is named."""

    lpu: Word = None
    escalated: bool | None = None


class ProposalSearch(AskedPage):
    """Of which force's nominals."""

    force: Word = None


class ConsultationSearch(AskedPage):
    """Which consultations; what is left out is not asked."""

    nominal: Word = None
    force: Word = None
    lpu: Word = None
    pending: bool | None = None


@router.get("/inbox", summary="What LPUs have to answer, with the total")
async def inbox_of(parts: Parts, asked: Annotated[InboxSearch, Query()]) -> Page[Item]:
    """Newly theirs: why, since when, by when to answer. The look is audited."""
    at = (datetime.now(UTC), today())
    chosen = profile.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn:
        found = await inbox.read(conn, at, chosen, asked.lpu, parts.door.who)
    shown = [i for i in found if asked.escalated in (None, i.escalated)]
    return _page(shown, asked)


@router.get("/proposals", summary="Proposals for those whom nobody owns")
async def proposals(
    parts: Parts, asked: Annotated[ProposalSearch, Query()]
) -> Page[StoredProposal]:
    """Every source side by side, as the worker last made them. The look is audited."""
    async with parts.connection(Role.WEB) as conn:
        found = await proposing.listed(conn, today(), parts.door.who, asked.force)
    return _page(found, asked)


@router.get("/consultations", summary="Consultations and transfers, pending first")
async def consultations(
    parts: Parts, asked: Annotated[ConsultationSearch, Query()]
) -> Page[Consultation]:
    """What other areas were asked, and what they answered. The look is audited."""
    which = Which(None, asked.nominal, asked.force, asked.lpu, asked.pending)
    async with parts.connection(Role.WEB) as conn:
        found = await consulting.listed(conn, which, parts.door.who)
    return _page(found, asked)


@router.post(
    "/nominals/{nominal}/answer", summary="Accept, dispute or claim", status_code=201
)
async def answer(
    parts: Parts,
    nominal: Name,
    who: Asking,
    said: Annotated[LpuAnswer, spoken(LpuAnswer)],
    idempotency_key: Key = None,
) -> Decided:
    """409 where the LPU does not own the nominal, or has answered."""
    for_lpu(who, said.lpu)

    async def act(conn: Connection) -> Decided:
        decide = _ANSWERS[said.answer]
        made = await decide(conn, nominal, said.lpu, said.words(), today())
        return Decided(nominal_id=nominal, decision=made)

    asked = ("inbox answer", nominal, said)
    # An LPU may claim whom it does not see: that it sees them then is what it asks for.
    role = Role.WORKER if said.answer is InboxAnswer.CLAIMED else Role.WEB
    return await said_once(parts, idempotency_key, asked, Decided, act, role)


@router.post("/nominals/{nominal}/allocation", summary="Allocate", status_code=201)
async def allocate(
    parts: Parts,
    nominal: Name,
    said: Annotated[OfLpu, spoken(OfLpu)],
    idempotency_key: Key = None,
) -> Decided:
    """A person allocates; the proposal stays beside it."""

    async def act(conn: Connection) -> Decided:
        made = await proposing.allocate(conn, nominal, said.lpu, said.words(), today())
        return Decided(nominal_id=nominal, decision=made)

    asked = ("allocate", nominal, said)
    return await said_once(parts, idempotency_key, asked, Decided, act)


@router.post(
    "/nominals/{nominal}/transfer", summary="Ask another force", status_code=201
)
async def transfer(
    parts: Parts,
    nominal: Name,
    said: Annotated[ToForce, spoken(ToForce)],
    idempotency_key: Key = None,
) -> Asked:
    """The owner stays until the other force agrees."""

    async def act(conn: Connection) -> Asked:
        of = (nominal, said.force, said.words(), today())
        return Asked(consultation=await consulting.transfer(conn, *of))

    asked = ("transfer", nominal, said)
    return await said_once(parts, idempotency_key, asked, Asked, act)


@router.post(
    "/consultations/{consultation}/answer",
    summary="Answer a consultation",
    status_code=201,
)
async def answer_consultation(
    parts: Parts,
    consultation: Number,
    said: Annotated[ConsultationAnswer, spoken(ConsultationAnswer)],
    idempotency_key: Key = None,
) -> Asked:
    """Agreed, the area that was asked owns from now. 409 where it was answered."""

    async def act(conn: Connection) -> Asked:
        answered = (said.answer, said.words(), today(), said.lpu)
        await consulting.say(conn, consultation, *answered)
        return Asked(consultation=consultation)

    asked = ("consultation", consultation, said)
    return await said_once(parts, idempotency_key, asked, Asked, act)


_ANSWERS: Mapping[InboxAnswer, Callable[..., Awaitable[int | None]]] = {
    InboxAnswer.ACCEPTED: inbox.accept,
    InboxAnswer.DISPUTED: inbox.dispute,
    InboxAnswer.CLAIMED: inbox.claim,
}


def _page(found: list[T], asked: AskedPage) -> Page[T]:
    shown = found[asked.offset : asked.offset + asked.limit]
    return Page(total=len(found), limit=asked.limit, offset=asked.offset, items=shown)
