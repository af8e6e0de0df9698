"""WMP-6.6. Consultations on bail addresses and transfers: what is asked, answered."""

from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.login.who import UserRole, Who
from api.owners import consulting
from api.owners.owning_acts import Words
from api.pages import banners, forms
from api.pages.asked import ROWS, Asked
from api.pages.casework import areas
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Number, Word
from api.rest.services import Parts
from api.views import people
from api.views.paging import paging, sorted_by
from geocorr.errors import NotFound
from geocorr.ownership.consultation import Answer
from sql import nominals
from sql.consultations import Asking as AskedOf
from sql.consultations import Consultation
from sql.db import Role

router = APIRouter(include_in_schema=False)

_ANSWERS = [
    (Answer.AGREED.value, "Agree", "The area that was asked owns from now."),
    (Answer.REFUSED.value, "Refuse", "The owner stays."),
    (Answer.WITHDRAWN.value, "Withdraw", "For the area that asked."),
]


class Sort(StrEnum):
    """In which order consultations are listed."""

    WAITING = "waiting"
    NEWEST = "newest"
    NOMINAL = "nominal"


class Search(Asked):
    """Of which area; `pending`: only what waits for an answer."""

    lpu: Word = None
    force: Word = None
    pending: bool = False
    sort: Sort = Sort.WAITING


@router.get("/consultations")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """What areas were asked and what they answered, pending first; audited."""
    lpu = areas.lpu_of(who, asked.lpu)
    where = AskedOf(None, None, asked.force, None, asked.pending or None)
    async with parts.connection(Role.WEB) as conn:
        found = await consulting.listed(conn, where, who.name)
        mine = [one for one in found if _concerns(one, who, lpu)]
        mine = _in_order(mine, asked.sort)
        total, here = len(mine), mine[asked.rows[1] :][:ROWS]
        named = await nominals.nominals(conn, [one.nominal_id for one in here])
        choices = await areas.lpus_for(conn, who)
    return page(
        request,
        who,
        "lpu/consultations.html",
        found=here,
        names=people.names(named),
        lpu=lpu,
        lpus=choices,
        asked=asked,
        by=sorted_by(Sort, request.query_params),
        paging=paging(total, asked.page, ROWS, request.query_params),
        done=banners.of(request),
    )


def _in_order(found: list[Consultation], sort: Sort) -> list[Consultation]:
    """As they came, what is pending first, or otherwise."""
    if sort is Sort.NEWEST:
        return sorted(found, key=lambda one: one.asked_at, reverse=True)
    if sort is Sort.NOMINAL:
        return sorted(found, key=lambda one: one.nominal_id)
    return found


@router.get("/consultations/{consultation}")
async def one(
    request: Request, consultation: Number, who: Asking, parts: Parts
) -> Response:
    """One question with its answer; the look is audited."""
    return await _page(request, consultation, who, parts, forms.EMPTY)


@router.post("/consultations/{consultation}")
async def answer(
    request: Request, consultation: Number, who: Asking, parts: Parts
) -> Response:
    """Answer it, once."""

    async def act(form: Form) -> Response:
        said = form.one_of("answer", Answer, "Choose an answer.")
        words = Words(who.name, form.words("reason", "Say why: the reason is kept."))
        lpu = form.maybe("lpu") or None
        asked = await _asked(parts, consultation, who)
        if said not in _answers(asked, who):
            raise Wrong("answer", "The other area gives that answer.")
        async with parts.connection(Role.WEB) as conn:
            day = clock.today()
            await consulting.say(conn, consultation, said, words, day, lpu)
        return forms.done(request.url.path, said.value)

    again = partial(_page, request, consultation, who, parts)
    return await forms.answer(request, act, again)


async def _page(
    request: Request, number: int, who: Who, parts: Parts, form: Form
) -> Response:
    asked = await _asked(parts, number, who)
    async with parts.connection(Role.WEB) as conn:
        named = people.names(await nominals.nominals(conn, [asked.nominal_id]))
        theirs = await areas.lpus_of(conn, asked.force)
    answers = _answers(asked, who)
    return page(
        request,
        who,
        "lpu/consultation.html",
        form.status,
        asked=asked,
        name=named.get(asked.nominal_id, ""),
        answers=[told for told in _ANSWERS if told[0] in answers],
        lpus=[] if asked.lpu else theirs,
        form=form,
        done=banners.of(request),
    )


async def _asked(parts: Parts, number: int, who: Who) -> Consultation:
    async with parts.connection(Role.WEB) as conn:
        found = await consulting.listed(conn, AskedOf(number), who.name)
    mine = [one for one in found if _concerns(one, who, who.lpu)]
    if not mine:
        raise NotFound(f"There is no consultation {number} that concerns you.")
    return mine[0]


def _concerns(one: Consultation, who: Who, lpu: str | None) -> bool:
    """Whether a question is to, or from, somebody's force and LPU."""
    areas_of = ((one.force, one.lpu), (one.owner_force, one.owner_lpu))
    return any(
        who.force in (None, force) and (lpu is None or code in (None, lpu))
        for force, code in areas_of
    )


def _answers(asked: Consultation, who: Who) -> list[Answer]:
    """Who was asked agrees or refuses; who asks withdraws; nobody answers twice."""
    if asked.answer is not None:
        return []
    if UserRole.INTELLIGENCE in who.roles and who.lpu is None:
        return list(Answer)
    is_asked = who.force in (None, asked.force) and asked.lpu in (None, who.lpu)
    return [Answer.AGREED, Answer.REFUSED] if is_asked else [Answer.WITHDRAWN]
