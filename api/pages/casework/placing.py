"""WMP-6.5. Addresses that could not be placed: an operator says where they lie."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.owners import owning_acts
from api.owners.owning_acts import Words
from api.pages import forms, typed
from api.pages.asked import ROWS, Asked
from api.pages.casework import ownership
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Text
from api.rest.services import Parts
from api.views import people
from api.views.paging import paging
from api.views.words import segment
from geocorr.errors import NotFound
from geocorr.ownership.owner import Queue
from sql import audit, nominals, owners
from sql.db import Role, transaction
from sql.owners import OwnedFilter

router = APIRouter(include_in_schema=False)

_STRANGE = "That is no address of this nominal: choose again."


@router.get("/addresses")
async def waiting(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Asked, Query()]
) -> Response:
    """Who has no owner because an address is to be placed; the look is audited."""
    where = OwnedFilter(queue=Queue.TO_BE_PLACED.value)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        told = {"queue": Queue.TO_BE_PLACED.value}
        await audit.note(conn, who.name, "list owners", "owners", told)
        total, found = await owners.find(conn, clock.today(), where, asked.rows)
        named = await nominals.nominals(conn, [one.nominal_id for one in found])
    return page(
        request,
        who,
        "lpu/addresses.html",
        found=found,
        names=people.names(named),
        paging=paging(total, asked.page, ROWS, request.query_params),
    )


@router.post("/people/{nominal}/place")
async def place(request: Request, nominal: Text, who: Asking, parts: Parts) -> Response:
    """Say where an address lies; what was said before stays."""

    async def act(form: Form) -> Response:
        number = _number(form)
        words = Words(who.name, form.words("known_by", "Say how you know: it is kept."))
        crs = parts.door.crs
        async with parts.connection(Role.WEB) as conn:
            at = await typed.place(conn, form, "place", crs)
            try:
                await owning_acts.place_address(conn, nominal, number, at, words, crs)
            except NotFound as none:
                raise Wrong("address", _STRANGE) from none
        return forms.done(f"/people/{segment(nominal)}/ownership", "placed")

    again = partial(ownership.whole, request, nominal, who, parts)
    return await forms.answer(request, act, again)


def _number(form: Form) -> int:
    said = form.words("address", "Choose the address.")
    if not said.isdecimal() or len(said) > 18:
        raise Wrong("address", _STRANGE)
    return int(said)
