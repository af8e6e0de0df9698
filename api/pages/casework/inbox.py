"""The inbox of an LPU: whom it was given, why, and by when it answers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.login.who import Who
from api.owners import inbox
from api.owners.owning_acts import Words
from api.pages import banners, forms
from api.pages.access import CASES
from api.pages.asked import ROWS, Asked
from api.pages.casework import areas
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Word
from api.rest.services import Parts
from api.views import people
from api.views.paging import paging
from geocorr.errors import NotFound
from loaders import profile
from sql import consultations, nominals
from sql import inbox as stored
from sql.consultations import Asking as AskedOf
from sql.db import Connection, Role, transaction

router = APIRouter(include_in_schema=False)


class Search(Asked):
    """Whose inbox; `late`: only what nobody answered in time."""

    lpu: Word = None
    late: bool = False


@router.get("/inbox")
async def shown(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """What an LPU has to answer, the oldest first; the look is audited."""
    return await _page(request, (who, parts), asked, forms.EMPTY)


@router.post("/inbox")
async def accept(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Accept all that are ticked, or none where one of them cannot be."""

    async def act(form: Form) -> Response:
        ticked = form.values("nominal")
        if not ticked:
            raise Wrong("nominal", "Tick whom you accept.")
        words = Words(who.name, form.words("reason", "Say why: the reason is kept."))
        async with parts.connection(Role.WEB) as conn, transaction(conn):
            await _accept(conn, ticked, areas.lpu_of(who, asked.lpu), words)
        return forms.done("/inbox", "accepted_all", lpu=asked.lpu)

    again = partial(_page, request, (who, parts), asked)
    return await forms.answer(request, act, again)


async def _accept(
    conn: Connection, ticked: Sequence[str], lpu: str | None, words: Words
) -> None:
    """Each for the LPU in whose inbox it stands."""
    day = clock.today()
    given = {one.nominal_id: one.lpu for one in await stored.inbox(conn, day, lpu)}
    for nominal in ticked:
        if nominal not in given:
            raise NotFound(f"{nominal} stands in this inbox no more: look again.")
        await inbox.accept(conn, nominal, given[nominal], words, day)


async def _page(
    request: Request, of: tuple[Who, Parts], asked: Search, form: Form
) -> Response:
    who, parts = of
    lpu, at = areas.lpu_of(who, asked.lpu), (datetime.now(UTC), clock.today())
    chosen = profile.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn:
        items = await inbox.read(conn, at, chosen, lpu, who.name)
        waiting = [one for one in items if one.escalated or not asked.late]
        total, here = len(waiting), waiting[asked.rows[1] :][:ROWS]
        named = await nominals.nominals(conn, [one.given.nominal_id for one in here])
        pending = await consultations.find(conn, AskedOf(lpu=lpu, pending=True))
        choices = await areas.lpus_for(conn, who)
    return page(
        request,
        who,
        "lpu/inbox.html",
        form.status,
        items=here,
        late=sum(one.escalated for one in items),
        names=people.names(named),
        lpu=lpu,
        lpus=choices,
        may_answer=who.may_be(CASES),
        asked=asked,
        pending=len(pending),
        paging=paging(total, asked.page, ROWS, request.query_params),
        form=form,
        done=banners.of(request),
    )
