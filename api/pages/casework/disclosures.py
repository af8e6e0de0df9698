"""HANTS-ISA. Agreements to share information, and what was told of whom by them."""

from datetime import date
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import clock
from api.cohorts import disclosing
from api.cohorts.disclosing import Telling
from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners, forms
from api.pages.access import CASES
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Text
from api.rest.services import Parts
from api.views import people
from geocorr.errors import ConflictError, NotFound
from sql import cases, nominals
from sql.cases import Agreement
from sql.db import Connection, Role

router = APIRouter(include_in_schema=False)


@router.get("/agreements")
async def agreements(request: Request, who: Asking, parts: Parts) -> Response:
    """All agreements, by name, and the form for one."""
    return await _agreements(request, who, parts, forms.EMPTY)


@router.post("/agreements")
async def sign(request: Request, who: Asking, parts: Parts) -> Response:
    """Record an agreement; it stays as it was signed."""

    async def act(form: Form) -> Response:
        name = form.words("name", "Give the name of the agreement.")
        agencies = form.lines("agencies", "Name the agencies, one a line.")
        days = form.day("signed_on", "Say when it was signed."), _end(form)
        async with parts.connection(Role.WEB) as conn:
            try:
                await disclosing.sign(conn, name, agencies, days, who.name)
            except ConflictError as taken:
                raise Wrong("name", str(taken)) from taken
        return forms.done("/agreements", "signed")

    again = partial(_agreements, request, who, parts)
    return await forms.answer(request, act, again)


def _end(form: Form) -> date | None:
    ends = form.maybe_day("ends_on")
    if ends and ends <= form.day("signed_on", "Say when it was signed."):
        raise Wrong("ends_on", "It ends after it is signed, or stays empty.")
    return ends


@router.get("/people/{nominal}/disclosures")
async def told(request: Request, nominal: Text, who: Asking, parts: Parts) -> Response:
    """All that was told of a nominal, and the form; the look is audited."""
    return await _page(request, nominal, who, parts, forms.EMPTY)


@router.post("/people/{nominal}/disclosures")
async def tell(request: Request, nominal: Text, who: Asking, parts: Parts) -> Response:
    """Record what is told; nothing where no agreement with that agency is in force."""

    async def act(form: Form) -> Response:
        telling = Telling(
            nominal,
            form.words("agency", "Choose the agency that is told."),
            form.words("agreement", "Choose the agreement that it is told by."),
            form.words("what", "Say what is told."),
            form.words("purpose", "Say what it is told for."),
            who.name,
        )
        async with parts.connection(Role.WEB) as conn:
            await _called(conn, nominal)
            try:
                await disclosing.disclose(conn, telling, clock.today())
            except ConflictError as none:
                raise Wrong("agreement", str(none)) from none
        return forms.done(request.url.path, "told")

    again = partial(_page, request, nominal, who, parts)
    return await forms.answer(request, act, again)


async def _called(conn: Connection, nominal: str) -> str:
    """How a nominal is called; NotFound for one that is not there to be seen."""
    person = next(iter(await nominals.nominals(conn, [nominal])), None)
    if person is None:
        raise NotFound(f"There is no nominal {nominal}, or not one of yours.")
    return people.called(person)


async def _agreements(request: Request, who: Who, parts: Parts, form: Form) -> Response:
    async with parts.reading() as conn:
        found = await cases.agreements(conn)
    day = clock.today()
    return page(
        request,
        who,
        "lpu/agreements.html",
        form.status,
        found=[(one, disclosing.in_force(one, day)) for one in found],
        may_sign=who.may_be(CASES),
        form=form,
        done=banners.of(request),
    )


async def _page(
    request: Request, nominal: str, who: Who, parts: Parts, form: Form
) -> Response:
    async with parts.connection(Role.WEB) as conn:
        name = await _called(conn, nominal)
        found = await disclosing.listed(conn, nominal, who.name)
        signed = await cases.agreements(conn)
    day = clock.today()
    holding = [one for one in signed if disclosing.in_force(one, day)]
    return page(
        request,
        who,
        "lpu/disclosures.html",
        form.status,
        nominal=nominal,
        name=name,
        found=list(reversed(found)),
        agreements=[(one.name, one.name) for one in holding],
        agencies=[(name, name) for name in _agencies(holding)],
        may_tell=who.may_be(CASES),
        form=form,
        done=banners.of(request),
    )


def _agencies(holding: list[Agreement]) -> list[str]:
    return sorted({agency for one in holding for agency in one.agencies})
