"""The inbox of an LPU: whom it was given, why, and by when it answers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.owners import inbox
from api.pages import areas, banners
from api.pages.asked import ROWS, Asked
from api.pages.rendering import page
from api.rest.parameters import Word
from api.rest.services import Parts
from api.views import people
from api.views.paging import paging
from loaders import profile
from sql import consultations, nominals
from sql.consultations import Asking as AskedOf
from sql.db import Role

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
    lpu, at = areas.lpu_of(who, asked.lpu), (datetime.now(UTC), clock.today())
    chosen = profile.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn:
        items = await inbox.read(conn, at, chosen, lpu, who.name)
        waiting = [one for one in items if one.escalated or not asked.late]
        total, here = len(waiting), waiting[asked.rows[1] :][:ROWS]
        named = await nominals.nominals(conn, [one.given.nominal_id for one in here])
        pending = await consultations.find(conn, AskedOf(lpu=lpu, pending=True))
        choices = [] if who.lpu else await areas.lpus(conn)
    return page(
        request,
        who,
        "lpu/inbox.html",
        items=here,
        late=_late(items),
        names=people.names(named),
        lpu=lpu,
        lpus=choices,
        asked=asked,
        pending=len(pending),
        paging=paging(total, asked.page, ROWS, request.query_params),
        done=banners.of(request),
    )


def _late(items: Sequence[inbox.Item]) -> int:
    return sum(one.escalated for one in items)
