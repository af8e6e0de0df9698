"""WMP-6.3-ALLOCATE. Whom nobody owns: what every source says, side by side, and a map.

A person allocates, on the nominal's page of ownership.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from api import clock
from api.login.asking import Asking
from api.owners import proposing
from api.owners.owning_known import end_of
from api.pages.asked import ROWS, Asked
from api.pages.casework import areas
from api.pages.rendering import page
from api.rest.parameters import Word
from api.rest.services import Parts
from api.views import people, proposals_map
from api.views.paging import paging
from sql import boundaries, nominals
from sql.db import Role
from sql.proposals import StoredProposal

router = APIRouter(include_in_schema=False)
# Lines of a map of a county: nobody sees this on the screen.
_ROUGH_M = 25.0


class Search(Asked):
    """Of which force's nominals; `conflict`: only where sources contradict."""

    force: Word = None
    conflict: bool = False


@router.get("/no-fixed-abode")
async def shown(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Proposals for those who wait for an owner; the look is audited."""
    async with parts.connection(Role.WEB) as conn:
        force = who.force or asked.force
        found = await proposing.listed(conn, clock.today(), who.name, force)
        waiting = [one for one in found if one.conflict or not asked.conflict]
        total, here = len(waiting), waiting[asked.rows[1] :][:ROWS]
        named = await nominals.nominals(conn, [one.nominal_id for one in here])
        choices = await areas.forces_for(conn, who)
    return page(
        request,
        who,
        "lpu/no_fixed_abode.html",
        found=here,
        names=people.names(named),
        force=force,
        forces=choices,
        asked=asked,
        paging=paging(total, asked.page, ROWS, request.query_params),
    )


@router.get("/no-fixed-abode/map.json")
async def on_the_map(
    who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """The LPUs that proposals name, each with who is proposed; no place of a person."""
    day = clock.today()
    async with parts.connection(Role.WEB) as conn:
        force = who.force or asked.force
        found = await proposing.listed(conn, day, who.name, force)
        waiting = [one for one in found if one.conflict or not asked.conflict]
        here = waiting[asked.rows[1] :][:ROWS]
        codes = sorted({code for one in here for code in _lpus(one)})
        drawn = await boundaries.outlines(conn, codes, end_of(day), _ROUGH_M)
    return JSONResponse(proposals_map.features(here, drawn, parts.door.crs))


def _lpus(one: StoredProposal) -> Sequence[str]:
    return [str(area["lpu"]) for area in one.candidates if area.get("lpu")]
