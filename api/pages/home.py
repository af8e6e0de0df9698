"""The first page: what waits for whoever came in."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.login.asking import Asking
from api.pages.access import CENTRAL
from api.pages.casework.waiting import waiting
from api.pages.central import waiting as central_waiting
from api.pages.rendering import page
from api.rest.services import Parts

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, who: Asking, parts: Parts) -> Response:
    """What waits, by role."""
    async with parts.reading() as conn:
        waits = await waiting(conn, who, parts)
        central = None
        if who.may_be(CENTRAL):
            central = await central_waiting.for_central_team(conn)
    return page(request, who, "home.html", waits=waits, central=central)
